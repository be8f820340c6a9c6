"""The role that migrations run as, when it is not the superuser of a disposable server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.databases.binaries import SUPERUSER
from pytest_schemaverify.databases.ownership import ROLE_MARK
from pytest_schemaverify.databases.trusted_extensions import TRUSTED
from pytest_schemaverify.errors import DatabaseUnavailable


def provide(connection: Connection[Any], role: str, *, ours: bool = False) -> None:
    """Let a role run migrations in a database of ours, and create the role if it does not exist.

    The role owns the database and the schemas that the platform has not given to other roles, and
    may do there what the platform lets `postgres` do; more of it where the server is ours. Raises
    DatabaseUnavailable if the role is a superuser, or if the connection is not a superuser's and so
    cannot become the role.
    """
    user = connection.info.user
    rows = connection.execute(
        "select rolname, rolsuper from pg_catalog.pg_roles where rolname in (%s, %s)", [role, user]
    )
    superusers = dict(rows.fetchall())
    if role == user and not superusers[user]:
        return  # it has made the database, and its migrations run as itself anyway
    tried = f"running the migrations as the role {role}"
    if superusers.get(role):
        remedy = (
            "name another, as `role: migrator`: it is created, and may do what the platform lets"
            " `postgres` do"
        )
        if role == SUPERUSER:  # a server of ours would be another one's
            remedy += (
                "; on a server of ours (--schema-database=embedded, local or container) `postgres`"
                " is no superuser if `role` names it"
            )
        raise DatabaseUnavailable(
            tried,
            because="that is a superuser of this server, and `role` asks for one that is none",
            remedy=remedy,
        )
    if not superusers[user]:
        raise DatabaseUnavailable(
            tried,
            because=f"{user} is no superuser, and only a superuser can become another role",
            remedy=f"connect as a superuser, or leave `role` out: then {user} runs the migrations,"
            " who is no superuser either",
        )
    # The script is one `do` block, which takes no parameters. It reads settings instead.
    settings = {
        "role": role,
        "role_mark": ROLE_MARK,
        "trusted": ",".join(TRUSTED),
        "ours": str(ours),
    }
    for name, value in settings.items():
        connection.execute(
            "select pg_catalog.set_config(%s, %s, false)", [f"schemaverify.{name}", value]
        )
    connection.execute(Path(__file__).with_name("migration_role.sql").read_bytes())


@contextmanager
def session_as(connection: Connection[Any], role: str) -> Iterator[None]:
    """Let a superuser's connection belong to a role for a while; '' changes nothing."""
    # After `set role`, a `reset role` in a migration would bring the superuser back.
    if role:
        connection.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role)))
    try:
        yield
    finally:
        # The migrations may have lost the connection, and its error must not be replaced by ours.
        if role and connection.info.status == psycopg.pq.ConnStatus.OK:
            connection.execute("reset session authorization")
