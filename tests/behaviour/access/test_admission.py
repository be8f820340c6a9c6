"""Whether policies let somebody in to a row that need not be there, and what it has to have."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.behaviour.access.admission import Imagined, admitting, changed_to_meet
from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.trying.observations import observed
from pytest_schemaverify.kinds.snapshot import read

NOTES = ("public", "notes")
SUB = "11111111-1111-4111-8111-111111111111"
ALICE = Identity("alice", "authenticated", {"sub": SUB})
NEWCOMER = Identity("newcomer", "authenticated")
TYPES = {"id": "integer", "user_id": "uuid", "state": "text", "at": "date"}
ROW = Imagined(NOTES, TYPES, {"id": "1", "user_id": SUB, "state": "draft"})


def test_an_expression_is_asked_about_a_row_that_is_not_there(connection: Connection[Any]) -> None:
    connection.execute(
        "create schema hidden;"
        "create function hidden.yes() returns boolean language sql as 'select true'"
    )
    asked = ["user_id = auth.uid()", "at is null and notes.id = 1", "hidden.yes()"]
    never = ["state = 'open'", "at > now()", "1 / 0 = 1", "no_such = 1"]
    assert admitting(connection, ALICE, ROW, [*asked, *never]) == asked
    assert admitting(connection, NEWCOMER, ROW, asked) == asked[1:]


def test_values_are_found_that_meet_all_conditions(connection: Connection[Any]) -> None:
    choices: dict[str, list[str | None]] = {
        "state": ["open", "shut"],
        "at": ["never", "2000-01-01", None],
    }
    found = changed_to_meet(connection, ALICE, ROW, ["state <> 'draft'", "at < now()"], choices)
    assert found == {"state": "open", "at": "2000-01-01"}
    assert changed_to_meet(connection, ALICE, ROW, ["at is null"], choices) == {}
    assert changed_to_meet(connection, ALICE, ROW, ["id = 2"], choices) is None
    assert changed_to_meet(connection, ALICE, ROW, ["no_such = 2"], choices) is None


@pytest.mark.parametrize(
    ("condition", "seen", "made"),
    [
        ("user_id = auth.uid()", 0, 0),
        ("user_id is not distinct from auth.uid()", 1, 1),
        ("user_id = auth.uid() or user_id is null", 1, 1),
        ("true", 2, 0),  # one without an owner would tell nothing more
    ],
)
def test_a_row_without_an_owner_is_made_where_that_lets_somebody_in(
    condition: str, seen: int, made: int, connection: Connection[Any]
) -> None:
    connection.execute(
        "create table notes (id serial primary key, user_id uuid);"
        "alter table notes enable row level security;"
        f"create policy own on notes to authenticated using ({condition});"
        "grant select on notes to authenticated".encode()
    )
    people = {"alice": ALICE, "newcomer": NEWCOMER}
    scene = Scene(read(connection), people, {NOTES: Ownership("user_id")}, connection)
    scene.generate([NOTES])
    assert observed(scene, NEWCOMER, NOTES, "select", {}).attempts[0].others == seen
    assert connection.execute("select from notes where user_id is null").rowcount == made
