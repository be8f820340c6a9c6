"""What pgTAP's functions say, and the line of YAML that says the same, on one database.

pgTAP is plain SQL: it is run from the file of the package, where one is installed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.result import Result

DATA = Path(__file__).parent / "data"
GROUPS: list[dict[str, Any]] = yaml.safe_load((DATA / "pgtap.yaml").read_text(encoding="utf-8"))
FUNCTIONS: dict[str, dict[str, Any]] = {
    name: entry for group in GROUPS for name, entry in group.get("functions", {}).items()
}
ELSEWHERE = {
    name.strip()
    for group in GROUPS
    for names in group.get("elsewhere", {})
    for name in names.split(",")
}
OUTCOMES = {0: "passes", 1: "fails"}
CASES = {
    f"{name} {outcome}": (name, which) for name in FUNCTIONS for which, outcome in OUTCOMES.items()
}


class Both(NamedTuple):
    """One database with what is to be tested, and pgTAP in a schema of its own."""

    connection: Connection[Any]
    catalog: Catalog
    pgtap: frozenset[str]
    """Names of the functions that this version of pgTAP has."""


def _script() -> Path | None:
    """Return the newest script of pgTAP that is installed."""
    found = Path("/usr/share/postgresql").glob("*/extension/pgtap--*.sql")
    versions = {
        tuple(map(int, match[1].split("."))): path
        for path in found
        if (match := re.fullmatch(r"pgtap--([\d.]+)\.sql", path.name))
    }
    return versions[max(versions)] if versions else None


@pytest.fixture(scope="module")
def dsn() -> Iterator[Dsn]:
    # A server of its own: the lists of roles are about the whole cluster.
    with databases.start(Config()) as server:
        yield databases.create(server, name="pgtap", platform="postgres", extensions={}).dsn


@pytest.fixture(scope="module")
def both(dsn: Dsn) -> Iterator[Both]:
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute("create schema tap")
        script = _script()
        if script is not None:
            with connection.transaction():
                connection.execute(
                    "set local search_path = tap; set local check_function_bodies = off"
                )
                connection.execute(script.read_bytes())
        connection.execute((DATA / "pgtap.sql").read_bytes())
        named = connection.execute(
            "select distinct proname::text from pg_proc where pronamespace = 'tap'::regnamespace"
        )
        functions = frozenset(name for (name,) in named if not name.startswith("_"))
        yield Both(connection, read(connection), functions)


def results(text: str, both: Both) -> list[Result]:
    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(both.connection).undone() as reader:
            yield reader

    spec, positions = load(text, "expectations.yaml")
    facts = Facts(spec, Path(), Target(Dsn(""), "", (), both.catalog), None, reading)
    return [run(one, facts) for one in plan(spec, positions, "expectations.yaml")]


@pytest.mark.parametrize(("name", "which"), CASES.values(), ids=CASES)
def test_the_line_of_yaml_says_the_same(name: str, which: int, both: Both) -> None:
    found = results(FUNCTIONS[name]["yaml"][which], both)
    assert [one.undetermined for one in found if one.undetermined] == []
    passed = all(one.passed or one.skipped for one in found) and any(one.passed for one in found)
    assert passed is (which == 0)


@pytest.mark.parametrize(("name", "which"), CASES.values(), ids=CASES)
def test_pgtap_says_so(name: str, which: int, both: Both) -> None:
    if name not in both.pgtap:
        pytest.skip("pgTAP is not installed" if not both.pgtap else f"this pgTAP has no {name}()")
    call = FUNCTIONS[name]["pgtap"][which]
    with both.connection.transaction(force_rollback=True):
        both.connection.execute("set local search_path = public, tap")
        both.connection.execute("select * from no_plan()")
        [(said,)] = both.connection.execute(f"select {name}({call})".encode()).fetchall()
    assert re.match(r"(?:not )?ok \d", said)
    assert said.startswith("ok") is (which == 0), said


def test_every_function_of_pgtap_has_its_line(both: Both) -> None:
    if not both.pgtap:
        pytest.skip("pgTAP is not installed")
    assert both.pgtap - FUNCTIONS.keys() - ELSEWHERE == set()
