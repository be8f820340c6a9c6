"""Texts that are deep, long or odd: the parser may fail at them, the run does not."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_schemaverify.sql import fence, parser
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Unparsed, tree
from tests.migrations.static.reading import analysed
from tests.projects import Project, project, shows_no_traceback, text_of

__all__ = ["project"]

DEEP = "it is too deeply nested to be read"
LEVELS: dict[str, Callable[[int], str]] = {
    "selects": lambda n: "select 1" + " union all select 1" * n,
    "a sum": lambda n: "select 1" + "+1" * n,
    "texts": lambda n: "select 'a'" + "||'a'" * n,
    "joins": lambda n: "select 1 from a" + " join a on true" * n,
    "casts": lambda n: "select 1" + "::int" * n,
    "tests": lambda n: "select 1" + " is null" * n,
    "collations": lambda n: "select a" + ' collate "C"' * n,
    "negations": lambda n: f"select {'not ' * n} true",
    "calls": lambda n: f"select {'f(' * n}1{')' * n}",
    "subqueries": lambda n: f"select {'(select ' * n}1{')' * n}",
    "cases": lambda n: f"select {'case when a then ' * n}1{' end' * n}",
    "tables in brackets": lambda n: f"select 1 from {'(' * n}a{' join a on true)' * n}",
}


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Begin and end without the parser's process."""
    fence._end()
    yield
    fence._end()


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
def test_what_a_server_takes_is_read(levels: Callable[[int], str], tmp_path: Path) -> None:
    query = levels(1_200)
    (found,) = tree(query)
    assert found.kind == "SelectStmt"
    file = f"create view v as {query}; create table t (id int default (({query})));"
    assert analysed(tmp_path, file, file).unread == []


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
def test_what_no_server_takes_is_too_deep(levels: Callable[[int], str]) -> None:
    with pytest.raises(Unparsed, match=DEEP):
        tree(levels(100_000))


def test_a_deep_tree_is_what_a_flat_one_is() -> None:
    def terms(node: sql.Node) -> list[object]:
        found: list[object] = []
        while "A_Expr" in node:
            node, right = node["A_Expr"]["lexpr"], node["A_Expr"]["rexpr"]
            found.append(right["A_Const"]["sval"]["sval"])
        return [node["A_Const"]["ival"]["ival"], *reversed(found)]

    texts = [r'a "b" \ {[,:]} é' + f" {n}" for n in range(1_000)]
    query = "select 7 || " + " || ".join(f"'{text}'" for text in texts)
    value = tree(query)[0].node["targetList"][0]["ResTarget"]["val"]
    assert terms(value) == [7, *texts]


BODILESS = [
    "create function f() returns int language plpgsql",
    "create procedure f() language plpgsql",
    "create function f() returns int language plpgsql return 1",
    "create function f() returns int language sql begin atomic select 1; end",
    "create function f(a text default (select 'as $$' as \"as '\")) returns int language plpgsql",
    "do language plpgsql",
    "create function f() returns int language plpgsql as $$ begin end $$;"
    "create function g() returns int language plpgsql",
]


@pytest.mark.parametrize("source", BODILESS)
def test_what_aborts_the_parser_is_not_given_to_it(source: str) -> None:
    with pytest.raises(Unparsed, match="it has no body"):
        sql.routine(source)


@pytest.mark.parametrize(("source", "said"), [
    ("select 1\0; drop table a", "it holds a zero byte"),
    ("select '\ud800'", "half a character"),
    ("select " + "1," * 8_000_000 + "1", "it is too long to be read: 16,000,008 characters"),
    ("/*" * 60_000 + "*/" * 60_000, "it takes longer than 1 s to be read"),
])  # fmt: skip
def test_what_cannot_be_read_is_told(
    source: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "SECONDS", 1)
    with pytest.raises(Unparsed, match=said):
        tree(source)


