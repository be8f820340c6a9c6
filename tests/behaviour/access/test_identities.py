"""Being somebody else for a while."""

from typing import Any

import pytest
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, Outcome, acting, ran
from pytest_schemaverify.behaviour.access.trying.attempts import kind
from pytest_schemaverify.behaviour.access.trying.row_security import power

ALICE = Identity(
    "alice",
    "authenticated",
    {"sub": "11111111-1111-1111-1111-111111111111", "app_metadata": {"tenant": 7, "roles": ["a"]}},
    {"app.tenant": "7"},
)
QUESTION = sql.SQL(
    "select current_user::text, auth.uid()::text, current_setting('request.jwt.claim.sub', true),"
    " current_setting('request.jwt.claims', true)::json -> 'app_metadata' ->> 'tenant',"
    " current_setting('app.tenant', true), auth.role()"
)


def test_role_claims_in_both_forms_and_settings_are_set(connection: Connection[Any]) -> None:
    with acting(connection, ALICE):
        found = ran(connection, QUESTION).rows
    sub = ALICE.claims["sub"]
    assert found == (("authenticated", sub, sub, "7", "7", "authenticated"),)


def test_nothing_of_it_stays(connection: Connection[Any]) -> None:
    with acting(connection, ALICE):
        connection.execute("create temporary table t (a integer)")
    assert connection.execute("select to_regclass('t')").fetchone() == (None,)
    assert connection.execute("select current_user = session_user").fetchone() == (True,)


def test_nobody_inherits_the_claims_of_somebody_else(connection: Connection[Any]) -> None:
    with acting(connection, ALICE), acting(connection, Identity("visitor", "anon")):
        row = connection.execute("select auth.uid(), current_user::text").fetchone()
    assert row == (None, "anon")


def test_an_error_leaves_the_connection_usable(connection: Connection[Any]) -> None:
    with acting(connection, ALICE):
        outcome = ran(connection, sql.SQL("select 1 / 0"))
    assert outcome.state == "22012"
    assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sub", ALICE.claims["sub"]),
        ("role", "authenticated"),
        ("app_metadata.tenant", "7"),
        ("app_metadata.roles", '["a"]'),
        ("app_metadata.none", None),
        ("sub.deeper", None),
    ],
)
def test_a_claim_is_found_however_deep_it_is(path: str, value: str | None) -> None:
    assert ALICE.claim(path) == value


@pytest.mark.parametrize(
    ("role", "sql", "reason"),
    [
        ("authenticated", "", ""),
        ("service_role", "", "has BYPASSRLS"),
        ("supabase_admin", "", "is a superuser"),
        ("authenticated", "alter table t owner to authenticated", "is the owner of public.t"),
        ("authenticated", "alter table t owner to anon; grant anon to authenticated", "a member"),
        (
            "authenticated",
            "alter table t owner to authenticated; alter table t force row level security",
            "",
        ),
    ],
)
def test_who_is_exempt_from_security_is_known(
    role: str, sql: str, reason: str, connection: Connection[Any]
) -> None:
    connection.execute(
        "create table t (a integer); alter table t enable row level security;"
        f"grant create on schema public to anon, authenticated; {sql}".encode()
    )
    found = power(connection, Identity("x", role), "public.t")
    assert reason in found
    assert bool(reason) == bool(found)


@pytest.mark.parametrize(
    ("state", "message", "where", "meaning"),
    [
        ("", "", "", "done"),
        ("42501", "permission denied for table notes", "", "refused"),
        ("42501", "permission denied for schema app", "", "refused"),
        ("42501", "permission denied for table users", "", "broken"),
        ("42501", "permission denied for function uid", "", "broken"),
        ("42501", 'new row violates row-level security policy for table "notes"', "", "policy"),
        ("42501", 'new row violates row-level security policy for table "log"', "", "broken"),
        ("42501", "the owner cannot be changed", "PL/pgSQL function keep_owner()", "raised"),
        ("P0001", "no", "PL/pgSQL function no()", "raised"),
        ("42P17", 'infinite recursion detected in policy for relation "notes"', "", "broken"),
        ("22P02", "invalid input syntax for type uuid", "", "broken"),
        ("54001", "stack depth limit exceeded", "", "broken"),
        ("23505", "duplicate key value", "", "constraint"),
    ],
)
def test_answers_are_told_apart(state: str, message: str, where: str, meaning: str) -> None:
    assert kind(Outcome("", state, message, where), ("app", "notes")) == meaning
