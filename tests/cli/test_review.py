"""A review decides on each change: at a terminal, or by a file that another program writes."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Server
from tests.differing import FILE, MIGRATION
from tests.processes import ended
from tests.projects import Project, shows_no_traceback
from tests.projects import project as project

PHONE = FILE.replace("phone: text", "phone: varchar(9)")
TITLE = FILE.replace("phone: text", "phone: text\n      title: text")
EMAIL = FILE.replace("varchar(80)", "text")
STATE = ".schemaverify-review.json"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def file(project: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
    project.write("migrations/001_users.sql", MIGRATION)
    return project.expect(FILE)


def typed(*keys: str, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    """Return exit code and output of a review at a terminal, whose person types some keys."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest_schemaverify.cli", "update", "-q", "--review"]
    with ended(
        subprocess.Popen([*command, *arguments], stdin=theirs, stdout=theirs, stderr=theirs)
    ) as process:
        os.close(theirs)
        shown = ""
        for one in keys:
            shown += _until(ours, ("? ] ", "?] ", "known? ", "accept that "))
            os.write(ours, one.encode())
        shown += _until(ours, ())
        os.close(ours)
        code = process.wait(60)
    assert shows_no_traceback(shown), shown
    return code, shown.replace("\r\n", "\n")


def _until(terminal: int, prompts: tuple[str, ...]) -> str:
    """Return what is shown until it ends with one of the prompts, or the program has ended."""
    shown, end = "", time.monotonic() + 60
    while time.monotonic() < end:
        try:
            more = os.read(terminal, 10_000).decode()
        except OSError:  # nobody has the other end any more
            return shown
        shown += more
        if prompts and shown.endswith(prompts):
            return shown
    raise AssertionError(shown)


def decisions(project: Project) -> dict[str, str]:
    document = json.loads((project.path / STATE).read_text())
    return {one["key"].rpartition(".")[2]: one["decision"] for one in document["changes"]}


def test_a_change_is_shown_with_all_that_is_known(file: Path) -> None:
    code, shown = typed("s", "q")
    assert (code, file.read_text()) == (1, FILE)
    assert "\n[1/3] tables.users.columns.email (expectations.yaml:7:7)\n" in shown
    assert "  -       email: varchar(80) not null\n  +       email: text not null\n" in shown
    assert "  done by      last changed in migrations/001_users.sql:1\n" in shown
    assert "  undone by    alter table public.users alter column phone type text;\n" in shown
    assert "  allows more  public.users.email takes other values: varchar(80) → text\n" in shown


def test_what_is_accepted_is_written_and_the_rest_is_left(project: Project, file: Path) -> None:
    code, shown = typed("?", "s", "a", "x", "r")
    assert code == 1
    assert "  b  into the known findings, with a reason\n" in shown
    assert "'x' means nothing here" in shown
    assert file.read_text() == PHONE
    assert "tables.users.columns.phone: written\n" in shown
    assert "tables.users.columns.title: rejected" in shown
    assert decisions(project) == {"email": "pending", "title": "reject"}
    code, shown = typed("a", "y")
    assert (code, file.read_text()) == (1, PHONE.replace("varchar(80)", "text"))
    assert "[1/2] tables.users.columns.email" in shown
    assert "title (" not in shown


def test_what_allows_more_asks_again(project: Project, file: Path) -> None:
    code, shown = typed("a", "n", "q")
    assert (code, file.read_text()) == (1, FILE)
    assert "this allows more: public.users.email takes other values" in shown
    assert decisions(project)["email"] == "pending"
    code, _ = typed("a", "y", "q")
    assert (code, file.read_text()) == (1, EMAIL)


def test_all_of_a_kind_leaves_out_what_allows_more(project: Project, file: Path) -> None:
    code, shown = typed("A", "S", "a")
    assert "this one allows more, or is for a person: decide on it alone" in shown
    assert "[3/3] tables.users.columns.title" in shown  # it is new, which is another kind
    assert file.read_text() == PHONE.replace("varchar(9)", "varchar(9)\n      title: text")
    assert (code, decisions(project)) == (1, {"email": "pending"})
    typed("R")
    assert decisions(project) == {"email": "reject"}


