"""What GitHub shows at the lines of files, read as its runner reads it."""

import re
from collections.abc import Iterator

import pytest

from pytest_schemaverify.reports.annotations import annotations
from pytest_schemaverify.reports.record import Place
from tests.projects import WRONG, Project, text_of
from tests.projects import project as project
from tests.reports.formats.conftest import FOLDER
from tests.reports.formats.runs import UNREAD, expectation, finding, record

_COMMAND = re.compile(r"::(error|warning) ([^\n]*?)::(.*)", re.DOTALL)


def _shown(printed: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the kind, the properties and the message of each annotation."""
    for line in printed.splitlines():
        if found := _COMMAND.fullmatch(line):
            pairs = (pair.split("=", 1) for pair in found[2].split(","))
            yield found[1], {key: _plain(value) for key, value in pairs}, _plain(found[3])


def _plain(text: str) -> str:
    codes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    return re.sub("|".join(codes), lambda code: codes[code[0]], text)


def test_a_run_on_github_annotates_its_files(written: dict[str, str]) -> None:
    shown = [*_shown(written["printed"])]
    assert [(kind, f"{at['file']}:{at['line']}") for kind, at, _ in shown] == [
        ("error", f"{FOLDER}/migrations/001_users.sql:3"),
        ("error", f"{FOLDER}/expectations.yaml:11"),
        ("error", f"{FOLDER}/expectations.yaml:12"),
        ("warning", f"{FOLDER}/migrations/001_users.sql:1"),
    ]
    _, at, message = shown[0]
    assert at["title"] == "tables.users.rls.policies.own::using"
    assert message == "expected id = 1, actual true\nexpected in expectations.yaml:8:60"
    assert "::error" not in written["json"]
    assert "CANARY" in written["printed"]  # pytest's own output has the value of a row
    assert not [message for _, _, message in shown if "CANARY" in message]


def test_there_are_ten_at_most_security_is_first_and_the_last_counts_the_rest() -> None:
    told = [expectation(number) for number in range(1, 13)]
    secret = expectation(99, concern="security", place=Place("expectations.yaml", 99))
    lines = annotations(record(*told, secret, expectation(50, "warned")))
    shown = [*_shown("\n".join(lines))]
    assert len(shown) == 10
    assert shown[0][1]["line"] == "99"
    assert shown[-1][2].startswith("5 more are wrong; ")
    assert "more are wrong" not in "".join(annotations(record(*told[:10])))


def test_an_expectation_has_one_annotation_with_some_of_its_findings() -> None:
    many = tuple(finding(number, subject=f"t{number}") for number in range(8))
    known = finding(9, known="accepted")
    [line] = annotations(
        record(expectation(findings=(known, *many)), expectation(2, "known", findings=(known,)))
    )
    [(_, _, message)] = _shown(line)
    assert message.splitlines()[0] == "t0: expected text, actual bigint"
    assert message.splitlines()[5:] == ["and 3 more"]


def test_every_character_arrives() -> None:
    odd = "100%0A, a::b\r\nc=d"
    one = expectation(
        id=f"expectations.yaml::{odd}",
        findings=(finding(subject=odd, place=Place("a,b:c%.sql", 2)),),
    )
    [line] = annotations(record(one))
    [(_, at, message)] = _shown(line)
    assert at == {"file": "a,b:c%.sql", "line": "2", "col": "1", "title": odd}
    assert message.startswith(f"{odd}: expected text")


def test_a_run_without_reports_annotates_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(WRONG)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    # By itself, so that the first report is the one that counts.
    wrong = "expectations.yaml::tables.users.columns.email::type"
    [(kind, at, message)] = _shown(text_of(project.run("-p", "no:terminal", wrong)))
    assert (kind, at["file"], at["line"]) == ("error", "migrations/001_users.sql", "1")
    assert message.startswith("expected varchar(80), actual text")


def test_a_file_that_cannot_be_read_is_annotated(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect("tabels: {users: {}}\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    [(kind, at, message)] = _shown(text_of(project.run()))
    assert (kind, at["file"], at["line"], at["col"]) == ("error", "expectations.yaml", "1", "1")
    assert "tabels" in message
    lines = annotations(record(expectation(), problems=UNREAD))
    assert [at.get("line") for _, at, _ in _shown("\n".join(lines))] == ["3", "9", None, "1"]
