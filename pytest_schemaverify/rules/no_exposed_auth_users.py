from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog.reach import reaching
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rules.exposed import revoked
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def query(scope: frozenset[str], clients: list[str]) -> sql.Composed:
    """Return the views that read auth.users, and which of the clients' roles can read them."""
    return reaching(
        scope, sql.SQL("t.relname = 'users' and s.nspname = 'auth'"), sql.Literal(clients)
    )


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No client's role can read `auth.users` through a view."""
    for schema, view, kind, invoker, _, roles, grantees in rows:
        # A view with security_invoker reads auth.users as its caller, who may not.
        if roles and not invoker:
            name = quoted(schema, view)
            noun = "materialized view" if kind == "m" else "view"
            yield Finding(
                expected="auth.users out of the clients' reach",
                actual=f"{noun} reads it for {', '.join(roles)}",
                subject=name,
                # Only reading: who else may do what with the view is not this rule's subject.
                fix=revoked("select", name, grantees),
            )
