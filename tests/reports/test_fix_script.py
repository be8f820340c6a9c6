"""The script of fixes says what it costs and what it leaves, and its comments end no line early."""

from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.making import told
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.reports.fix_order import in_lines
from pytest_schemaverify.reports.fix_script import Fixes, fixes, script
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result

TABLE, INDEX = "create table t ();", "-- locks writes\ncreate index on t (a);"
LABEL, ALONE = "alter type e add value 'x';", "create index concurrently on t (b);"


def result(name: str, *findings: Finding, **how: Any) -> Result:
    """Return a result of an expectation in line 7."""
    path = ("migrations", "at", "002") if name.startswith("at") else ()
    planned = Planned("any.exists", path, None, None, Entry(), 7, 3, name)
    return Result(planned, findings, **how)


def finding(fix: str = "", hint: str = "") -> Finding:
    return Finding(expected="a", actual="b\nc", fix=fix, hint=hint)


def text(*results: Result) -> str:
    return "\n".join(script(fixes(results, "x.yaml"), ["head"], ["advice"]))


def test_what_cannot_be_together_is_apart() -> None:
    one = text(*(result(fix[:9], finding(fix)) for fix in (ALONE, INDEX, TABLE, LABEL)))
    places = [one.index(each) for each in (LABEL, "commit;", TABLE, INDEX, ALONE)]
    assert places == sorted(places)
    assert one.rindex("commit;") < one.index(ALONE)
    assert one.count("begin;") == one.count("commit;") == one.count("lock_timeout") == 2
    assert "-- Comments in it that say what a fix costs: `-- locks` 1\n" in one


def test_a_fix_of_many_failures_is_there_once() -> None:
    one = text(*(result(f"n{number}", finding(TABLE)) for number in range(5)))
    assert one.count(TABLE) == 1
    assert "-- 5 of 5 failures have a fix here\n" in one
    assert "-- n2 (x.yaml:7:3)\n-- and 2 more\ncreate" in one


def test_what_a_statement_locks_or_loses_is_said_where_the_fix_does_not() -> None:
    lock = "alter table t alter column a set not null;"
    loss = "alter table t drop column a;"
    one = text(*(result(fix[:22], finding(fix)) for fix in (lock, loss, TABLE)))
    assert f"{lock}\n-- locks public.t.a: every row is read; nobody can read or write" in one
    assert f"{loss}\n-- loses public.t.a: what is in it is lost\n" in one
    assert f"{TABLE}\n\n" in one
    assert "-- Comments in it that say what a fix costs: `-- loses` 1, `-- locks` 1\n" in one


def test_a_line_break_in_a_name_ends_no_comment() -> None:
    name = '"a\ndrop table victim; --\r"'
    said = told(f"create index i on {name} (b);", f"locks {name}", name)
    one = text(
        result("told", finding(said)),
        result("shown", finding(f"alter table {name} alter column b set not null;")),
    )
    statements = [line for line in in_lines(one) if line.startswith(("create", "alter"))]
    assert len(statements) == 2
    assert not [line for line in in_lines(one) if line.startswith("drop")]
    assert one.count("-- locks") == 3  # the head counts them, too


def test_a_part_of_which_nothing_is_left_has_no_heading() -> None:
    first = fixes([result("a", finding(TABLE))], "x.yaml")
    later = fixes([result("b", finding(INDEX))], "x.yaml")
    assert "What follows can be" in "\n".join(script(first, [], [], [later]))
    later.refuse({INDEX: "no"}, "refused")
    assert "What follows can be" not in "\n".join(script(first, [], [], [later]))


def test_what_has_no_fix_says_why() -> None:
    password = "alter role r password 'geheim';"
    one = text(
        result("none", finding()),
        result("hint", finding(hint="look\rdrop table t;\nthere")),
        result("at.end", finding(TABLE)),
        result("secret", finding(password)),
        result("untold", undetermined="asking\n  because it\ndrop table t;"),
    )
    assert "-- 0 of 4 failures have a fix here\n" in one
    assert "none (x.yaml:7:3): expected a, actual b; no statement makes it so\n" in one
    assert "change the migration" in one
    assert "the fix has a secret" in one
    assert "geheim" not in one
    assert "-- These could not be told:\n--   untold (x.yaml:7:3): asking: it" in one
    assert [line for line in one.splitlines() if not line.startswith("--")] == []


def test_what_does_not_count_is_left_out() -> None:
    one = text(
        result("known", finding(TABLE), known="a bug"),
        result("warned", finding(TABLE), warning=True),
        result("fine"),
        result("skipped", skipped="table t does not exist"),
        result("off", skipped="for a reason"),
    )
    assert one.splitlines()[:2] == ["-- head", "-- nothing fails"]
    assert "1 more expectation" in one
    assert "advice" not in one


def test_without_a_failure_nothing_is_advised() -> None:
    assert [*script(Fixes(), ["head"], ["advice"])] == ["-- head", "-- nothing fails"]


def test_what_is_refused_is_left_with_the_reason() -> None:
    found = fixes([result("one", finding(TABLE)), result("two", finding(INDEX))], "x.yaml")
    found.refuse({INDEX: "no column a\nLINE 1"}, "the server refuses its fix")
    assert (found.number, found.order) == (1, [TABLE])
    assert found.left == ["two (x.yaml:7:3): the server refuses its fix: no column a"]
