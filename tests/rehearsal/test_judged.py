"""Each column of each catalog of the server is judged, and what is said of it is true."""

import os
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.versions import NEWEST, OLDEST
from pytest_schemaverify.kinds import find
from pytest_schemaverify.rehearsal.state import State
from pytest_schemaverify.rehearsal.state.judged import columns as known
from pytest_schemaverify.rehearsal.state.judged import judged
from tools.versions import VERSIONS

from .catalogs import by_digest, columns, noticed, prepare

EACH = 1 if os.environ.get("SCHEMAVERIFY_TEST_CATALOGS") else 6
"""One of so many columns is changed: others on each version, so that all six try each of them."""
CATALOGS = {name: of for name, of in judged().items() if name != "reasons"}


@pytest.fixture(scope="module")
def neighbour(server: Server) -> Iterator[None]:
    """Another database has a subscription of that name; they share a catalog."""
    dsn = databases.create(server, name="neighbour", platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "create subscription inbound connection 'host=/elsewhere' publication p"
            " with (connect = false, slot_name = none)"
        )
        yield
        connection.execute("drop subscription inbound")
    databases.drop(server, "neighbour")


@pytest.fixture(scope="module")
def opened(server: Server, neighbour: None) -> Iterator[Connection[Any]]:
    """A connection to a database of one's own, of which everything is undone."""
    dsn = databases.create(server, name="judged", platform="postgres", extensions={}).dsn
    with databases.connect(dsn) as connection:
        yield connection
        connection.rollback()
    databases.drop(server, "judged")


@pytest.fixture(scope="module")
def before(opened: Connection[Any]) -> State:
    """The state of the database with one of nearly everything."""
    return prepare(opened)


def _of_version(catalog: str, major: int) -> set[str]:
    of = CATALOGS.get(catalog, {})
    return {
        column
        for column in known().get(catalog, ())
        if of.get("since", {}).get(column, OLDEST)
        <= major
        <= of.get("until", {}).get(column, NEWEST)
    }


def test_each_column_of_the_server_is_judged_and_each_that_is_judged_is_there(
    opened: Connection[Any],
) -> None:
    major = opened.info.server_version // 10000
    there = {(catalog, name) for catalog, of in columns(opened).items() for name in of}
    said = {(catalog, name) for catalog in CATALOGS for name in _of_version(catalog, major)}
    assert sorted(there - said) == [], "judge these in judged.yaml"
    assert sorted(said - there) == [], f"PostgreSQL {major} does not have these"


def test_each_column_is_judged_once_and_for_a_reason() -> None:
    for catalog, of in CATALOGS.items():
        listed = [
            *of.get("named", []),
            *of.get("digest", []),
            *chain(*of.get("left out", {}).values()),
        ]
        assert len(listed) == len(set(listed)), catalog
        assert {*of.get("since", {}), *of.get("until", {})} <= {*listed}, catalog
        assert {*of.get("left out", {})} <= {*judged()["reasons"]}, catalog
        assert set(chain(*of.get("said", {}).values())) <= {*listed}, catalog
    used = {reason for of in CATALOGS.values() for reason in of.get("left out", {})}
    assert used == {*judged()["reasons"]}


def test_what_can_be_said_is_said_by_a_check() -> None:
    for check in {check for of in CATALOGS.values() for check in of.get("said", {})}:
        assert find(check).page.exists(), check


COMPARED = {
    catalog: [(how, column) for how in ("named", "digest") for column in of.get(how, [])]
    for catalog, of in CATALOGS.items()
}
PLACES = [(catalog, column) for catalog, of in COMPARED.items() for _, column in of]


@pytest.mark.parametrize("catalog", [catalog for catalog, of in COMPARED.items() if of])
def test_a_change_of_what_is_compared_is_noticed(
    opened: Connection[Any], before: State, catalog: str
) -> None:
    types, major = columns(opened), opened.info.server_version // 10000
    for how, column in COMPARED[catalog]:
        new = CATALOGS[catalog].get("since", {}).get(column) == major
        chosen = new or (PLACES.index((catalog, column)) + major) % EACH == 0
        if chosen and column in _of_version(catalog, major):
            named = how == "named"
            found = noticed(opened, before, catalog, column, types[catalog], named=named)
            assert found, f"{catalog}.{column} is not compared"
            assert not (named and by_digest(found)), f"{catalog}.{column} is in a digest only"


def test_the_versions_are_those_that_are_tried() -> None:
    assert [int(version.split(".")[0]) for version in VERSIONS] == [*range(OLDEST, NEWEST + 1)]
