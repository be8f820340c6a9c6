"""Every page is documentation and tests at once: its cases run here.

On a server that `--test-bin-dir` names, a third of the cases is tried that say nothing of a version
and need no extension, another third on each version; `SCHEMAVERIFY_TEST_PAGES=1` tries each.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.kinds import Check, every

from .pages import Case, cases, results, shown

# A page may be that of several checks; its cases are those of the first one.
PAGES: dict[Path, Check] = {}
for one in every().values():
    PAGES.setdefault(one.page, one)
CASES = {
    f"{check.name}: {case.title}": case
    for page, check in PAGES.items()
    if page.exists()
    for case in cases(page)
}
EACH = 1 if os.environ.get("SCHEMAVERIFY_TEST_PAGES") else 3
NUMBERS = {id(case): number for number, case in enumerate(CASES.values())}
WITH_FIX = {name: case for name, case in CASES.items() if "    fix " in case.text}


@pytest.fixture(autouse=True)
def _fit(request: pytest.FixtureRequest) -> None:
    """Skip the cases of other versions and, on a named server, those whose extensions it lacks."""
    if "case" not in request.fixturenames:
        return
    case = request.getfixturevalue("case")
    version = request.getfixturevalue("connection").info.server_version
    reason = case.unfit(version)
    if request.config.getoption("test_bin_dir"):
        needed = case.extensions()
        missing = needed - request.getfixturevalue("available")
        reason = reason or (missing and f"the server has no {', '.join(sorted(missing))}")
        alike = not case.of_versions and not needed
        if alike and (NUMBERS[id(case)] + version // 10000) % EACH:
            reason = reason or "tried on another version"
    if reason:
        pytest.skip(reason)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_page_shows_what_is_found(
    case: Case, connection: Connection[Any], server: Server
) -> None:
    assert shown(results(case, connection, server)) == case.text


@pytest.mark.parametrize("case", WITH_FIX.values(), ids=WITH_FIX)
def test_the_fix_of_a_page_removes_the_finding(
    case: Case, connection: Connection[Any], server: Server
) -> None:
    before = results(case, connection, server)
    fixes = [finding.fix for result in before for finding in result.findings if finding.fix]
    fix, files = "\n".join(dict.fromkeys(fixes)), case.files
    if files:  # the database is built from them, so the fix is one more
        files = {**files, "migrations/999_fix.sql": fix}
    else:
        connection.execute(fix.encode())
    again = Case(case.title, "", case.yaml, case.text, files)
    after = results(again, connection, server)
    left = [f for result in after for f in result.findings if f.fix in fixes]
    assert left == []


@pytest.mark.parametrize("check", every().values(), ids=every())
def test_every_check_has_a_page_with_both_outcomes(check: Check) -> None:
    texts = [case.text for case in cases(check.page)]
    name = "::" + check.name.partition(".")[2]
    assert "ok\n" in texts
    assert any(name in text for text in texts)
    assert not any("internal error" in text for text in texts)
