from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.checks.strays import strays
from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.sql.names import BadName, parts, signature

USE = Use(pairs=True)


def query(
    expected: tuple[str, str], subject: Subject, condition: sql.SQL, schema: str
) -> sql.Composed:
    """Count the rows whose value is not found in the other table, with a few of the values."""
    *table, key = _target(expected[1])
    wrong = sql.SQL(
        "row_.{column} is not null "
        "and not exists (select from {other} as other where other.{key} = row_.{column})"
    ).format(
        column=sql.Identifier(*parts(expected[0])),
        # A table without a schema is in that of the file, wherever search_path would find it.
        other=sql.Identifier(*(table if len(table) > 1 else (schema, *table))),
        key=sql.Identifier(key),
    )
    return strays(expected[0], subject, condition, wrong)


def check(expected: tuple[str, str], rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Every value of the column that is not NULL is found in the other table: no orphans."""
    [(count, values)] = rows
    if count:
        wanted = f"every {expected[0]} is found in {expected[1]}"
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=f"rows without: {count}, such as {samples(values, of=expected[0])}",
        )


def _target(text: str) -> tuple[str, ...]:
    """Return schema, if any, table and column of `users.id` or `users(id)`."""
    name, columns = signature(text)
    target = (*parts(name), *(parts(column)[0] for column in columns or ()))
    if len(target) not in (2, 3):
        raise BadName(f"{text!r} is not `table.column` or `table(column)`")
    return target