def test_a_deep_body_is_read() -> None:
    head = "create function f() returns void language plpgsql as $$ begin "
    for begin, end in (("begin ", "end; "), ("if a then ", "end if; ")):
        (found,) = sql.routine(f"{head}{begin * 1_500}null; {end * 1_500}end $$")
        assert "PLpgSQL_function" in found
        with pytest.raises(Unparsed, match=DEEP):
            sql.routine(f"{head}{begin * 50_000}null; {end * 50_000}end $$")


def test_what_a_body_has_printed_is_not_seen(capfd: pytest.CaptureFixture[str]) -> None:
    body = "$$\n#option dump\nbegin null; end $$"
    sql.routine(f"create function f() returns void language plpgsql as {body}")
    assert capfd.readouterr() == ("", "")


LONG = "select 1" + ", 1" * 10_000


def _program() -> "subprocess.Popen[bytes]":
    return fence._processes[os.getpid()].program


def test_short_texts_start_no_process() -> None:
    tree("select 1")
    sql.routine("do $$ begin end $$")
    assert fence._processes == {}


def test_one_process_answers_until_a_text_ends_it() -> None:
    tree(LONG)
    first = _program()
    tree(LONG)
    assert _program() is first
    first.kill()
    with pytest.raises(Unparsed, match=r"reading it ended the parser \(SIGKILL\)"):
        tree(LONG)
    assert first.returncode == -signal.SIGKILL
    tree(LONG)
    assert _program() is not first


def test_an_interrupted_question_gets_nobody_elses_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    tree(LONG)
    first = _program()
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        tree("/*" * 60_000 + "*/" * 60_000)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert first.returncode is not None
    assert tree("select 2" + ", 1" * 10_000)[0].node["targetList"][0]["ResTarget"]["val"] == {
        "A_Const": {"ival": {"ival": 2}, "location": 7}
    }


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, None])
def test_nothing_is_left_when_we_end(number: signal.Signals | None) -> None:
    code = (
        "import sys; from pytest_schemaverify.sql import fence, statements\n"
        f"statements.tree({LONG!r}); [process] = fence._processes.values()\n"
        "print(process.program.pid, flush=True); sys.stdin.read()"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with user:
        assert user.stdout is not None
        child = int(user.stdout.readline())
        if number is None:
            user.communicate()
        else:
            user.send_signal(number)
    until = time.monotonic() + 10
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


READ = ["rules::no_conflicting_definitions", "rules::no_dangling_references",
        "rules::no_destructive_statements"]  # fmt: skip
"""Rules that cannot tell when a statement is not read."""
RULES = """\
migrations: {directory: migrations}
rules:
  no_credentials: true
  no_destructive_statements: true
  no_conflicting_definitions: true
  no_dangling_references: true
"""
SUM = "create table a (id int);\n  insert into users (email) select 'a'" + "||'a'" * 100_000
BODY = (
    "create function f() returns void language plpgsql as "
    f"$$ begin perform 1{'+1' * 100_000}; end $$"
)


@pytest.mark.parametrize(("statement", "failing", "said", "apart"), [
    (BODILESS[0], ["migrations::applies"], "no function body specified", ()),
    (SUM, [*READ, "migrations::applies"], f"migrations/002_hostile.sql:2:3: {DEEP}", ()),
    (SUM, [*READ, "migrations::applies"], f"migrations/002_hostile.sql:2:3: {DEEP}", ("-n", "2")),
    (BODY, ["rules::no_dangling_references"], f"not checked: {DEEP}", ()),
], ids=["no body", "a sum", "a sum in workers", "a body"])  # fmt: skip
def test_the_run_goes_on(
    project: Project, statement: str, failing: list[str], said: str, apart: tuple[str, ...]
) -> None:
    project.write("migrations/002_hostile.sql", f"{statement};")
    project.write("test_own.py", "def test_own():\n    pass\n")
    project.expect(RULES)
    result = project.run_apart("-rA", *apart, ".")
    text = text_of(result)
    assert result.ret == 1
    assert sorted(re.findall(r"^FAILED expectations.yaml::(\S+)", text, re.M)) == sorted(failing)
    assert "PASSED expectations.yaml::rules::no_credentials" in text
    assert "PASSED test_own.py::test_own" in text
    assert said in text
    assert shows_no_traceback(text)
