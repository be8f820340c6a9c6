"""A cell of the matrix, as a denial of any kind, counts only with rows by which it can be told."""

from typing import Any

import pytest
from psycopg import Connection

from .test_isolate import said

ALICE, BOB = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
NOTES = """
create table notes (id integer primary key, user_id uuid not null unique);
alter table notes enable row level security;
revoke all on notes from anon, authenticated, service_role;
grant select, insert, update, delete on notes to authenticated;
"""
OWN = "create policy own on notes to authenticated using (user_id = auth.uid());"
OPEN = "create policy own on notes to authenticated using (true);"
NOBODY = "create policy own on notes to authenticated using (false);"
SEEN = "create policy own on notes for select to authenticated using (user_id = auth.uid());"
MINE, THEIRS = (
    f"insert into notes values (1, '{ALICE}');",
    f"insert into notes values (2, '{BOB}');",
)


def of(sql: str, pinned: str, connection: Connection[Any], item: str = "access::matrix") -> str:
    """Return what is said where alice tries what is pinned, on the rows of the SQL alone."""
    connection.execute(f"{NOTES}{sql}".encode())
    alice = {"role": "authenticated", "claims": {"sub": ALICE}}
    access = {
        "identities": {"alice": alice},
        "tables": {"notes": {"owner": "user_id", "alice": {"select": "nothing"}}},
        "matrix": {"notes": {"authenticated": pinned}},
        "generate": False,
    }
    return said(connection, {"access": access}, item)


@pytest.mark.parametrize(
    ("sql", "pinned", "because"),
    [
        (OWN, "own", "there is no row in it"),
        (OPEN, "all", "there is no row in it"),
        (NOBODY, "none", "there is no row in it"),
        (OWN + MINE, "own", "there is no row in it but alice's own"),
        (OWN + THEIRS, "own", "there is no row of alice's own in it"),
        (OWN + THEIRS, "none", "there is no row of alice's own in it"),
        (NOBODY + MINE, "none", "there is no row in it but alice's own"),
    ],
)
def test_a_cell_without_the_rows_for_it_is_not_tried(
    sql: str, pinned: str, because: str, connection: Connection[Any]
) -> None:
    found = of(sql, pinned, connection)
    for command in ("select", "update", "delete"):
        assert f"public.notes, authenticated, {command}" in found
    assert f"not tried: {because}; give one under `access.given`" in found


@pytest.mark.parametrize(
    ("sql", "pinned"),
    [
        (OWN + MINE + THEIRS, "own"),
        (OPEN + MINE + THEIRS, "all"),
        (NOBODY + MINE + THEIRS, "none"),
        (SEEN + MINE + THEIRS, "select own"),
        ("revoke all on notes from authenticated;", "none"),
    ],
)
def test_with_them_it_holds(sql: str, pinned: str, connection: Connection[Any]) -> None:
    assert of(sql, pinned, connection) == ""


def test_nothing_is_no_denial_at_a_table_without_ones_own_row(connection: Connection[Any]) -> None:
    item = "access.tables.notes.alice::select"
    found = of(NOBODY + THEIRS, "none", connection, item)
    assert "denying alice its own rows of public.notes" in found
    assert "there is no row of its own" in found


@pytest.mark.parametrize(
    "policy",
    [
        OWN,
        "create policy own on notes using (user_id = (auth.jwt() ->> 'sub')::uuid);",
        "create policy own on notes using (user_id::text = current_setting('app.user', true));",
    ],
)
@pytest.mark.parametrize("access", [{"matrix": {"notes": {"authenticated": "none"}}}, {}])
def test_none_is_nothing_that_holds_where_policies_tell_an_owner(
    policy: str, access: dict[str, Any], connection: Connection[Any]
) -> None:
    connection.execute(f"{NOTES}{policy} create table plans (id integer primary key)".encode())
    alice = {
        "role": "authenticated", "claims": {"sub": ALICE}, "settings": {"app.user": ALICE},
    }  # fmt: skip
    file: dict[str, Any] = {"matrix": {}, "exact": True, **access, "identities": {"alice": alice}}
    found = said(connection, {"access": file}, "access::matrix")
    for command in ("select", "insert", "update", "delete"):
        assert f"public.notes, authenticated, {command}\n    expected    none" in found
    assert "actual      own" in found


def test_nothing_is_no_denial_at_a_table_whose_owner_only_policies_know(
    connection: Connection[Any],
) -> None:
    connection.execute(f"{NOTES}{OWN}".encode())
    alice = {"role": "authenticated", "claims": {"sub": ALICE}}
    tables = {"notes": {"alice": {"select": "nothing"}, "visitor": "nothing"}}
    access = {"identities": {"alice": alice, "visitor": "anon"}, "tables": tables}
    found = said(connection, {"access": access}, "access.tables.notes.alice::select")
    assert "say so: `owner: user_id`" in found
    assert said(connection, {"access": access}, "access.tables.notes.visitor::select") == ""
