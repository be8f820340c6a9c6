"""Expectations that hold on the way, each an item of its own."""

import pytest

from tests.projects import Project, text_of
from tests.projects import project as project

EXPECTATIONS = """
migrations:
  directory: migrations
  before: legacy.sql
  at:
    before:
      tables: {notes: {columns: {body: text}}, memories: absent}
      data: {notes: {rows: 3}}
    "001":
      tables: {memories: {columns: {content: varchar(80)}}}
      functions: {one(): {returns: integer}}
      data:
        memories: {rows: 3}
        queries: {longest: {sql: select max(length(content)) from memories, returns: 5}}
        preserved: {notes: {in: memories, match: {body: content}}}
    2: {tables: {notes: absent, memories: {columns: {content: text}}}}
tables: {notes: absent, memories: {columns: {content: text not null}}}
data: {memories: {rows: 2}}
"""


@pytest.fixture
def way(project: Project) -> Project:
    (project.path / "migrations/001_users.sql").unlink()
    project.write(
        "migrations/legacy.sql",
        "create table notes (body text); insert into notes values ('one'), ('two'), ('three');",
    )
    project.write(
        "migrations/001_memories.sql",
        "create table memories (content varchar(80)); insert into memories select body from notes;"
        "create function one() returns int language sql as 'select 1';",
    )
    project.write(
        "migrations/002_text.sql",
        "alter table memories alter content type text; drop table notes; drop function one();",
    )
    project.write(
        "migrations/003_not_null.sql",
        "alter table memories alter content set not null; delete from memories"
        " where content = 'two';",
    )
    project.expect(EXPECTATIONS)
    return project


def test_each_moment_is_verified_as_it_was(way: Project) -> None:
    result = way.run("-v")
    assert result.ret == 0, text_of(result)
    said = text_of(result)
    assert "expectations.yaml::migrations.at.001.functions.one()::returns PASSED" in said
    assert "expectations.yaml::migrations.at.before.data.notes::rows PASSED" in said
    assert "expectations.yaml::migrations.at.001.data.preserved.notes::found PASSED" in said


def test_what_a_moment_says_of_columns_counts_then_and_not_in_the_end(way: Project) -> None:
    way.write(
        "migrations/002_text.sql",
        "create role web; grant select (content) on memories to web; drop table notes;",
    )
    way.write("migrations/003_not_null.sql", "select 1;")
    way.expect("""
migrations:
  directory: migrations
  before: legacy.sql
  at:
    2:
      tables:
        memories: {grants: {web: []}, columns: {content: {grants: {web: [select]}}}}
tables: {memories: {grants: {web: []}}}
""")
    text = text_of(way.run())
    assert "FAILED expectations.yaml::tables.memories.grants.web::exactly" in text
    assert text.count("FAILED") == 1


def test_one_moment_can_be_asked_for(way: Project) -> None:
    asked = "expectations.yaml::migrations.at.2.tables.memories.columns.content::type"
    way.run(asked).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        ("notes: {rows: 3}", "notes: {rows: 4}", "migrations.at.before.data.notes::rows"),
        ("varchar(80)", "text", "migrations.at.001.tables.memories.columns.content::type"),
        ("returns: 5", "returns: 6", "migrations.at.001.data.queries.longest::returns"),
        ("2: {tables: {notes: absent", "2: {tables: {notes: {}", "migrations.at.2.tables.notes::"),
        (
            "match: {body: content}",
            "match: {body: upper(content)}",
            "migrations.at.001.data.preser",
        ),
    ],
)
def test_what_does_not_hold_then_is_found(way: Project, old: str, new: str, item: str) -> None:
    way.expect(EXPECTATIONS.replace(old, new))
    result = way.run("-rf")
    result.assert_outcomes(failed=1, passed=25)
    assert f"FAILED expectations.yaml::{item}" in text_of(result)


def test_a_moment_that_was_not_reached_is_skipped_and_those_before_are_verified(
    way: Project,
) -> None:
    way.write("migrations/002_text.sql", "alter table memories alter contents type text;")
    result = way.run("-v")
    said = text_of(result)
    assert "migrations::applies FAILED" in said
    assert "not run after it: 003_not_null.sql" in said
    assert "migrations.at.001.data.memories::rows PASSED" in said
    assert "migrations.at.2.tables.notes::absent SKIPPED" in said


@pytest.mark.parametrize(("version", "message"), [
    ("004", "no migration that is applied has this version"),
    ("1x", "no migration that is applied has this version"),
    ("baseline", "`baseline` is now `before`: the moment before the first migration"),
])  # fmt: skip
def test_a_version_that_does_not_exist_is_told(way: Project, version: str, message: str) -> None:
    way.expect(EXPECTATIONS.replace("    2: {", f"    {version}: {{"))
    said = text_of(way.run())
    assert f"looking for migrations.at: {version}" in said
    assert message in said
    assert "there are before, 001, 002, 003" in said


def test_a_moment_about_which_nothing_is_said_is_no_expectation(way: Project) -> None:
    way.expect("migrations: {at: {'001': {}}}")
    assert "nothing would be checked" in text_of(way.run())


def test_what_the_server_warns_of_is_told_with_its_place(way: Project) -> None:
    text = (
        "do $$ begin\n  raise warning 'mind the gap, password=h0rse';\n  raise notice 'x'; end $$;"
    )
    way.write("migrations/004_warns.sql", f"\\connect elsewhere\n{text}\n")
    shown = text_of(way.run("-q"))
    assert "  migrations/004_warns.sql:3: mind the gap, password=*****" in shown
    assert "  migrations/004_warns.sql: \\connect elsewhere was left out" in shown
    assert shown.count("004_warns.sql") == 2
