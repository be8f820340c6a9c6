"""Being another role for a while, as an API that has checked somebody's token is."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import ConfigError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
"""Names of claims that can be part of a setting's; others are only in the whole token."""

_OFTEN_SET_ALONE = ("sub", "role", "email")


@contextmanager
def acting_as(
    connection: Connection[Any], role: str, claims: Mapping[str, Any] | None = None
) -> Iterator[Connection[Any]]:
    """Let a connection act as a role with these JWT claims; afterwards all of it is rolled back.

    The claims are in `request.jwt.claims` as one object and in `request.jwt.claim.<name>` one by
    one; the claim `role` is the role unless it is given. What the connection did before, in an
    open transaction, can be seen and stays. Raises ConfigError when it may not be that role.
    """
    token = {"role": role, **(claims or {})}
    settings = {f"request.jwt.claim.{name}": "" for name in _set_before(connection)}
    settings["request.jwt.claims"] = json.dumps(token, default=str, ensure_ascii=False)
    for name, value in token.items():
        if _NAME.fullmatch(name):
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            settings[f"request.jwt.claim.{name}"] = text
    with connection.transaction(force_rollback=True):
        for name, value in settings.items():
            connection.execute("select pg_catalog.set_config(%s, %s, true)", [name, value])
        _become(connection, role)
        yield connection


def _become(connection: Connection[Any], role: str) -> None:
    try:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    except psycopg.Error as error:
        raise ConfigError(
            f"acting as the role {role}",
            because=error.diag.message_primary or str(error),
            remedy="create it in a migration, or say `database: {platform: supabase}`, which has "
            "anon, authenticated and service_role",
        ) from None


def _set_before(connection: Connection[Any]) -> list[str]:
    """Return the names of the claims of whoever the connection acts as already."""
    row = connection.execute(
        "select pg_catalog.current_setting('request.jwt.claims', true)"
    ).fetchone()
    before: object = {}
    with suppress(ValueError):  # what somebody else has set may be anything
        before = json.loads(row[0]) if row and row[0] else {}
    names = [*_OFTEN_SET_ALONE, *(before if isinstance(before, dict) else ())]
    return [name for name in names if _NAME.fullmatch(name)]
