"""Which columns of PostgreSQL's catalogs somebody has judged, and what a server has besides."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.databases.reading import Reader, reader_over

UNKNOWN = "of a kind that this version does not know"
"""What is said of rows that somebody has made and that are no known kind of object."""


@cache
def judged() -> Mapping[str, Any]:
    """Return how each catalog is judged, by its name; `reasons` are those to leave a column out."""
    from pytest_schemaverify.language.yaml import Document  # only comparisons need it

    text = Path(__file__).with_name("judged.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = Document(text).data
    return found


@cache
def columns() -> Mapping[str, frozenset[str]]:
    """Return the columns that were judged, by catalog."""
    return {name: frozenset(_columns(of)) for name, of in judged().items() if name != "reasons"}


def _columns(catalog: Mapping[str, Any]) -> Iterator[str]:
    yield from catalog.get("named", ())
    yield from catalog.get("digest", ())
    for left_out in catalog.get("left out", {}).values():
        yield from left_out


def unknown_rows(connection: Reader | Connection[Any]) -> Mapping[str, int]:
    """Return how many rows of users each catalog has that nobody has judged, if it has any.

    Rows that a role may not read count as one. Tables of extensions are no catalogs.
    """
    with reader_over(connection).undone() as reader:
        reader.plainly(search_path="")
        counts = [_count(*row) for row in reader.rows(_CATALOGS, list(columns()))]
        query = sql.SQL(" union all ").join(counts)
        return {str(name): int(number) for name, number in reader.rows(query)} if counts else {}


def _count(catalog: str, readable: bool, references: list[str]) -> sql.Composed:
    if not readable:
        return sql.SQL("select {}, 1").format(sql.Literal(catalog))
    # PostgreSQL's own rows are about its own objects, whose OIDs are below 16384.
    own = [sql.SQL("{} >= 16384").format(sql.Identifier(name)) for name in references]
    return sql.SQL(
        "select {}, pg_catalog.count(*) from pg_catalog.{} where {} having pg_catalog.count(*) > 0"
    ).format(
        sql.Literal(catalog),
        sql.Identifier(catalog),
        sql.SQL(" or ").join(own) if own else sql.SQL("true"),
    )


_CATALOGS = """
    select
        c.relname::text, pg_catalog.has_table_privilege(c.oid, 'select'),
        array(
            select a.attname::text from pg_catalog.pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and a.atttypid = 'oid'::regtype
        )
    from pg_catalog.pg_class as c
    where
        c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and c.relname <> all ($1)
        and not exists (
            select from pg_catalog.pg_depend as d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
                and d.deptype = 'e'
        )
    order by c.relname
"""
