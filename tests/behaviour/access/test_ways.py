"""Each way in which a command is tried tells by itself whose rows it has reached."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.tenants.staging.people import members
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt
from pytest_schemaverify.behaviour.access.trying.observations import observed
from pytest_schemaverify.kinds.snapshot import read

TABLE = ("public", "notes")
NOTES = """
create table notes (id integer primary key, user_id uuid not null, text text default E'a\\nb');
grant select, insert, update, delete on notes to authenticated;
"""
SECURED = "alter table notes enable row level security;"
OWN = f"{SECURED} create policy own on notes to authenticated using (user_id = auth.uid());"
READING = ("select", "through a cursor", "copy … to stdout")
OVER = "insert … on conflict do update"
COPIED = "copy … from stdin in bob's name"


def ways(sql: str, command: str, connection: Connection[Any]) -> dict[str, tuple[int, int]]:
    """Return how many rows of alice's own and of others she reached, by each way."""
    found = attempts(f"{NOTES}{sql}", command, connection)
    return {one.name: (one.own, one.others) for one in found}


def attempts(
    sql: str, command: str, connection: Connection[Any], *more: str, table: str = "notes"
) -> tuple[Attempt, ...]:
    """Return what alice tries with a command, where bob has rows as well.

    `more` are tables besides that have a column `user_id`.
    """
    connection.execute(sql.encode())
    people = {
        name: Identity(name, "authenticated", {"sub": f"{number * 8}-1111-4111-8111-{number * 12}"})
        for name, number in (("alice", "1"), ("bob", "2"))
    }
    catalog = read(connection)
    owners = {("public", name): Ownership("user_id") for name in (*more, table)}
    besides = {(one, "user_id") for one in owners}
    scene = Scene(catalog, people, owners, connection, people=members(catalog, owners, besides))
    scene.generate(owners)
    return observed(scene, people["alice"], ("public", table), command, {}).attempts


def reached(found: tuple[Attempt, ...]) -> set[str]:
    """Return by which ways alice reached a row of somebody else."""
    return {one.name for one in found if one.others or one.told}


@pytest.mark.parametrize(("sql", "others"), [("", 1), (OWN, 0)])
def test_rows_are_counted_however_they_are_read(
    sql: str, others: int, connection: Connection[Any]
) -> None:
    assert ways(sql, "select", connection) == dict.fromkeys(READING, (1, others))


@pytest.mark.parametrize(("sql", "others"), [("", 1), (OWN, 0)])
def test_rows_are_counted_however_they_are_written(
    sql: str, others: int, connection: Connection[Any]
) -> None:
    found = ways(sql, "insert", connection)
    assert found["insert in one's own name"] == (1, 0)
    assert found["insert in bob's name"] == (0, others)
    assert found[OVER] == (0, others)
    # A row that came by an insert already is not copied as well.
    assert found.get(COPIED) == (None if others else (0, 0))


@pytest.mark.parametrize(
    ("body", "own", "others"),
    [
        ("new.user_id := auth.uid()", 1, 0),
        ("new.user_id := coalesce(auth.uid(), new.user_id)", 1, 0),
        ("new.user_id := coalesce(new.user_id, auth.uid())", 0, 1),
    ],
)
def test_a_row_is_whose_it_is_once_triggers_have_run(
    body: str, own: int, others: int, connection: Connection[Any]
) -> None:
    made = (
        "create function mine() returns trigger language plpgsql as"
        f" $$ begin {body}; return new; end $$;"
        "create trigger mine before insert on notes for each row execute function mine();"
    )
    found = ways(made, "insert", connection)
    assert found["insert in one's own name"] == (1, 0)
    assert found["insert in bob's name"] == (own, others)


KEPT = """
create function keep() returns trigger language plpgsql as $$
begin new.user_id := old.user_id; return new; end $$;
create trigger keep before update on notes for each row execute function keep();
"""
LOOSE = """
alter table notes enable row level security;
create policy own on notes to authenticated using (user_id = auth.uid()) with check (true);
"""
GIVEN = {"update that gives a row to bob"}


@pytest.mark.parametrize(("more", "expected"), [("", GIVEN), (KEPT, set())])
def test_a_row_is_given_away_only_if_it_is_anothers_afterwards(
    more: str, expected: set[str], connection: Connection[Any]
) -> None:
    assert reached(attempts(f"{NOTES}{LOOSE}{more}", "update", connection)) == expected


LINES = """
create table notes (id integer primary key, user_id uuid not null, unique (user_id, id));
create table lines (
    id integer primary key, user_id uuid not null, note_id integer not null,
    foreign key (user_id, note_id) references notes (user_id, id)
);
grant select, insert, update, delete on notes, lines to authenticated;
"""


@pytest.mark.parametrize(("check", "expected"), [("true", GIVEN), ("user_id = auth.uid()", set())])
def test_a_row_that_others_refer_to_does_not_hide_that_rows_are_given_away(
    check: str, expected: set[str], connection: Connection[Any]
) -> None:
    policy = LOOSE.replace("check (true)", f"check ({check})")
    assert reached(attempts(f"{LINES}{policy}", "update", connection, "lines")) == expected


def test_a_row_is_given_away_together_with_what_it_refers_to(connection: Connection[Any]) -> None:
    policy = LOOSE.replace("notes", "lines")
    found = attempts(f"{LINES}{policy}", "update", connection, "notes", table="lines")
    assert reached(found) == GIVEN


