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


OTHER = "insert into notes values (3, '22222222-2222-2222-2222-222222222223');"


@pytest.mark.parametrize(
    ("sql", "command", "seen"),
    [
        ("grant truncate on notes to authenticated", "delete", "all, as alice: truncate"),
        (
            "create policy gives on notes for update to authenticated"
            " using (user_id = auth.uid()) with check (true)",
            "update",
            "some, as alice: update that gives a row to somebody else",
        ),
        (
            "create table notes_old () inherits (notes);"
            "grant select on notes_old to authenticated;"
            f"insert into notes_old values (9, '{BOB}')",
            "select",
            "some, as alice: straight from public.notes_old",
        ),
        (
            "create sequence numbers owned by notes.id;"
            "revoke all on sequence numbers from authenticated;"
            "grant update on sequence numbers to authenticated",
            "insert",
            "some, as alice: setval() of the table's sequence",
        ),
    ],
)
def test_a_way_around_the_command_counts_and_is_named(
    sql: str, command: str, seen: str, connection: Connection[Any]
) -> None:
    found = of(OWN + MINE + THEIRS + OTHER + sql, "own", connection)
    assert found.count("expected") == 1, found
    assert f"public.notes, authenticated, {command}" in found
    assert seen in found


PUBLIC = """
alter table notes add public boolean not null default true;
create policy public on notes for select using (public);
grant select on notes to anon;
"""


@pytest.mark.parametrize(
    ("rows", "pinned", "says"),
    [
        (f"(1, '{ALICE}', false), (2, '{BOB}', true), (3, gen_random_uuid(), false)", "own", ""),
        (
            f"(1, '{ALICE}', false), (2, '{BOB}', true)",
            "own",
            "not tried: each row in it is alice's own or shared",
        ),
    ],
)
def test_rows_that_are_shared_are_neither_ones_own_nor_anothers(
    rows: str, pinned: str, says: str, connection: Connection[Any]
) -> None:
    connection.execute(f"{NOTES}{OWN}{PUBLIC}insert into notes values {rows}".encode())
    access = {
        "identities": {
            "alice": {"role": "authenticated", "claims": {"sub": ALICE}},
            "visitor": "anon",
            "backend": {"role": "service_role", "bypasses_rls": True},
        },
        "tables": {
            "notes": {"owner": "user_id", "shared": "public", "alice": {"select": "own"}}
        },
        "matrix": {
            "notes": {
                "authenticated": pinned, "anon": "select some", "service_role": "none",
            }
        },
        "generate": False,
    }  # fmt: skip
    connection.execute(b"grant select on notes to service_role")
    found = said(connection, {"access": access}, "access::matrix")
    assert "public.notes, service_role, select\n    expected    none\n    actual      all" in found
    assert "anon, select" not in found
    assert ("public.notes, authenticated, select" in found) == bool(says)
    assert says in found


KEPT = """
create table replies (id integer primary key, note_id integer not null references notes);
insert into replies values (1, 1), (2, 2);
"""


@pytest.mark.parametrize(("policy", "pinned"), [(OWN, "own"), (OPEN, "all"), (NOBODY, "none")])
def test_what_other_rows_keep_from_everybody_is_no_part_of_a_cell(
    policy: str, pinned: str, connection: Connection[Any]
) -> None:
    several = "alter table notes drop constraint notes_user_id_key;"
    more = f"insert into notes values (4, '{BOB}'), (5, '{ALICE}');"
    assert of(policy + several + MINE + THEIRS + more + KEPT, pinned, connection) == ""


@pytest.mark.parametrize(("expected", "policy"), [("own", OWN), ("all", OPEN)])
def test_what_other_rows_keep_from_everybody_is_no_part_of_an_expectation(
    expected: str, policy: str, connection: Connection[Any]
) -> None:
    connection.execute(
        f"{NOTES}{policy}alter table notes drop constraint notes_user_id_key;{MINE}{THEIRS}"
        f"insert into notes values (4, '{BOB}'), (5, '{ALICE}');{KEPT}".encode()
    )
    alice = {"role": "authenticated", "claims": {"sub": ALICE}}
    tables = {"notes": {"owner": "user_id", "alice": {"delete": expected}}}
    access = {"identities": {"alice": alice}, "tables": tables}
    assert said(connection, {"access": access}, "access.tables.notes.alice::delete") == ""


BY_FUNCTION = f"""
create function mine(one uuid) returns boolean language sql stable as 'select one = auth.uid()';
create table plans (id integer primary key, user_id uuid not null);
alter table plans enable row level security;
create policy own on plans to authenticated using (mine(user_id));
revoke all on plans from anon, authenticated;
grant select on plans to authenticated;
insert into plans values (7, '{BOB}');
"""


@pytest.mark.parametrize(
    ("isolate", "seen"), [({}, "not tried: nothing says whose"), ({"isolate": "user_id"}, "own")]
)
def test_whose_rows_are_is_not_guessed_by_the_name_of_a_column(
    isolate: dict[str, Any], seen: str, connection: Connection[Any]
) -> None:
    connection.execute(f"{NOTES}{OWN}{BY_FUNCTION}".encode())
    alice = {"role": "authenticated", "claims": {"sub": ALICE}}
    access = {
        "identities": {"alice": alice},
        "tables": {"notes": {"owner": "user_id", "alice": {"select": "own"}}},
        "matrix": {"notes": {"authenticated": "own"}, "plans": {"authenticated": "none"}},
        **isolate,
    }
    found = said(connection, {"access": access}, "access::matrix")
    assert "public.plans, authenticated, select" in found
    assert f"actual      {seen}" in found


def test_a_reason_covers_a_cell_and_has_to_be_needed(connection: Connection[Any]) -> None:
    connection.execute(f"{NOTES}{OPEN}{MINE}{THEIRS}".encode())
    access = {
        "identities": {"alice": {"role": "authenticated", "claims": {"sub": ALICE}}},
        "tables": {"notes": {"owner": "user_id", "alice": {"select": "all"}}},
        "matrix": {
            "notes": {"authenticated": "select own"},
            "except": {"notes": {"authenticated": {"update": "for now", "delete": "for now"}}},
        },
    }
    found = said(connection, {"access": access}, "access::matrix")
    assert ", select" in found
    assert ", insert" in found
    assert ", update" not in found
    assert ", delete" not in found
    assert "exemption" not in found
    access["matrix"] = {"notes": {"authenticated": "all"}, "except": {"gone": {"anon": "for now"}}}
    found = said(connection, {"access": access}, "access::matrix")
    assert "public.gone, anon\n    expected    a cell that needs this exemption" in found
