from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.sql.names import parts
from pytest_schemaverify.sql.secrets import of_column

USE = Use(each=True, unmatched="a list of lists")


def query(expected: list[str], subject: Subject, condition: sql.SQL) -> sql.Composed:
    """Count the values that occur more than once, with a few of them. NULLs never repeat."""
    columns = [sql.Identifier(*parts(column)) for column in expected]
    listed = sql.SQL(", ").join(columns)
    given = sql.SQL(" and ").join(sql.SQL("{} is not null").format(column) for column in columns)
    # The window counts the groups before `limit` leaves three of them.
    return sql.SQL(
        "select count(*) over (), pg_catalog.concat_ws(', ', {}), count(*) from {} "
        "where ({}) and {} group by {} having count(*) > 1 order by count(*) desc, 2 limit 3"
    ).format(listed, sql.Identifier(*subject.key), condition, given, listed)


def check(expected: list[str], rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No two rows have the same values in the columns."""
    if rows:
        names = ", ".join(expected)
        values = [of_column(names, str(text)) for _, text, _ in rows]
        listed = samples(f"{one} ({row[2]} times)" for one, row in zip(values, rows, strict=True))
        wanted = f"({names}) occurs once"
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=f"values that repeat: {rows[0][0]}, such as {listed}",
        )
