"""What the migrations cost: also those that run outside of any transaction."""

import pytest

from tests.projects import Project, text_of
from tests.projects import project as project

BEFORE = """
create table users (id int primary key, name text);
insert into users select n, 'user ' || n from generate_series(1, 30000) n;
create table notes (id int primary key, body text);
"""


@pytest.fixture
def costly(project: Project) -> Project:
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/before.sql", BEFORE)
    project.write("migrations/001_index.sql", "create index concurrently on users (name);")
    project.write(
        "migrations/002_notes.sql",
        "alter table notes alter id type bigint; create table tags (); drop table tags;",
    )
    return project


def expecting(budget: str) -> str:
    return f"migrations: {{directory: migrations, before: before.sql, budget: {budget}}}"


@pytest.mark.parametrize(
    ("budget", "failed"),
    [
        ("{lock: {users: share update exclusive}}", 0),
        ("{lock: {users: row exclusive}}", 1),
        ("{lock: {notes: exclusive}}", 1),
        ("{lock: {notes: access exclusive}, rewrite: [notes], seconds: 60}", 0),
        ("{rewrite: users}", 1),
        ("{rewrite: none, seconds: 0.000001}", 2),
        ('{seconds: "< 60"}', 0),
        ('{seconds: "> 60"}', 1),
    ],
)
def test_a_budget_is_kept_or_not(costly: Project, budget: str, failed: int) -> None:
    costly.expect(expecting(budget))
    assert costly.run().parseoutcomes().get("failed", 0) == failed


def test_a_lock_that_the_server_does_not_have_is_told(costly: Project) -> None:
    costly.expect(expecting("{lock: share row exclusiv}"))
    assert "did you mean" in text_of(costly.run())


def test_the_summary_tells_the_costs_when_asked(costly: Project) -> None:
    costly.expect("migrations: {directory: migrations, before: before.sql}")
    said = text_of(costly.run("--schema-costs"))
    assert "share update exclusive lock by migrations/001_index.sql:1:1 on public.users" in said
    assert "access exclusive lock by migrations/002_notes.sql:1:1 on public.notes" in said
    assert "rewritten by migrations/002_notes.sql:1:1: public.notes" in said
    assert "the migrations take" in said
    assert "tags" not in said.partition("schema verification")[2]


ONCE = """
do $$
declare
    place text := current_setting('data_directory') || '/ran_once';
begin
    if (pg_stat_file(place, true)).size is not null then
        perform from what_a_second_run_does_not_have;
    end if;
    execute format('copy (select 1) to %L', place);
end $$;
"""


def test_files_that_run_only_once_are_no_finding_and_no_internal_error(costly: Project) -> None:
    costly.write("migrations/003_once.sql", ONCE)
    costly.expect(expecting("{lock: access exclusive}"))
    result = costly.run("--schema-costs")
    text = text_of(result)
    assert result.ret == 6, text
    said = 'because relation "what_a_second_run_does_not_have" does not exist'
    assert "cannot tell measuring what the migrations cost" in text
    assert text.count(said) == 2, text
    assert "internal error" not in text
