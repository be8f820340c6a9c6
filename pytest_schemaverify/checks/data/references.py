from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.names import parts
from pytest_schemaverify.objects import Subject


def query(
    expected: tuple[str, str], subject: Subject, condition: sql.SQL, schema: str
) -> sql.Composed:
    """Count the rows whose value is not found in the other table, with a few of the values."""
    column, target = sql.Identifier(*parts(expected[0])), parts(expected[1])
    other = sql.Identifier(*(target[:-1] if len(target) > 2 else (schema, *target[:-1])))
    return sql.SQL(
        "select count(*), (pg_catalog.array_agg(distinct row_.{column}::text order by row_.{column}::text))[1:3] "
        "from (select {column} from {table} where {condition}) as row_ "
        "where row_.{column} is not null "
        "and not exists (select from {other} as other where other.{key} = row_.{column})"
    ).format(
        column=column, table=sql.Identifier(*subject.key), condition=condition, other=other,
        key=sql.Identifier(target[-1]),
    )  # fmt: skip


def check(expected: tuple[str, str], rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Every value of the column that is not NULL is found in the other table: no orphans."""
    [(count, values)] = rows
    if count:
        yield Finding(
            expected=f"every {expected[0]} is found in {expected[1]}",
            actual=f"{count} rows without: {samples(values)}",
        )
