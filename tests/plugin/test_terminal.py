"""What a run says at its end, how it is coloured, and what it says to type next."""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import WRONG, Project, lines_after, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

ESCAPE = "\x1b["
RED, GREEN, CYAN, END = (f"{ESCAPE}{code}m" for code in (31, 32, 36, 0))


@pytest.fixture
def wrong(project: Project, filled: Dsn) -> Project:
    """A project with one failure, which has a fix, and an existing database named by its file."""
    project.expect(WRONG)
    project.write("pytest.ini", f"[pytest]\nschema_dsn = {filled}\n")
    return project


# Colours


@pytest.mark.parametrize(
    ("options", "variables", "coloured"),
    [
        (["--color=yes"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"PY_COLORS": "1"}, True),
        ([], {}, False),
        (["--color=no"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "PY_COLORS": "0"}, False),
    ],
    ids=str,
)
def test_colours_are_where_pytest_has_them(
    wrong: Project,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    variables: dict[str, str],
    coloured: bool,
) -> None:
    monkeypatch.delenv("PY_COLORS")  # which pytester has set to 0
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    text = text_of(wrong.run("--junitxml=all.xml", *options))
    parts = (
        f"    {GREEN}expected{END}    varchar(80)",
        f"    {RED}actual{END}      text",
        f"    {CYAN}fix{END}         alter table",
        f"{ESCAPE}1mexpectations.yaml:6:7{END}: tables.users.columns.email::type",
        f"{RED}  ✗ table structures{END}  1 of 7",
        f"{GREEN}✓{END} tables ",
    )
    assert [part in text for part in parts] == [coloured] * len(parts), text
    assert (ESCAPE in text) == coloured
    [failure] = ET.parse(wrong.path / "all.xml").getroot().iter("failure")
    assert failure.text
    assert "x1B" not in failure.text
    assert "    expected    varchar(80)\n" in failure.text


def test_colours_come_from_workers_too(wrong: Project) -> None:
    text = text_of(wrong.run_apart("-n1", "--color=yes"))
    assert f"    {GREEN}expected{END}    varchar(80)" in text


# More and less of it


def test_quieter_runs_say_less(wrong: Project) -> None:
    whole = summary_of(wrong)
    quiet = summary_of(wrong, "-q")
    assert [line for line in whole if line not in quiet] == [whole[-1]]
    assert re.match(r"  \d+ms: files \d+ms, ", whole[-1])
    assert quiet[-1].startswith("  - 1 skipped, because")
    assert summary_of(wrong, "-qq") == [*quiet[:4], quiet[-1]]
    timed = summary_of(wrong, "-v")
    assert re.match(r"  ✗ table structures  1 of 7 +\d+ms$", timed[3])


def summary_of(project: Project, *options: str) -> list[str]:
    """Return the lines of the summary of a run."""
    lines = lines_after(text_of(project.run("--tb=no", "-rN", *options)), "schema verification")
    return [line for line in lines if line.startswith(("expectations", "  "))]


@pytest.mark.parametrize("options", [["--no-summary"], ["-qq"]], ids=str)
def test_a_run_may_say_nothing(project: Project, filled: Dsn, options: list[str]) -> None:
    text = text_of(project.run(*options, f"--schema-dsn={filled}"))
    assert "schema verification" not in text
    assert "next" not in text


# What is to be typed next

FROM_HERE = WRONG.replace("80", "${length}").replace("directory: ", "directory: ../")


def next_of(result: pytest.RunResult) -> str:
    """Return the command that a run ends with, or ""."""
    lines = text_of(result).splitlines()
    [line] = [line for line in lines if line.startswith("next: ")] or [""]
    # Behind it stands nothing but the line with the numbers.
    assert not line or re.match(r"=* ?\d+ failed", lines[lines.index(line) + 1]), lines
    return line.removeprefix("next: ")


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what becomes of a command that a person types into a shell."""
    return subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_nothing_is_to_be_typed_where_all_is_well(project: Project, filled: Dsn) -> None:
    assert next_of(project.run(f"--schema-dsn={filled}")) == ""


@pytest.mark.parametrize("folder", [".", "deep/er"])
def test_the_command_for_the_fixes_has_the_settings_of_the_run(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    project.write("our files/it's.yaml", "vars: {length: 10}\n" + FROM_HERE)
    project.write("pytest.ini", '[pytest]\nschema_spec = "our files/it\'s.yaml"\n')
    project.path.joinpath(folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(project.path / folder)
    result = project.run(
        "-p", "no:cacheprovider", f"--schema-dsn={filled}", "--schema-var=length=7"
    )
    command = next_of(result)
    assert command.endswith("  # SQL for 1 failure as one script; runs nothing")
    done = typed(command, project.path / folder)
    assert done.returncode == 0, done.stderr
    assert "alter column email type character varying(7);" in done.stdout


def test_the_command_finds_what_the_environment_has(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(WRONG)
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", filled)
    assert next_of(project.run("-q")) == "schemaverify fix"
    monkeypatch.setenv("PATH", "/usr/bin")  # of a shell in which the environment is not active
    command = next_of(project.run("-q"))
    assert Path(command.split()[0]).is_absolute()
    assert "alter column email type" in typed(command, project.path).stdout


def test_the_command_names_the_variable_that_has_the_dsn(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.expect(WRONG)
    monkeypatch.setenv("STAGING", filled)
    command = next_of(project.run("-q", "--schema-dsn-env=STAGING"))
    assert command == "schemaverify fix --dsn-env=STAGING"
    assert "alter column email type" in typed(command, project.path).stdout


def test_no_password_is_to_be_typed(wrong: Project, filled: Dsn) -> None:
    dsn = f"{filled} password=geheim"
    result = wrong.run(f"--schema-dsn={dsn}")
    command = next_of(result)
    assert command.startswith("schemaverify fix --dsn='")
    assert "# put the password into PGPASSWORD first" in command
    assert "geheim" not in text_of(result)


def test_what_only_the_database_has_is_listed_by_another_command(
    project: Project, filled: Dsn
) -> None:
    project.expect("unmanaged: {tables: fail}\ntables: {other: absent}\n")
    project.write("pytest.ini", f"[pytest]\nschema_dsn = {filled}\n")
    command = next_of(project.run())
    assert command.startswith("schemaverify diff --dsn=")
    done = typed(command, project.path)
    assert done.returncode == 1
    assert "users" in done.stdout
