"""`schemaverify coverage` and `--schema-coverage` say what a file does not pin; a page shows it."""

import json
import re
from pathlib import Path

import pytest
import yaml

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn, Server, connect
from tests.projects import EXPECTATIONS, Project, lines_after, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project  # a fixture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/guides/pinned.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PINNED = "expectations.yaml pins 62 % of what there is (9 of 14; what is about security counts "


pytestmark = pytest.mark.usefixtures("on_the_server")


@pytest.fixture
def live(filled: Dsn, monkeypatch: pytest.MonkeyPatch) -> Dsn:
    """An existing database, in which the migration was applied."""
    monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    return filled


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Return what the command prints."""
    exited = main(["coverage", *arguments])
    out, err = capsys.readouterr()
    assert exited == code, out + err
    assert shows_no_traceback(out + err), out + err
    return out + err


def test_the_page_shows_what_is_printed(
    project: Project, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    (_, sql), (_, yaml_), *rest = BLOCKS
    project.write("migrations/001_users.sql", sql)
    project.expect(yaml_)
    for (_, command), (_, text) in zip(rest[::2], rest[1::2], strict=True):
        program, *arguments = command.split()
        if program == "pytest":
            result = project.run("-q", *arguments)
            assert text.strip() in text_of(result)
            assert result.ret == 1
        else:
            assert arguments.pop(0) == "coverage"
            assert printed(capsys, "-q", *arguments) == text


def test_enough_is_a_matter_of_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "-q", "--fail-under=62").startswith(PINNED)
    text = printed(capsys, "-q", "--fail-under=63", code=1)
    assert text.endswith("\n62 % is less than --fail-under=63\n")


def test_what_is_missing_is_printed_as_yaml(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, "-q", "--missing")
    _, grants, *rest = text.split("\n\n")
    assert grants.startswith("# grants: public\nschemas:\n")
    assert "  public:\n    grants: " in grants
    # A block for each kind and object: what is pasted below another is still one file.
    assert [block.splitlines()[0] for block in rest] == [
        "# columns: public.users",
        "# unique_constraints: public.users",
    ]


def test_json_has_every_object_and_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, "-q", "--format=json", "--missing"))
    assert found["version"] == 1
    assert (found["percent"], found["said"], found["of"]) == (62, 9, 14)
    assert found["kinds"]["columns"]["levels"]["named"] == 1
    assert {
        "kind": "rls",
        "object": "public.users",
        "level": "expressions",
        "said": 1,
        "of": 1,
    } in (found["objects"])
    for one in found["missing"]:
        assert yaml.safe_load(one["yaml"]) == one["data"]


def test_markdown_has_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "-q", "--format=markdown", "--missing", "--kinds=columns,rls")
    assert "| columns | 6 | 7 | 85 | 0 | 1 | 0 |\n" in text
    assert "\nNot counted, because they are of other kinds: 4 objects.\n" in text
    assert "\n**columns: public.users**\n\n```yaml\ntables:\n" in text


def test_what_has_no_key_and_what_the_platform_makes_is_counted_aloud(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(
        "migrations/002.sql",
        "create table older (a int); create table newer (a int) inherits (older);",
    )
    assert "no key can say them: definition of inherited column public.newer.a" in printed(capsys)
    project.expect(f"database: {{platform: supabase}}\n{EXPECTATIONS}")
    text = printed(capsys)
    assert re.search(r"because the platform has them: .*\d schemas", text)


def test_what_init_writes_pins_all_of_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.path / "expectations.yaml").unlink()
    assert main(["init", "-q"]) == 0
    capsys.readouterr()
    text = printed(capsys, "-q", "--missing", "--fail-under=100")
    assert text.startswith("expectations.yaml pins 100 % of what there is (14 of 14;")
    assert "\n#" not in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fail-under=most"], "reading --fail-under=most\n  because it is no percentage"),
        (["--fail-under=101"], "write a whole number from 0 to 100"),
        (["--kinds=tabels"], "because there is no kind 'tabels'"),
        (["--spec=missing.yaml"], "missing.yaml\n  because there is no such file"),
        (["--format=xml"], "xml"),
    ],
)
def test_a_wrong_option_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in printed(capsys, *arguments, code=4)


def test_an_existing_database_is_only_read(live: Dsn, capsys: pytest.CaptureFixture[str]) -> None:
    with connect(live, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'alter database "{name}" set default_transaction_read_only = on')
    assert printed(capsys, "-q", f"--dsn={live}", "--missing").startswith(PINNED)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_prints_it_once_and_fails_below_the_floor(project: Project, workers: str) -> None:
    result = project.run_apart("-q", "-n", workers, "--schema-coverage")
    lines = lines_after(text_of(result), " schema coverage ")
    assert lines[0].startswith(PINNED)
    assert text_of(result).count(PINNED) == 1
    assert result.ret == 0
    result = project.run_apart("-q", "-n", workers, "--schema-coverage-fail-under=63")
    told = "FAILED expectations.yaml: 62 % is less than --schema-coverage-fail-under=63"
    assert lines_after(text_of(result), " schema coverage ")[-2] == told
    assert result.ret == 1


def test_a_run_counts_on_an_existing_database(project: Project, live: Dsn) -> None:
    project.write("pytest.ini", "[pytest]\nschema_coverage_fail_under = 63\n")
    project.expect(EXPECTATIONS.replace("migrations: {directory: migrations}\n", ""))
    result = project.run("-q", f"--schema-dsn={live}")
    assert "FAILED expectations.yaml: 62 % is less than schema_coverage_fail_under=63" in (
        text_of(result)
    )
    assert result.ret == 1


def test_a_run_that_failed_keeps_its_code_and_one_without_a_database_says_so(
    project: Project,
) -> None:
    project.write("migrations/002.sql", "create tabel x (id int);")
    result = project.run("-q", "--schema-coverage-fail-under=1")
    assert "expectations.yaml: not known, because there is no database" in text_of(result)
    assert result.ret == 1


def test_a_wrong_floor_ends_the_run(project: Project) -> None:
    result = project.run("-q", "--schema-coverage-fail-under=many")
    assert "reading --schema-coverage-fail-under=many" in text_of(result)
    assert result.ret == 4


def test_it_costs_nothing_where_it_is_not_asked_for(project: Project) -> None:
    project.write(
        "conftest.py",
        "import sys\n"
        "def pytest_unconfigure(config):\n"
        "    room = 'pytest_schemaverify.authoring'\n"
        "    assert not [name for name in sys.modules if name.startswith(room)]\n",
    )
    assert project.run_apart("-q").ret == 0


def test_the_checklist_says_it_for_each_database(
    live: Dsn, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["checklist", f"--dsn={live}"]) == 0
    assert capsys.readouterr().out.count("  the file pins 62 % of what there is") == 2
