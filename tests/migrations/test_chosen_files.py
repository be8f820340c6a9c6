"""Which files of a folder are applied, as a file of expectations says it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_schemaverify.errors import WrongValue
from pytest_schemaverify.migrations.file_patterns import matching
from pytest_schemaverify.migrations.names import names
from pytest_schemaverify.migrations.read import read
from tests.projects import Project, project, text_of

__all__ = ["project"]

Write = Callable[..., Path]
FILES = ["001_a.sql", "002_b.sql", "010_c.sql", "drafts/003_d.sql", "drafts/004_e.sql"]


@pytest.fixture
def folder(write: Write) -> Path:
    """A folder with a folder of drafts in it."""
    return write(dict.fromkeys(FILES, "select 1;"))


@pytest.mark.parametrize(
    ("patterns", "chosen"),
    [
        (["!002_b.sql"], ["001_a.sql", "010_c.sql"]),
        (["!00*.sql"], ["010_c.sql"]),
        (["!002*.sql", "!010_c.sql"], ["001_a.sql"]),
        (["*.sql", "!drafts/*.sql"], FILES[:3]),
        (["**/*.sql", "!drafts/*.sql"], FILES[:3]),
        (["!drafts", "**/*.sql"], FILES[:3]),
        (["**/*.sql", "!drafts/003*"], [*FILES[:3], "drafts/004_e.sql"]),
        (["drafts", "!drafts/004_e.sql"], ["drafts/003_d.sql"]),
        (["00*.sql", "!001_a.sql", "001_a.sql"], ["002_b.sql"]),
        ("!001_a.sql", FILES[1:3]),
        ([], []),
    ],
)
def test_patterns_leave_files_out(folder: Path, patterns: list[str], chosen: list[str]) -> None:
    every = read(folder).migrations
    found = matching(folder, patterns, setting="migrations.apply", every=every)
    assert [one.path.relative_to(folder).as_posix() for one in found] == chosen


def test_what_is_left_out_must_be_there_and_of_something(folder: Path) -> None:
    with pytest.raises(WrongValue, match=r"looking for migrations\.apply: 02_b\.sql\n.*no file"):
        matching(folder, ["*.sql", "!02_b.sql"], setting="migrations.apply")
    with pytest.raises(WrongValue, match="nothing says of which files"):
        matching(folder, ["!002_b.sql"], setting="migrations.seed")


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("20240101_a", "20240101_a/migration.sql", True),
        ("*_a", "20240101_a/up.sql", True),
        ("drafts", "drafts/more/1_a.sql", True),
        ("drafts/*", "drafts/more/1_a.sql", True),
        ("drafts", "drafts_2/1_a.sql", False),
        ("1_a.sql", "drafts/1_a.sql", False),
        ("1_a", "1_a.sql", False),
    ],
)
def test_a_pattern_names_files_and_the_folders_that_they_are_in(
    pattern: str, path: str, named: bool
) -> None:
    assert names(pattern, path) is named


def test_what_undoes_an_ignored_migration_is_not_run_either(write: Write) -> None:
    files = ("1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql")
    found = read(write(dict.fromkeys(files, "select 1;"))).leaving_out(["2_b.up.sql"])
    assert [one.name for one in (*found.migrations, *found.down)] == ["a", "a"]


CHOICES = {
    'apply: ["!drafts.sql", "!002_notes.sql"]': "1 migration applied (of 2 in migrations)",
    "ignored: {drafts.sql: later, 002*: no}": "1 migration applied (all in migrations)",
    "ignored: {drafts.sql: later}": "2 migrations applied (all in migrations)",
}


@pytest.mark.parametrize("choice", CHOICES)
def test_the_summary_counts_what_was_applied(project: Project, choice: str) -> None:
    project.write("migrations/002_notes.sql", "create table notes (id int);\n")
    project.write("migrations/drafts.sql", "create tabel\n")
    project.expect(f"migrations: {{directory: migrations, {choice}}}\n")
    result = project.run()
    assert result.ret == 0, text_of(result)
    assert f"  {CHOICES[choice]}; layout plain: 001_name.sql" in text_of(result)


def test_what_is_chosen_can_be_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.path / "cache"))
    project.write("migrations/002_draft.sql", "create tabel\n")
    project.write("migrations/003_notes.sql", "create table ${name} (id int);\n")
    chosen = "migrations: {apply: ['!002_draft.sql'], placeholders: {name: NAME}}\n"
    project.expect(chosen)
    assert "kept for the next run" in text_of(project.run("--schema-cache"))
    again = text_of(project.run("--schema-cache"))
    assert "from the cache" in again
    assert "2 migrations applied (of 3 in migrations)" in again
    # Another value is another database.
    project.expect(chosen.replace("NAME", "tags") + "tables: {tags: {}}\n")
    other = project.run("--schema-cache")
    assert other.ret == 0
    assert "kept for the next run" in text_of(other)


def test_the_summary_says_that_not_all_was_applied_or_none(project: Project) -> None:
    project.write("migrations/002_notes.sql", "create tabel\n")
    project.expect("migrations: {directory: migrations}\n")
    assert "  2 migrations in migrations, not all applied; layout" in text_of(project.run())


def test_the_summary_says_of_no_folder_that_all_in_it_was_applied(project: Project) -> None:
    project.expect("migrations: {directory: migrations, ignored: {'*': later}}\n")
    assert "  no migrations applied; layout" in text_of(project.run())


def test_a_pattern_without_quotes_is_told(project: Project) -> None:
    project.expect("migrations:\n  apply:\n    - !drafts/*.sql\n")
    said = text_of(project.run())
    assert ":3:7: migrations.apply.0: tag !drafts/*.sql is not supported; if it is a text" in said
    assert "put it into quotes: '!drafts/*.sql'" in said
    project.expect("migrations: {apply: [!drafts/a.sql]}\n")
    assert "a text that begins with `!` needs quotes" in text_of(project.run())
