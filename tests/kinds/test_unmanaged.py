"""Every kind has a key under `unmanaged`, which finds an object, and no longer once it is named."""

from time import process_time
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.kinds.sections import with_own_objects
from tests.kinds.test_objects import WORLD, results

MORE = """
create role hired;
grant set on parameter log_min_messages to hired;
alter default privileges for role hired grant select on tables to public;
create text search configuration words (copy = pg_catalog.simple);
create subscription letters connection '' publication changes
    with (connect = false, slot_name = none);
create extension citext;
create sequence counted;
create table numbered (id bigint generated always as identity);
create role setter;
grant set on parameter session_replication_role to setter;
"""
_SEPARATE = {"tablespaces": "one wants a folder of the server"}
"""Keys of which the database of this test has no object, and why."""


@pytest.fixture
def world(connection: Connection[Any]) -> Connection[Any]:
    connection.execute((WORLD + MORE).encode())
    return connection


def unnamed(expectations: dict[str, Any], connection: Connection[Any]) -> dict[str, list[str]]:
    """Return the objects that are told under each key of `unmanaged`."""
    around = {"database": {"platform": "supabase"}, "schemas": {"odd": {}}}
    text = yaml.safe_dump({**around, **expectations}, sort_keys=False)
    return {
        one.planned.check.removeprefix("unmanaged."): [f.subject for f in one.findings]
        for one in results(text, connection)
        if one.planned.check.startswith("unmanaged.")
    }


def test_every_kind_is_told_until_it_is_named_or_has_a_reason(world: Connection[Any]) -> None:
    keys = [one for one in with_own_objects() if one not in _SEPARATE]
    found = unnamed({"unmanaged": dict.fromkeys(keys, "fail"), "schemas": {}}, world)
    assert [one for one in keys if not found[one]] == []
    nothing: dict[str, list[str]] = {one: [] for one in keys}
    said: dict[str, Any] = {}
    for key, names in found.items():
        # Nothing can be said of a role under default privileges without a word on some objects.
        entry = {"tables": {"public": ["select"]}} if key == "default_privileges" else {}
        said[key] = dict.fromkeys(names, entry)
    # Of the views one is materialized, and has a section of its own.
    said["materialized_views"] = {"public.note_count": said["views"].pop("public.note_count")}
    named = unnamed({"unmanaged": dict.fromkeys(keys, "fail"), **said}, world)
    assert named == nothing
    reasons = {key: {"except": dict.fromkeys(names, "why")} for key, names in found.items()}
    assert unnamed({"unmanaged": reasons, "schemas": {}}, world) == nothing


def test_what_comes_with_another_or_from_elsewhere_is_not_told(world: Connection[Any]) -> None:
    found = unnamed({"unmanaged": dict.fromkeys(with_own_objects(), "fail")}, world)
    assert "public.numbered_id_seq" not in found["sequences"]
    assert "plpgsql" not in (*found["extensions"], *found["languages"])
    assert not any("citext" in one for key in ("types", "casts", "operators") for one in found[key])
    assert found["tablespaces"] == []
    assert "pg_monitor" not in found["roles"]
    assert "postgres" not in found["roles"]


def test_many_that_no_file_names_do_not_take_the_square_of_their_number(
    connection: Connection[Any],
) -> None:
    connection.execute("select lo_create(oid::oid) from generate_series(100001, 105000) as oid")
    begun = process_time()
    found = unnamed({"unmanaged": {"large_objects": "fail"}, "schemas": {}}, connection)
    assert len(found["large_objects"]) == 5000
    assert process_time() - begun < 6  # it is one second; with the square it was fifteen