ROOMS = """
create table rooms (id integer primary key, user_id uuid not null);
create table notes (
    id integer primary key, room_id integer not null references rooms, user_id uuid not null
);
grant select, insert, update, delete on rooms, notes to authenticated;
alter table rooms enable row level security;
alter table notes enable row level security;
create policy own on rooms to authenticated using (user_id = auth.uid());
create policy own on notes to authenticated
    using (user_id = auth.uid()) with check ({check}room_id in (select id from rooms));
"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [("", {"insert of a row of one's own in bob's name"}), ("user_id = auth.uid() and ", set())],
)
def test_a_row_of_ones_own_is_signed_with_anothers_name(
    check: str, expected: set[str], connection: Connection[Any]
) -> None:
    found = attempts(ROOMS.format(check=check), "insert", connection, "rooms")
    assert reached(found) == expected


SHARED_ROOMS = """
create table rooms (id integer primary key);
create table members (
    room_id integer not null references rooms, user_id uuid not null, primary key (room_id, user_id)
);
create table notes (
    id integer primary key, room_id integer not null references rooms, user_id uuid not null
);
grant select, insert, update, delete on rooms, members, notes to authenticated;
alter table members enable row level security;
alter table notes enable row level security;
create policy own on members to authenticated using (user_id = auth.uid()) with check ({check});
create policy room on notes for select to authenticated
    using (room_id in (select room_id from members where user_id = auth.uid()));
"""


@pytest.mark.parametrize("command", ["insert", "update"])
@pytest.mark.parametrize("check", ["user_id = auth.uid()", "false"])
def test_a_room_that_anybody_may_join_shows_what_others_wrote_in_it(
    check: str, command: str, connection: Connection[Any]
) -> None:
    found = attempts(
        SHARED_ROOMS.format(check=check), command, connection, "notes", table="members"
    )
    told = {one.told for one in found if one.told}
    joined = {"joins another's row of public.rooms, and then sees rows in public.notes"}
    assert told == (joined if check != "false" else set())


UNOWNED = """
create table notes (id integer primary key, user_id uuid);
grant select, insert on notes to authenticated;
alter table notes enable row level security;
create policy own on notes to authenticated
    using (user_id = auth.uid() or user_id is null) with check ({check});
"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("user_id = auth.uid() or user_id is null", {"insert of a row without an owner"}),
        ("user_id = auth.uid()", set()),
    ],
)
def test_a_row_that_nobody_owns_is_seen_by_everybody(
    check: str, expected: set[str], connection: Connection[Any]
) -> None:
    assert reached(attempts(UNOWNED.format(check=check), "insert", connection)) == expected


TEAMS = """
create table notes (
    user_id uuid not null, member_id uuid not null, primary key (user_id, member_id)
);
grant select, insert on notes to authenticated;
alter table notes enable row level security;
create policy own on notes to authenticated using (user_id = auth.uid());
create policy join_in on notes for insert to authenticated with check ({check});
"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [("member_id = auth.uid()", {"insert of oneself among bob's rows"}), ("false", set())],
)
def test_oneself_is_put_among_anothers_rows(
    check: str, expected: set[str], connection: Connection[Any]
) -> None:
    assert reached(attempts(TEAMS.format(check=check), "insert", connection)) == expected


def test_rows_that_a_trigger_gives_to_who_is_there_are_made_with_their_token(
    connection: Connection[Any],
) -> None:
    mine = (
        "create function mine() returns trigger language plpgsql as"
        " $$ begin new.user_id := auth.uid(); return new; end $$;"
        "create trigger mine before insert on notes for each row execute function mine();"
    )
    assert ways(f"{OWN}{mine}", "select", connection) == dict.fromkeys(READING, (1, 0))
    # Afterwards nobody is there again.
    assert connection.execute("select auth.uid()").fetchone() == (None,)


HANDLES = """
create table notes (user_id uuid primary key, handle text not null unique);
grant select, insert on notes to authenticated;
alter table notes enable row level security;
create policy own on notes to authenticated using (user_id = auth.uid());
create policy {policy} on notes for select to authenticated using ({using});
"""


@pytest.mark.parametrize(
    ("using", "expected"),
    [("user_id = auth.uid()", {"insert of a value that must be unique"}), ("true", set())],
)
def test_a_unique_key_tells_nothing_to_who_reads_the_row_anyway(
    using: str, expected: set[str], connection: Connection[Any]
) -> None:
    found = attempts(HANDLES.format(policy="readers", using=using), "insert", connection)
    assert reached(found) == expected


SIGNED = """
create table notes (id integer primary key, user_id uuid not null, author_id uuid not null);
grant select, insert on notes to authenticated;
alter table notes enable row level security;
create policy own on notes to authenticated using (user_id = auth.uid() and author_id = auth.uid());
"""


def test_rows_of_somebody_name_them_where_policies_ask_for_it(connection: Connection[Any]) -> None:
    [asked] = [one for one in attempts(SIGNED, "select", connection) if one.main]
    assert (asked.own, asked.others) == (1, 0)


def test_a_key_that_a_policy_takes_for_a_person_by_mistake_is_none(
    connection: Connection[Any],
) -> None:
    keyed = NOTES.replace("id integer", "id uuid")
    wrong = OWN.replace("user_id = auth.uid()", "id = auth.uid()")
    [asked] = [one for one in attempts(f"{keyed}{wrong}", "select", connection) if one.main]
    assert (asked.own, asked.others) == (0, 0)
