"""The line that says what is being done, when that takes long."""

import re
import sys
import threading
import time

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.rehearsal.progress import Line, columns
from tests.projects import MIGRATION, Project
from tests.projects import project as project  # a fixture
from tests.terminals import on_a_terminal, screen

SLOW = """
migrations: {directory: migrations}
tables: {users: {columns: {id: bigint not null}}}
data: {queries: {slow: {sql: select 1 as one from pg_sleep(3.5), returns: [[1]]}}}
"""
ENDED = f"{MIGRATION}select pg_sleep(2.6);\n"


class Written(list[str]):
    """What was written."""

    @property
    def text(self) -> str:
        return "".join(self)


def threads() -> int:
    return threading.active_count()


def test_what_is_short_is_not_shown() -> None:
    written, before = Written(), threads()
    line = Line(written.append, patience=0.5)
    for _ in range(3):
        line.step("something short")
        time.sleep(0.25)  # together they take longer
        line.done()
    assert threads() == before + 1
    line.stop()
    assert written == []
    time.sleep(0.3)
    assert threads() == before


@pytest.mark.parametrize("begun", ["", "test.yaml ....."])
@pytest.mark.parametrize("width", [20, 40, 80, 220])
def test_it_is_removed_and_leaves_what_stood_there(begun: str, width: int) -> None:
    written = Written([begun])
    line = Line(written.append, width, patience=0, column=lambda: len(begun))
    line.step("applying 001_größe_テーブル_" + "x" * 60 + ".sql")
    line("applying 002_größe_テーブル_" + "x" * 60 + ".sql", 1, 4)
    time.sleep(0.5)
    line.done()
    line.stop()
    shown = [one for one in written[1:] if "schemaverify:" in one]
    assert shown
    assert all(columns(one.lstrip("\r")) == width - 1 for one in shown)
    if width == 220:
        assert " 25 %, 0 s" in shown[-1]
    assert "s" in shown[-1].rstrip()[-1]  # the time is there on a narrow terminal, too
    assert screen(f"{written.text}F") == [f"{begun}F", ""][: 1 + bool(begun)]


def test_what_has_steps_of_its_own_is_one() -> None:
    written = Written()
    line = Line(written.append, patience=0.4)
    with line.ticking("comparing"):
        for number in range(3):
            line("comparing", number, 3)
            line.step("one of them")
            time.sleep(0.3)
            line.done()
    assert "schemaverify: comparing 66 %" in written.text
    assert "one of them" not in written.text
    assert screen(written.text) == [""]


def test_a_run_says_what_takes_long_and_leaves_no_trace_of_it(project: Project) -> None:
    project.expect(SLOW)
    project.write("migrations/001_users.sql", ENDED)
    project.write(
        "test_after.py",
        "import threading\ndef test_alone():\n    assert threading.active_count() == 1\n",
    )
    command = [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:xdist"]
    code, said = on_a_terminal([*command, "expectations.yaml", "test_after.py"], project.path)
    assert code == 0, said
    assert re.search(r"schemaverify: applying 001_users.sql, \d+ s", said)
    assert re.search(r"schemaverify: data.queries.slow::returns, \d+ s", said)
    lines = screen(said)
    assert not any("schemaverify:" in line for line in lines), lines
    [dots] = [line for line in lines if line.startswith("expectations.yaml .")]
    assert dots.split()[1:] == [".......", "[", "87%]"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["init", "-o", "new.yaml"], "applying 001_users.sql"),
        (["fix"], r"verifying expectations \d+ %"),
    ],
    ids=str,
)
def test_commands_say_what_takes_long(project: Project, command: list[str], said: str) -> None:
    project.expect(SLOW)
    project.write("migrations/001_users.sql", MIGRATION if command == ["fix"] else ENDED)
    program = [sys.executable, "-m", "pytest_schemaverify.cli"]
    code, written = on_a_terminal([*program, *command], project.path)
    assert code in (0, 1), written
    assert re.search(f"schemaverify: {said}", written)
    assert not any("schemaverify:" in line for line in screen(written))


def test_without_a_terminal_nothing_of_it_is_shown(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    project.expect(SLOW)
    monkeypatch.chdir(project.path)
    assert main(["fix"]) == 0
    assert "schemaverify:" not in "".join(capfd.readouterr())
