"""Rows that are there before the migrations, and rows that follow them."""

import pytest

from tests.projects import Project, text_of
from tests.projects import project as project

PLANS = """
migrations: {{directory: migrations, seed: {seed}}}
tables: {{plans: {{}}}}
data: {{plans: {{rows: {rows}}}}}
"""


@pytest.fixture
def plans(project: Project) -> Project:
    """A project whose seed has a row for a table that a migration makes."""
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/001_plans.up.sql", "create table plans (name text primary key);")
    project.write("migrations/001_plans.down.sql", "drop table plans;")
    project.write("db/seed.sql", "insert into plans values ('team');")
    return project


@pytest.mark.parametrize(
    "seed", ["{after: db/seed.sql}", "{after: ['db/*.sql']}", "{after: [db/seed.sql], before: []}"]
)
def test_a_seed_follows_the_migrations(plans: Project, seed: str) -> None:
    plans.expect(PLANS.format(seed=seed, rows=1))
    result = plans.run()
    assert result.ret == 0, text_of(result)


def test_a_seed_in_the_folder_is_no_migration(plans: Project) -> None:
    plans.write("migrations/002_seed.up.sql", "insert into plans values ('own');")
    plans.expect(PLANS.format(seed="{after: migrations/002_seed.up.sql}", rows=1))
    result = plans.run("-v")
    assert result.ret == 0, text_of(result)
    assert "migrations::applies PASSED" in text_of(result)


def test_without_it_there_are_no_rows(plans: Project) -> None:
    plans.expect(PLANS.format(seed="[]", rows=1))
    assert "FAILED expectations.yaml::data.plans::rows" in text_of(plans.run())


def test_a_seed_that_is_early_is_told_of_the_other_moment(plans: Project) -> None:
    plans.expect(PLANS.format(seed="db/seed.sql", rows=1))
    text = text_of(plans.run())
    assert 'relation "plans" does not exist' in text
    assert "`seed` runs before the migrations" in text
    assert "`seed: {after: db/seed.sql}`" in text


def test_another_mistake_in_an_early_seed_is_told_alone(plans: Project) -> None:
    plans.write("db/seed.sql", "select 1/0;")
    plans.expect(PLANS.format(seed="db/seed.sql", rows=1))
    text = text_of(plans.run())
    assert "division by zero" in text
    assert "before the migrations" not in text


