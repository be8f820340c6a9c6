"""Contracts of the Open Data Contract Standard are taken, verified, and written again."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import jsonschema
import pytest
import yaml

from pytest_schemaverify import databases
from pytest_schemaverify.authoring.odcs.contracts import imported, noted
from pytest_schemaverify.authoring.odcs.exporting import Exported, exported
from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.language.yaml import Document
from pytest_schemaverify.verification.planning.expectations import plan
from tests.authoring.contracts import TYPES, alike, called, resolved, statements, without
from tests.test_pgtap import Both, results

DATA = Path(__file__).parents[1] / "data" / "odcs"
CONTRACTS = {path.name.partition(".")[0]: path for path in sorted(DATA.glob("*.odcs.yaml"))}
SCHEMA = json.loads((DATA / "odcs-json-schema-v3.1.0.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft201909Validator(SCHEMA)


def text_of(name: str) -> str:
    return CONTRACTS[name].read_text(encoding="utf-8")


def written(text: str) -> Exported:
    """Return the contract of a file of expectations, which follows the standard's schema."""
    spec, positions = load(text, "e.yaml")
    planned = plan(spec, positions, "e.yaml")
    result = exported(planned, spec.defaults.schema_, text, "e.yaml", "made-up")
    VALID.validate(yaml.safe_load(result.text()))
    assert yaml.safe_load(result.text()) == Document(result.text()).data == result.contract
    return result


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_comes_back_but_for_what_is_listed(name: str) -> None:
    notes = noted(text_of(name), f"{name}.yaml")
    again = written(notes.result.text())
    assert again.left == {}
    theirs = resolved(Document(text_of(name)).data)
    types = [path for path in (*notes.left, *notes.guessed) if path[-1] in TYPES]
    guessed = {called(theirs, path) for path in types if "properties" in path}
    expected = alike(without(theirs, notes.left), guessed)
    assert expected == alike(resolved(again.contract), guessed)
    assert expected["objects"]


def test_what_is_guessed_or_not_taken_is_listed_with_its_place() -> None:
    given = Document((DATA / "left.yaml").read_text(encoding="utf-8")).data
    text = imported(given["contract"], "c.yaml").text()
    assert text[text.index("# Taken, but") :] == given["comments"]
    plan(*load(text, "e.yaml"), "e.yaml")
    assert "hunter2" not in text


BUILT = {
    "full-example": {"data.tbl_1::rows"},
    "quality": {"data.air_quality::rows", "data.queries.the newest line::returns"}
    | {"data.queries.every line has a unit::returns"},
    "relationships": set(),
}
"""What does not hold in a database without rows that is built from a contract."""


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[dict[str, Both]]:
    """A database for each of some contracts, with all that these promise and no rows."""
    with ExitStack() as stack:
        found = {}
        for name in BUILT:
            called = f"odcs_{name.replace('-', '_')}"
            dsn = databases.create(server, name=called, platform="postgres", extensions={}).dsn
            stack.callback(databases.drop, server, called)
            connection = stack.enter_context(databases.connect(dsn, autocommit=True))
            contract = Document(text_of(name)).data
            schema = contract.get("servers", [{}])[0].get("schema", "public")
            connection.execute(
                f"create schema if not exists {schema}; create schema billing".encode()
            )
            connection.execute(f"set search_path = {schema}".encode())
            for statement in statements(contract):
                connection.execute(statement.encode())
            found[name] = Both(connection, read(connection), frozenset())
        yield found


@pytest.mark.parametrize("name", BUILT)
def test_a_database_is_verified_against_a_contract(name: str, built: dict[str, Both]) -> None:
    text, one = imported(text_of(name), "contract.yaml").text(), built[name]
    assert failing(text, one) == BUILT[name]
    change, wrong = CHANGES[name]
    with one.connection.transaction(force_rollback=True):
        one.connection.execute(change.encode())
        assert failing(text, one._replace(catalog=read(one.connection))) == wrong


def failing(text: str, one: Both) -> set[str]:
    """Return the expectations that do not hold; all others do."""
    found = results(text, one)
    assert [result.undetermined for result in found if result.undetermined] == []
    return {result.planned.name for result in found if result.findings}


CHANGES = {
    "full-example": (
        """
        alter table tbl_1 alter txn_ref_dt type text, drop constraint tbl_1_rcvr_id_fkey,
            drop constraint tbl_1_pkey;
        comment on column tbl_1.rcvr_id is 'else';
        comment on table receivers_master is null;
        alter table receivers_master alter receiver_name drop not null;
        """,
        {
            "tables.tbl_1.columns.txn_ref_dt::type",
            "tables.tbl_1.columns.rcvr_id::comment",
            "tables.tbl_1.foreign_keys.rcvr_id::exists",
            "tables.tbl_1::primary_key",
            "tables.receivers_master::comment",
            "tables.receivers_master.columns.receiver_name::nullable",
            "data.tbl_1::rows",
        },
    ),
    "quality": (
        """
        alter table air_quality drop constraint air_quality_pkey, alter unique_id drop not null;
        insert into air_quality values (null, 900, 'x', 1, 'a'), (2, 1, 'x', 1, 'a'),
            (3, 0, 'on', 7, 'b');
        """,
        {
            "tables.air_quality::primary_key",
            "data.air_quality::not_null[0]",
            "data.air_quality::unique[0]",
            "data.air_quality::unique[1]",
            "data.air_quality::accepted[data_value]",
            "data.air_quality::accepted[unit]",
            "data.air_quality::accepted[line]",
            "data.queries.This column should contain positive values under 500::returns",
        },
    ),
    "relationships": (
        """
        alter table users alter id type bigint, drop constraint users_invited_by_fkey;
        alter table billing.accounts alter opened type timestamptz;
        """,
        {
            "tables.users.columns.id::type",
            "tables.users.foreign_keys.invited_by::exists",
            "tables.billing.accounts.columns.opened::type",
        },
    ),
}
"""What is changed, and what does not hold then."""
