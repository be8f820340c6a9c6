"""The extensions that a database gets, real ones or our stand-ins."""

from typing import Any

import psycopg
from psycopg import sql

from pytest_schemaverify.databases.server import HERE
from pytest_schemaverify.errors import DatabaseUnavailable

STAND_INS = frozenset(path.stem for path in (HERE / "stand_ins").glob("*.control"))
"""Extensions of which we have a part in SQL, for servers that lack them."""


def stand_ins(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return which of our stand-ins the server has, by the comment in their control files."""
    rows = connection.execute(
        "select name from pg_catalog.pg_available_extensions"
        " where name = any (%s) and comment like '%%, stand-in in SQL' order by name",
        [list(STAND_INS)],
    )
    return tuple(row[0] for row in rows)


def create_extension(
    connection: psycopg.Connection[Any], name: str, schema: str | None, *, ours: bool
) -> None:
    """Create an extension and its schema; `ours` says whether the server has our stand-ins.

    Raises DatabaseUnavailable when the server cannot provide it.
    """
    # With `cascade`, an extension that belongs into one schema goes there whatever is asked for.
    create_it = sql.SQL("create extension if not exists {}{} cascade")
    in_schema = sql.SQL(" schema {}").format(sql.Identifier(schema)) if schema else sql.SQL("")
    try:
        if schema:
            create_schema = sql.SQL("create schema if not exists {}")
            connection.execute(create_schema.format(sql.Identifier(schema)))
        connection.execute(create_it.format(sql.Identifier(name), in_schema))
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
        ways = [
            "three ways out: install it for this server",
            "use a server that has it (its programs by --schema-bin-dir=…)",
            "verify an existing database with --schema-dsn",
        ]
        servers = "" if ours or name not in STAND_INS else "embedded, local or container"
        if name == "vector":  # so this is not the server of our extra
            servers = 'embedded, after pip install "pytest-schemaverify[embedded]"'
        if servers:
            ways[1] = f"use a server that has it, or one of ours (--schema-database={servers})"
        raise DatabaseUnavailable(
            f"creating the extension {name}",
            because=f'extension "{name}" is not available on this server',
            remedy="; ".join(ways),
        ) from None
    except psycopg.Error as error:
        raise DatabaseUnavailable(
            f"creating the extension {name}", because=error.diag.message_primary or str(error)
        ) from None
