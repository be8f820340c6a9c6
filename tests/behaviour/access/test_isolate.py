"""What `access: {isolate: …}` says of schemas that are wrong, or cannot be judged, or are right."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.verification.judging import run
from tests.pages import prepared, told

DATA = Path(__file__).parents[2] / "data"
ISOLATED = {"database": {"platform": "supabase"}, "access": {"isolate": "user_id"}}
CASES: dict[str, dict[str, Any]] = {
    name: case
    for file in ("isolation.yaml", "own_rights.yaml")
    for name, case in yaml.safe_load((DATA / file).read_text(encoding="utf-8")).items()
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tenants_are_kept_apart_or_it_is_told(
    case: dict[str, Any], connection: Connection[Any]
) -> None:
    if connection.info.server_version // 10000 < case.get("from", 0):
        pytest.skip(f"for PostgreSQL >= {case['from']}")
    prepare(case, connection)
    expected = {"database": {"platform": "supabase"}, "access": {"isolate": case["isolate"]}}
    if "clients" in case:
        expected["defaults"] = {"clients": case["clients"]}
    found = said(connection, expected, "access::isolate")
    assert [text for text in case.get("says", ()) if text not in found] == [], found
    assert bool(found) == ("says" in case), found


def test_what_everybody_can_do_is_told_once(connection: Connection[Any]) -> None:
    connection.execute(
        "create table letters (id integer primary key, user_id uuid not null);"
        "alter table letters enable row level security;"
        "create policy own on letters using (user_id = auth.uid());"
        "alter default privileges for role postgres in schema public"
        " revoke truncate on tables from anon, authenticated;"
        "grant all on letters to anon, authenticated"
    )
    found = said(connection, ISOLATED, "access::isolate")
    assert found.count("truncate:") == 1


def test_one_cause_is_told_once_for_all_its_tables(connection: Connection[Any]) -> None:
    _leaking(connection, 60, "true")
    found = said(connection, ISOLATED, "access::isolate")
    assert found.count("sees a row of tenant B") == 1
    assert [number for number in range(60) if f"public.leaking_{number}" not in found] == []
    assert len(found.splitlines()) < 25, found


def test_many_causes_fit_on_a_screen_and_all_are_named(connection: Connection[Any]) -> None:
    _leaking(connection, 20, "user_id is not null and {} = {}")
    found = said(connection, ISOLATED, "access::isolate")
    for number in range(20):
        assert (
            found.count(f"public.leaking_{number}:") + found.count(f"\n  public.leaking_{number}\n")
            == 1
        )
    assert len(found.splitlines()) < 70


def _leaking(connection: Connection[Any], count: int, condition: str) -> None:
    """Make tables that show everybody's rows to whoever has signed in."""
    for number in range(count):
        name = f"leaking_{number}"
        connection.execute(
            f"create table {name} (id integer primary key, user_id uuid not null);"
            f"alter table {name} enable row level security;"
            f"revoke all on {name} from anon, authenticated;"
            f"grant select on {name} to authenticated;"
            f"create policy p on {name} using ({condition.format(number, number)})".encode()
        )


def prepare(case: dict[str, Any], connection: Connection[Any]) -> None:
    """Make the schema of a case, and grant what it says."""
    for part in ("before", "sql"):
        connection.execute(case.get(part, "").encode())
    for table in case.get("all", ()):
        connection.execute(
            f"alter table {table} enable row level security;"
            f"revoke truncate on {table} from anon, authenticated;"
            f"grant select, insert, update, delete on {table} to authenticated".encode()
        )
    connection.execute(case.get("then", "").encode())


def said(connection: Connection[Any], expected: dict[str, Any], item: str) -> str:
    """Return what a user reads of an item; "" where everything is right."""
    planned, facts = prepared(yaml.safe_dump(expected), connection, copy=lambda: connection)
    [result] = [run(one, facts) for one in planned if one.name == item]
    return told([result])
