"""The role that migrations run as, when it is not the superuser of a disposable server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.databases.marks import ROLE_MARK
from pytest_schemaverify.errors import ConfigError


def provide(connection: Connection[Any], role: str) -> None:
    """Let a role run migrations in a database of ours; it is created if it is not there.

    It owns the database and the schemas that do not belong to anybody else, and may do there what
    the platform lets `postgres` do. Raises ConfigError for the superuser that made the database.
    """
    if role == connection.info.user:
        raise ConfigError(
            f"running the migrations as the role {role}",
            because="that is the superuser of the disposable server",
            remedy="name another, as `role: migrator`: it is created, is no superuser, and may do"
            " what the platform lets `postgres` do",
        )
    for name, value in (("role", role), ("role_mark", ROLE_MARK)):
        connection.execute(
            "select pg_catalog.set_config(%s, %s, false)", [f"schemaverify.{name}", value]
        )
    connection.execute(Path(__file__).with_name("roles.sql").read_bytes())


@contextmanager
def session_as(connection: Connection[Any], role: str) -> Iterator[None]:
    """Let a superuser's connection be a role's for a while; '' changes nothing."""
    if role:
        connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role)))
    try:
        yield
    finally:
        if role and connection.info.status == psycopg.pq.ConnStatus.OK:
            connection.execute("reset session authorization")
