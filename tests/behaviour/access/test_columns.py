"""What `access.tables.<table>.columns` says of columns, and of what cannot be tried."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.verification.judging import run
from tests.pages import prepared, told

DATA = Path(__file__).parents[2] / "data/columns.yaml"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
ALICE = {"role": "authenticated", "claims": {"sub": "11111111-1111-1111-1111-111111111111"}}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_columns_are_used_as_the_file_says_or_it_is_told(
    case: dict[str, Any], connection: Connection[Any]
) -> None:
    connection.execute(case["sql"].encode())
    connection.execute(
        "revoke all on letters from anon, authenticated;"
        "alter table letters enable row level security;"
        "create policy own on letters to authenticated using (user_id = auth.uid());"
        f"grant {case.get('grants', 'select, insert, update')} on letters to authenticated".encode()
    )
    found = "\n".join(_said(case, connection))
    assert [text for text in case.get("says", ()) if text not in found] == [], found
    assert bool(found) == ("says" in case), found


def _said(case: dict[str, Any], connection: Connection[Any]) -> list[str]:
    """Return what a user reads of each item that does not hold."""
    table = {"owner": "user_id", "columns": {"alice": case["columns"]}}
    access: dict[str, Any] = {"identities": {"alice": ALICE}, "tables": {"letters": table}}
    access |= {key: case[key] for key in ("generate", "given") if key in case}
    planned, facts = prepared(
        yaml.safe_dump({"access": access}), connection, copy=lambda: connection
    )
    items = [one for one in planned if one.check.startswith("access_columns.")]
    assert len(items) == len(case["columns"])
    return [text for one in items if (text := told([run(one, facts)]))]
