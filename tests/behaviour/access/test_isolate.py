"""What `access: {isolate: …}` says of schemas that are wrong, or cannot be judged, or are right."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.verification.judging import run
from tests.pages import prepared, told

DATA = Path(__file__).parents[2] / "data/isolation.yaml"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tenants_are_kept_apart_or_it_is_told(
    case: dict[str, Any], connection: Connection[Any]
) -> None:
    if connection.info.server_version // 10000 < case.get("from", 0):
        pytest.skip(f"for PostgreSQL >= {case['from']}")
    for part in ("before", "sql"):
        connection.execute(case.get(part, "").encode())
    for table in case.get("all", ()):
        connection.execute(
            f"alter table {table} enable row level security;"
            f"revoke truncate on {table} from anon, authenticated;"
            f"grant select, insert, update, delete on {table} to authenticated".encode()
        )
    connection.execute(case.get("then", "").encode())
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
    found = said(connection, {"access": {"isolate": "user_id"}}, "access::isolate")
    assert found.count("truncate:") == 1


def said(connection: Connection[Any], expected: dict[str, Any], item: str) -> str:
    """Return what a user reads of an item; "" where everything is right."""
    planned, facts = prepared(yaml.safe_dump(expected), connection, copy=lambda: connection)
    [result] = [run(one, facts) for one in planned if one.name == item]
    return told([result])
