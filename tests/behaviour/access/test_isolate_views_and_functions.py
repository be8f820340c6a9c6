"""What `access: {isolate: …}` says of views and functions, beside a table that is in order."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from tests.behaviour.access.test_isolate import said

DATA = Path(__file__).parents[2] / "data/isolation_of_views_and_functions.yaml"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
LETTERS = """
create table letters (
    id uuid primary key default gen_random_uuid(), user_id uuid not null, words text not null
);
alter table letters enable row level security;
create policy own on letters to authenticated using (user_id = auth.uid());
revoke all on letters from anon, authenticated;
grant select, insert, update, delete on letters to authenticated;
"""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_views_and_functions_keep_tenants_apart_or_it_is_told(
    case: dict[str, Any], connection: Connection[Any]
) -> None:
    if connection.info.server_version // 10000 < case.get("from", 0):
        pytest.skip(f"for PostgreSQL >= {case['from']}")
    connection.execute((LETTERS + case["sql"]).encode())
    expected = {"access": {"isolate": case.get("isolate", "user_id")}}
    found = said(connection, expected, "access::isolate")
    assert [text for text in case.get("says", ()) if text not in found] == [], found
    assert bool(found) == ("says" in case), found
