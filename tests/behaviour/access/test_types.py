"""A row is made with a value of every type that the server has, and a draft of another one."""

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.snapshot import read

# Types of tables are those of their rows; pseudo-types are of arguments alone.
TYPES = """
select pg_catalog.format_type(t.oid, null)
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.typisdefined and t.typtype in ('b', 'r', 'm')
    and n.nspname in ('pg_catalog', 'extensions', 'public')
order by t.oid
"""


def test_every_type_of_the_server_has_values(connection: Connection[Any]) -> None:
    tables = dict(_tables(connection))
    assert len(tables) > 100
    maker = Maker(connection, read(connection))
    left = [type_ for table, type_ in tables.items() if not _made(maker, table, type_)]
    assert not left, ", ".join(left)


def _tables(connection: Connection[Any]) -> Iterator[tuple[str, str]]:
    """Make a table with a column of each type that a column can have."""
    for number, (type_,) in enumerate(connection.execute(TYPES).fetchall()):
        statement = sql.SQL("create table {} (id integer primary key, value {} not null)")
        try:
            with connection.transaction():
                name = f"of_type_{number}"
                connection.execute(statement.format(sql.Identifier(name), sql.SQL(type_)))
        except psycopg.Error:
            continue
        yield name, type_


def _made(maker: Maker, table: str, type_: str) -> bool:
    """Return whether a row and a draft are made, where the type reads values at all."""
    try:
        with maker.connection.transaction():
            maker.row(("public", table))
            maker.draft(("public", table))
    except (CannotDetermine, psycopg.Error):
        return not _reads_texts(maker.connection, type_)
    return True


def _reads_texts(connection: Connection[Any], type_: str) -> bool:
    """Return whether a type reads texts: some, such as pg_node_tree, refuse them all."""
    try:
        with connection.transaction():
            connection.execute(sql.SQL("select ''::{}").format(sql.SQL(type_)))
    except psycopg.errors.FeatureNotSupported:
        return False
    except psycopg.Error:
        pass
    return True