def test_a_decision_is_undone(project: Project, file: Path) -> None:
    code, shown = typed("u", "r", "a", "u", "u", "q")
    assert "there is nothing to undo" in shown
    assert re.findall(r"\[(\d)/3\]", shown) == ["1", "1", "2", "3", "2", "1"]
    assert (code, file.read_text()) == (1, FILE)
    assert set(decisions(project).values()) == {"pending"}


def test_what_is_known_gets_a_reason(project: Project, file: Path) -> None:
    code, shown = typed("b", "\n", "b", "a partner needs it\n", "a", "b", "asked for\n")
    assert "without a reason it stays as it is" in shown
    assert (code, file.read_text()) == (0, PHONE), shown
    known = json.loads((project.path / "expectations.baseline.json").read_text())["findings"]
    assert {one["reason"] for one in known} == {"a partner needs it", "asked for"}
    assert not (project.path / STATE).exists()
    result = project.run()
    assert result.ret == 0


def test_another_program_decides(project: Project, file: Path, capsys: Capture) -> None:
    assert main(["update", "-q", "--review"]) == 1
    assert "3 changes, 3 of them pending; there is no terminal here" in capsys.readouterr().out
    path = project.path / STATE
    document = json.loads(path.read_text())
    for one in document["changes"]:
        one["decision"] = "accept"
    path.write_text(json.dumps(document))
    assert main(["update", "-q", "--review", "--apply"]) == 1
    out = capsys.readouterr().out
    assert "email: not written: public.users.email takes other values" in out
    assert file.read_text() == PHONE.replace("varchar(9)", "varchar(9)\n      title: text")
    document = json.loads(path.read_text())
    document["changes"][0]["decision"] = "accept-loosening"
    path.write_text(json.dumps(document))
    assert main(["update", "-q", "--review", f"--state={STATE}", "--apply"]) == 0
    assert "varchar(80)" not in file.read_text()
    assert not path.exists()
    assert main(["update", "-q", "--review"]) == 0


def _changed(project: Project, **more: Any) -> str:
    document = json.loads((project.path / STATE).read_text())
    document["changes"][0] |= more
    return json.dumps(document)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"decision": "yes"}, "the decision 'yes' on tables.users.columns.email is none of pendi"),
        ({"decision": "baseline"}, "goes into the known findings, and `reason` is empty"),
        ({"decision": 1}, "`decision` of change 1, tables.users.columns.email, is no text"),
        ({"odd": ""}, "odd"),
    ],
)
def test_a_file_of_decisions_with_a_mistake_writes_nothing(
    project: Project, file: Path, capsys: Capture, more: dict[str, Any], told: str
) -> None:
    main(["update", "-q", "--review"])
    (project.path / STATE).write_text(_changed(project, **more))
    assert main(["update", "-q", "--review", "--apply"]) == 4
    err = capsys.readouterr().err
    assert f"reading the review in {STATE}" in err
    assert told in err
    assert file.read_text() == FILE


def test_what_is_no_json_is_told_with_its_place(project: Project, capsys: Capture) -> None:
    (project.path / STATE).write_text('{"version": 1,\n  oops}')
    assert main(["update", "-q", "--review", "--apply"]) == 4
    assert f"reading the review in {STATE}:2:3" in capsys.readouterr().err
    (project.path / STATE).write_text('{"version": 2}')
    assert main(["update", "-q", "--review", "--apply"]) == 4
    assert "version 1 is expected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "ci", "told"),
    [
        (["--review", "--fix"], "", "reading --fix"),
        (["--apply"], "", "write it with --review"),
        (["--review"], "true", "with CI set nothing is written"),
        (["--review", "tabels"], "", "did you mean tables?"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    arguments: list[str], ci: str, told: str, file: Path, capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if ci:
        monkeypatch.setenv("CI", ci)
    assert main(["update", "-q", *arguments]) == 4
    assert told in capsys.readouterr().err
    assert file.read_text() == FILE
