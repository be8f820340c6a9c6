"""Acting as another role for a while, as PostgREST does after it has checked a JWT.

https://docs.postgrest.org/en/stable/references/transactions.html has the settings.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.errors import ConfigError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
"""Claims whose names can be part of the name of a setting; others are only in the whole token.

PostgreSQL refuses settings with other signs in their names, such as a URL, which is a usual name of
a claim: https://www.postgresql.org/docs/current/runtime-config-custom.html
"""

OFTEN_SET_ALONE = ("sub", "role", "email")
"""Claims that scripts set one by one, without `request.jwt.claims`; they are emptied as well."""


def claim_settings(token: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that have a token's claims, as one object and one by one."""
    # Policies read either form. PostgREST sets the token as one object since 9.0, and set each
    # claim before: https://postgrest.org/en/v9.0/releases/v9.0.0.html#postgresql-14-compatibility
    settings = {"request.jwt.claims": json.dumps(token, default=str, ensure_ascii=False)}
    for name, value in token.items():
        if _NAME.fullmatch(name):
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            settings[f"request.jwt.claim.{name}"] = text
    return settings


@contextmanager
def acting_as(
    connection: Connection[Any], role: str, claims: Mapping[str, Any] | None = None
) -> Iterator[Connection[Any]]:
    """Yield the connection while it acts as a role with these JWT claims, then roll all of it back.

    The claims are in `request.jwt.claims` as one object and in `request.jwt.claim.<name>` one by
    one; the claim `role` is the role unless it is given. In an open transaction, a savepoint is
    rolled back, so that what the connection did before can be seen and stays. Raises ConfigError
    when the connection may not be that role.
    """
    token = {"role": role, **(claims or {})}
    # Within another `acting_as`, the claims of the outer one are in force. What the new token lacks
    # would still be read as the old one's. A setting cannot be removed, only emptied.
    settings = {f"request.jwt.claim.{name}": "" for name in _set_before(connection)}
    settings |= claim_settings(token)
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
            remedy=_way_to(role, error, connection.info.user),
        ) from None


def _way_to(role: str, error: psycopg.Error, user: str) -> str:
    if isinstance(error, psycopg.errors.InsufficientPrivilege):  # the role is there
        return f'grant "{role}" to "{user}"; or connect as a superuser'
    create_it = "create it in a migration"
    if role in ("anon", "authenticated", "service_role"):
        return f"{create_it}, or say `database: {{platform: supabase}}`, which has it"
    return create_it


def _set_before(connection: Connection[Any]) -> list[str]:
    """Return the names of claims that the connection has by now, and of those often set alone."""
    row = connection.execute(
        "select pg_catalog.current_setting('request.jwt.claims', true)"
    ).fetchone()
    before: object = {}
    with suppress(ValueError):  # a test may have set any text
        before = json.loads(row[0]) if row and row[0] else {}
    names = [*OFTEN_SET_ALONE, *(before if isinstance(before, dict) else ())]
    return [name for name in names if _NAME.fullmatch(name)]
