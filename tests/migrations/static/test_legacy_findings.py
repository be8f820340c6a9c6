"""What the rules find in the 41 files is what their README says, place by place, and no more."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification
from tests.example.worked_example import LEGACY

EXPECTATIONS = """
database: {platform: supabase}
migrations:
  directory: legacy
  ignored: {README.md: says what is wrong}
  versions: {unique: true, ordered: true, same_width: true, distinct: true}
rules:
  no_credentials: true
  no_conflicting_definitions: true
  no_dangling_references: true
  one_vector_dimension: true
  definer_search_path: true
  rls_on_created_tables: true
  no_destructive_statements: true
  no_blocking_statements: {postgres: 15}
  no_rollbacks: true
"""
SECTIONS = {
    "rules.no_conflicting_definitions": ("One table, two definitions", ""),
    "rules.one_vector_dimension": ("Vectors of different lengths", ""),
    "rules.definer_search_path": ("SECURITY DEFINER", "No search_path|Runs any SQL"),
    "rules.no_dangling_references": ("Functions that name|SECURITY DEFINER", "`|… this one"),
    "rules.no_credentials": ("A credential", ""),
    "rules.no_rollbacks": ("A rollback among", ""),
    "rules.no_destructive_statements": ("A rollback among", "Drops"),
    "rules.rls_on_created_tables": ("Row-level security", "Not enabled"),
    "rules.no_blocking_statements": ("Locks", ""),
    "migrations.ordered": (None, ""),
    "migrations.same_width": (None, ""),
    "migrations.distinct": (None, ""),
}
"""Sections of the README, and what a row of them begins with that the check finds."""
_ROW = re.compile(r"^\| (?P<what>.+) \| `(?P<place>[^`]+\.sql:\d+)` \| `[^`]+` \|$", re.MULTILINE)
_PLACE = re.compile(r"\b\d{3}_\w+\.sql:\d+(?=:\d)")


@pytest.fixture(scope="module")
def results(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    folder = tmp_path_factory.mktemp("legacy")
    copytree(LEGACY, folder / "legacy")
    path = folder / "expectations.yaml"
    path.write_text(EXPECTATIONS)
    verification = Verification(path, "expectations.yaml", Config())
    verification.database.prepare(lambda _: server)
    found = {one.check: verification.results.of(one) for one in verification.contract.planned}
    verification.database.close()
    return found


def _planted(section: str | None, begins: str) -> Iterator[str]:
    text = (LEGACY / "README.md").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        if section and re.match(section, part):
            yield from (r["place"] for r in _ROW.finditer(part) if re.match(begins, r["what"]))


def _mentioned(result: Result) -> set[str]:
    texts = (f"{f.place} {f.actual} {f.hint}" for f in result.findings)
    return {place for text in texts for place in _PLACE.findall(text)}


@pytest.mark.parametrize("check", SECTIONS)
def test_the_places_that_are_named_are_the_planted_ones(
    check: str, results: dict[str, Result]
) -> None:
    section, begins = SECTIONS[check]
    assert _mentioned(results[check]) == set(_planted(section, begins))
    assert not results[check].undetermined


def test_the_versions_that_are_given_twice_are_the_planted_ones(
    results: dict[str, Result],
) -> None:
    named = " ".join(finding.actual for finding in results["migrations.unique"].findings)
    files = {place.partition(":")[0] for place in _planted("Numbers given twice", "")}
    assert set(re.findall(r"\w+\.sql", named)) == files


def test_each_place_is_named_once_as_the_place_of_a_finding(results: dict[str, Result]) -> None:
    for check, result in results.items():
        places = [finding.place for finding in result.findings if finding.place]
        assert len(places) == len(set(places)), check


def test_the_key_is_not_shown(results: dict[str, Result]) -> None:
    key = re.search(r"sk-[\w-]+", Path(LEGACY / "020_app_settings.sql").read_text())
    assert key
    assert key.group()[3:12] not in str(results)
