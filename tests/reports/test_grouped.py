"""The first run of an ordinary project fills one screen, by causes, the worst first."""

import shutil

import pytest

from pytest_schemaverify.reports.grouped import SCREEN, Failed, Told, grouped
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project  # a fixture
from tools.presets import PROJECT

RUN = ("-q", "-p", "no:randomly")


def failures(text: str) -> list[str]:
    """Return the lines that pytest prints between the dots and our own section."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if " FAILURES " in line)
    end = next(number for number, line in enumerate(lines) if "- schema verification -" in line)
    return lines[start:end]


def test_a_first_run_fills_one_screen_with_the_worst_first(project: Project) -> None:
    shutil.copytree(PROJECT, project.path, dirs_exist_ok=True)
    text = text_of(project.run(*RUN))
    assert shows_no_traceback(text)
    lines = failures(text)
    assert 30 < len(lines) <= SCREEN
    assert all(len(line) <= 100 for line in lines)
    heads = [line.split(": ")[1].partition(",")[0] for line in lines if line[0] == "e"]
    checks = [head.partition(" ")[0].partition("::")[2] for head in heads]
    assert checks[0] == "isolate"
    assert checks[-2:] == ["foreign_keys_indexed", "auth_called_once"]
    assert checks.index("row_level_security") < checks.index("rls_has_policies")
    seen = "    tenant A sees a row of tenant B: public.audit_log, public.messages, "
    assert any(line.startswith(seen) for line in lines)
    [fix] = [line for line in lines if "create index on" in line]
    assert fix == "    fix         create index on public.profiles (user_id);  -- and 22 more"
    # One cause is told once: what pins all functions pins those with their owner's rights.
    [pinned] = [line for line in lines if "rules::definer_functions_pinned" in line]
    assert pinned.endswith(": see rules::function_search_path")
    # Each stays a failure of its own.
    listed = [line for line in text.splitlines() if line.startswith("FAILED expectations.yaml::")]
    assert len(listed) == len(heads) == 11
    assert text.splitlines()[-1].startswith("11 failed, ")


@pytest.fixture
def many(project: Project) -> Project:
    """A project with 30 columns of other types than are expected."""
    columns = ", ".join(f"c{number} int" for number in range(30))
    project.write("migrations/002_wide.sql", f"create table wide ({columns});")
    expected = "".join(f"      c{number}: text\n" for number in range(30))
    project.expect(
        f"migrations: {{directory: migrations}}\ntables:\n  wide:\n    columns:\n{expected}"
    )
    return project


def test_many_failures_of_one_check_are_one_block(many: Project) -> None:
    many.write("test_own.py", "def test_own():\n    assert 1 == 2\n")
    text = text_of(many.run(*RUN, "-p", "xdist", "-n", "1"))  # which sends the reports as data
    lines = failures(text)
    assert "30 expectations do not hold" in lines[1]
    assert lines[2:6] == [
        "expectations.yaml:5:7: tables.wide.columns.c0::type and 29 more of columns.type",
        "    expected    text, actual integer",
        "    at          tables.wide.columns.c0, tables.wide.columns.c1, tables.wide.columns.c2"
        " and 27 more",
        "    fix         alter table public.wide alter column c0 type text using c0::text; -…"
        "  -- and 29 more",
    ]
    # A test that is none of ours is shown as ever.
    assert "_ test_own _" in lines[6]
    assert any("assert 1 == 2" in line for line in lines[7:])
    assert text.splitlines()[-1].startswith("31 failed, ")


def test_whoever_asks_for_all_of_it_gets_all_of_it(many: Project) -> None:
    text = "\n".join(failures(text_of(many.run("-p", "no:randomly", "-vv"))))
    assert text.count("    actual      integer") == 30


def test_a_screen_has_room_for_every_check_or_says_how_many_more() -> None:
    told = [Told("public.users", "a", "b", "", "")]
    many = [Failed(n, f"rules.r{n}", "f:1:1", f"rules::r{n}", told, "") for n in range(60)]
    lines = grouped(reversed(many), 100)
    assert lines[0] == "f:1:1: rules::r0"
    assert lines[-1] == "and 23 more failures; -v shows all of them"
    assert len(lines) == SCREEN - 2


def test_a_narrow_line_shows_something_of_both_sides_and_how_many_more() -> None:
    told = [Told(f"t{n}", "e" * 90, "a" * 90, "", f"{'f' * 90}{n};") for n in range(3)]
    lines = grouped([Failed(0, "rules.r", "f:1:1", "rules::r", told, "")], 60)
    assert lines[1].startswith("    expected    eeee")
    assert "…, actual aaaa" in lines[1]
    assert lines[3].endswith("…  -- and 2 more")
    assert max(map(len, lines)) == 60


def test_on_a_narrow_terminal_lines_still_say_something() -> None:
    told = [Told("users", "column public.users.email", "no such column", "", "f" * 90)]
    failed = [Failed(0, "columns.exists", "f:1:1", "columns::exists", told, "")]
    lines = grouped(failed, 30)
    assert lines == grouped(failed, 60)
    assert lines[1].endswith("…, actual no such column")
    assert len(lines[1]) == 60
