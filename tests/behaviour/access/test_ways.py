"""Each way in which a command is tried tells by itself whose rows it has reached."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.scene import Scene
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
    connection.execute(f"{NOTES}{sql}".encode())
    people = {
        name: Identity(name, "authenticated", {"sub": f"{number * 8}-1111-4111-8111-{number * 12}"})
        for name, number in (("alice", "1"), ("bob", "2"))
    }
    scene = Scene(read(connection), people, {TABLE: Ownership("user_id")}, connection)
    scene.generate([TABLE])
    found = observed(scene, people["alice"], TABLE, command, {})
    return {one.name: (one.own, one.others) for one in found.attempts}


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