def test_names_are_relative_to_the_file_and_then_to_the_folder(plans: Project) -> None:
    plans.write("one.sql", "create table old (name text); insert into old values ('beside');")
    plans.write("migrations/two.sql", "insert into old values ('inside');")
    plans.expect("""
migrations: {directory: migrations, seed: [one.sql, two.sql, ../three/*.sql]}
data: {old: {rows: 3}}
""")
    plans.write("three/three.sql", "insert into old values ('inside');")
    result = plans.run()
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize(
    ("seed", "place", "remedy"),
    [
        ("{after: db/sed.sql}", "2:44: migrations.seed.after", "did you mean db/seed.sql?"),
        ("{after: db}", "2:44: migrations.seed.after", "it is a folder; for the files in it, write"
         " db/*.sql"),
        ("{after: [db/*.sql, '!db/seed.sql']}", "2:44: migrations.seed.after",
         "`!` leaves nothing out here"),
        ("db/sed.sql", "2:37: migrations.seed", "matches"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_an_error_with_its_place(
    plans: Project, seed: str, place: str, remedy: str
) -> None:
    plans.expect(PLANS.format(seed=seed, rows=1))
    result = plans.run()
    assert f"expectations.yaml:{place}: " in text_of(result), text_of(result)
    assert remedy in text_of(result), text_of(result)
    assert result.ret == 2


def test_a_seed_that_fails_is_a_file_that_does_not_apply(plans: Project) -> None:
    plans.write("db/seed.sql", "insert into plans values ('team'),\n  ('team');")
    plans.expect(PLANS.format(seed="{after: db/seed.sql}", rows=1))
    text = text_of(plans.run())
    assert "FAILED expectations.yaml::migrations::applies" in text
    assert "applying db/seed.sql:1:1" in text
    assert "duplicate key value" in text
    assert "1 migration applied (all in migrations), but not their seed; layout" in text


REHEARSED = """
migrations:
  directory: migrations
  before: legacy.sql
  seed: {after: db/seed.sql}
  one_by_one: true
  reversible: true
  resumable: true
  idempotent: true
  at: {1: {data: {preserved: {users: {match: [name]}}}}}
data:
  users: {rows: 3}
  preserved: {users: {match: [name]}}
"""


@pytest.fixture
def rehearsed(plans: Project) -> Project:
    """A project that rehearses all that can be, with a seed that adds to the rows from before."""
    plans.write("migrations/legacy.sql", "create table users (name text);"
                "insert into users values ('ann'), ('bob');")  # fmt: skip
    plans.write(
        "migrations/001_plans.up.sql",
        "begin; create table if not exists plans (name text primary key); commit;"
        "begin; create index if not exists plan_names on plans (name); commit;",
    )
    plans.write("db/seed.sql", "insert into users values ('cy'); insert into plans values ('team')")
    plans.expect(REHEARSED)
    return plans


def test_what_is_rehearsed_finds_none_of_the_rows_that_follow(rehearsed: Project) -> None:
    result = rehearsed.run("-v")
    text = text_of(result)
    assert result.ret == 0, text
    for name in ("reversible", "resumable", "idempotent"):
        assert f"expectations.yaml::migrations::{name} PASSED" in text
    assert "data.preserved.users::found PASSED" in text


def test_a_seed_hides_no_row_that_a_migration_has_lost(rehearsed: Project) -> None:
    rehearsed.write("migrations/002_lost.up.sql", "delete from users where name = 'ann';")
    rehearsed.write("migrations/002_lost.down.sql", "insert into users values ('ann');")
    rehearsed.write("db/seed.sql", "insert into users values ('ann'), ('cy');")
    text = text_of(rehearsed.run())
    assert "FAILED expectations.yaml::data.preserved.users::found" in text


def test_a_rollback_on_a_server_of_its_own_is_not_seeded_either(rehearsed: Project) -> None:
    rehearsed.write("migrations/002_role.up.sql", "create role seed_reader;")
    rehearsed.write("migrations/002_role.down.sql", "drop role seed_reader;")
    rehearsed.expect(REHEARSED.replace("  idempotent: true\n  resumable: true\n", ""))
    result = rehearsed.run("-v", "-k", "reversible or applies")
    assert "migrations::reversible PASSED" in text_of(result), text_of(result)


def test_fixtures_access_and_workers_find_the_rows(plans: Project) -> None:
    plans.write(
        "migrations/001_plans.up.sql",
        """
create role web nologin;
create table plans (name text primary key); grant select on plans to web;
""",
    )
    plans.expect("""
migrations: {directory: migrations, seed: {after: db/seed.sql}}
data: {plans: {rows: 1}}
access:
  identities: {web: {role: web}}
  tables: {plans: {web: {select: all}}}
""")
    plans.write(
        "test_rows.py",
        """
COUNT = "select count(*) from plans"

def test_verified(schema_connection):
    assert schema_connection.execute(COUNT).fetchone() == (1,)

def test_copy(schema_database):
    assert schema_database.connection.execute(COUNT).fetchone() == (1,)
""",
    )
    result = plans.run_apart("-n", "2")
    assert result.ret == 0, text_of(result)


def test_a_seed_is_part_of_what_is_kept(plans: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(plans.path / "cache"))
    plans.expect(PLANS.format(seed="{after: db/seed.sql}", rows=1))
    assert "kept for the next run" in text_of(plans.run("--schema-cache"))
    again = plans.run("--schema-cache")
    assert again.ret == 0
    assert "from the cache" in text_of(again)
    plans.write("db/seed.sql", "insert into plans values ('team'), ('solo');")
    changed = plans.run("--schema-cache")
    assert "FAILED expectations.yaml::data.plans::rows" in text_of(changed)
