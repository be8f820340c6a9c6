"""What of a file of expectations a contract carries, how, and what it does not."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.authoring.odcs.carrying import CARRIED
from pytest_schemaverify.authoring.odcs.contracts import imported
from pytest_schemaverify.authoring.odcs.exporting import Exported
from pytest_schemaverify.kinds import find
from pytest_schemaverify.language.yaml import Document
from tests.authoring.test_odcs import DATA, written

GIVEN = Document((DATA / "exported.yaml").read_text(encoding="utf-8")).data
NAMES = GIVEN["names"]

NOT_CARRIED = {
    "columns.exact": "the standard has no key for it",
    "columns.default": "the standard has no key for it",
    "columns.absent": "the standard has no key for it",
    "tables.owner": "the standard has no key for it",
    "primary_key.name": "the standard has no key for it",
    "roles": "the standard has no key for it",
    "tables.exists": "it is about whatever has such a name",
    "columns.type": "it leaves open which of several values there is",
    "columns.comment": "it says that there is none",
    "foreign_keys.exists": "where it leads to is not in the contract",
}


@pytest.fixture(scope="module")
def contract() -> Exported:
    """What is made of them; it follows the standard's schema."""
    return written(GIVEN["expectations"])


def test_what_is_carried_are_checks() -> None:
    for name in CARRIED:
        find(name)  # raises KeyError for what is none


def elements(contract: Exported) -> dict[str, dict[str, Any]]:
    """Return objects and properties by their names."""
    found = {}
    for one in contract.contract["schema"]:
        found[one["name"]] = one
        found |= {f"{one['name']}.{inner['name']}": inner for inner in one.get("properties", [])}
    return found


def test_columns_and_keys_are_carried(contract: Exported) -> None:
    found = elements(contract)
    columns = {
        name.partition(".")[2]: {k: v for k, v in one.items() if k not in ("name", "quality")}
        for name, one in found.items()
        if name.startswith("lines.")
    }
    assert columns == GIVEN["columns"]
    assert found["lines"]["description"] == "What is sold"
    assert found["counts"]["physicalType"] == "materialized view"
    assert found["other_lines"]["physicalName"] == "other.lines"
    assert contract.contract["name"] == "All lines"
    assert contract.made_up == ["version"]
    [server] = contract.contract["servers"]
    assert (server["port"], server["schema"]) == (5432, "public")


def test_what_holds_for_rows_is_carried(contract: Exported) -> None:
    rules = {
        name: [{k: v for k, v in rule.items() if k != "query"} for rule in one["quality"]]
        for name, one in elements(contract).items()
        if "quality" in one
    }
    assert rules == GIVEN["rules"]


TABLES = """
create schema other;
create table lines (id bigint, kind text);
create table other.lines (id bigint);
create view lines_view as select id, kind from lines;
insert into lines values (2, 'it''s'), (4, null);
insert into other.lines values (2);
"""
WRONG = """
insert into lines values (null, 'x'), (3, 'x'), (11, 'a'), (11, 'a');
insert into lines select 2, 'it''s' from generate_series(1, 100);
"""


def test_the_queries_of_rules_mean_what_the_file_says(
    contract: Exported, connection: Connection[Any]
) -> None:
    connection.execute(TABLES)
    rules = [rule for one in elements(contract).values() for rule in one.get("quality", [])]
    queries = [rule for rule in rules if "query" in rule]
    assert [rule for rule in queries if not holds(rule, connection)] == []
    connection.execute(WRONG)
    assert [rule for rule in queries if holds(rule, connection)] == []
    assert len(queries) == 7


def holds(rule: dict[str, Any], connection: Connection[Any]) -> bool:
    row = connection.execute(rule["query"]).fetchone()
    assert row is not None
    low, high = rule.get("mustBeBetween", (-1, 1))
    return bool(low < row[0] < high)


def test_what_is_not_carried_is_listed_with_its_places(contract: Exported) -> None:
    reasons = {what: why for what, why in contract.left if what in NOT_CARRIED}
    assert reasons == NOT_CARRIED
    number = sum(map(len, contract.left.values()))
    lines = [*contract.lines("e.yaml")]
    assert lines[0] == f"{contract.count - number} of {contract.count} expectations carried"
    place = lines.index("     3 foreign_keys.exists: where it leads to is not in the contract")
    assert lines[place + 1] == "         e.yaml:19-21"
    assert "hunter2" not in contract.text() + "".join(lines)
    others = [why for what, why in contract.left if what not in NOT_CARRIED]
    assert sorted(others) == sorted(
        [
            "it is about whatever has such a name",
            "the file does not describe public.gone, to which it leads",
            "references of the standard take letters, digits and `_` only",
            "its columns are not said, or not described",
            "a rule compares one number, text or truth value",
            "it looks as if a secret is part of it",
            "the query names no table of the file, and a rule belongs to one",
            "it does not hold everywhere: `when`, `skip` or `xfail` says so",
        ]
    )


def test_names_come_back_as_the_database_has_them() -> None:
    found = written(NAMES)
    names = [(one["name"], one.get("physicalName")) for one in found.contract["schema"]]
    assert names == [
        ("a_b", "a.b"),
        ("a.b", '"a.b"'),
        ("a_b_2", "a_b"),
        ("Order Lines", None),
        ("public_exact", "public.exact"),
    ]
    assert imported(found.text(), "c.yaml").data["tables"] == Document(NAMES).data["tables"]
