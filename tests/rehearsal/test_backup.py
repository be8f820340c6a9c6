"""Last night's backup and tonight's migration, as somebody rehearses it with pytest."""

import re
import sys

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from tests.projects import Project, text_of
from tests.projects import project as project
from tests.terminals import on_a_terminal

from .backups import dump

PRODUCTION = """
create table users (id int primary key, email text);
insert into users select n, 'user' || n || '@example.com' from generate_series(1, 50) n;
create table schema_migrations (version text primary key);
insert into schema_migrations values ('001');
"""
TONIGHT = """
create table accounts (id int primary key, address text not null);
insert into accounts select id, email from users;
"""
BACK = "drop table accounts;"
EXPECTATIONS = """
migrations: {directory: migrations, before: nothing.sql, seed: nothing.sql, reversible: true}
tables: {accounts: {columns: {address: text not null}}}
data:
  accounts: {rows: 50}
  preserved:
    users: {in: accounts, match: {id: id, email: address}}
"""


@pytest.fixture
def tonight(project: Project, server: Server) -> Project:
    """A project whose migration 001 has long been applied to production; tonight it is 002."""
    project.write(
        "migrations/001_users.sql", "create table users (id int primary key, email text);"
    )
    project.write("migrations/002_accounts.up.sql", TONIGHT)
    project.write("migrations/002_accounts.down.sql", BACK)
    project.write("migrations/nothing.sql", "select 1/0;")
    (project.path / "migrations/001_users.sql").rename(project.path / "migrations/001_users.up.sql")
    project.expect(EXPECTATIONS)
    built = databases.create(server, name="production", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(PRODUCTION.encode())
    dump(built.dsn, project.path / "backup.sql")
    dump(built.dsn, project.path / "backup.dump", "--format=custom")
    databases.drop(server, "production")
    return project


@pytest.mark.parametrize("name", ["backup.sql", "backup.dump"])
def test_tonights_migration_is_rehearsed_on_last_nights_backup(tonight: Project, name: str) -> None:
    result = tonight.run(f"--schema-backup={name}", "--schema-rollback", "-v")
    assert result.ret == 0, text_of(result)
    said = text_of(result)
    assert f"backup: {name}" in said
    assert "1 of 2 migrations are in its schema_migrations" in said
    assert "data.preserved.users::found PASSED" in said
    assert "migrations::reversible PASSED" in said


def test_a_backup_can_be_named_in_the_file(tonight: Project) -> None:
    (tonight.path / "migrations/nothing.sql").unlink()
    tonight.expect(EXPECTATIONS.replace("nothing.sql, seed: nothing.sql", "../backup.dump"))
    result = tonight.run()
    assert result.ret == 0, text_of(result)


def test_what_the_migration_does_to_the_backup_s_rows_is_found(tonight: Project) -> None:
    tonight.write(
        "migrations/002_accounts.up.sql",
        TONIGHT + "delete from accounts where id > 48; delete from users where id = 1;",
    )
    result = tonight.run("--schema-backup=backup.sql", "-rN")
    said = text_of(result)
    assert "expected    50 rows of public.users, found in public.accounts" in said
    assert "48 found, 2 lost" in said
    assert "id = 49, email = user49@example.com" in said
    assert "rows of public.users\n    expected    50 rows, as before the migrations" in said


def test_a_backup_that_is_not_there_is_told_in_one_place(tonight: Project) -> None:
    result = tonight.run("--schema-backup=backup_of_monday.sql")
    said = text_of(result)
    assert "reading --schema-backup: " in said
    assert said.count("there is no such file") == 1
    assert result.ret == 4


def test_an_existing_database_and_a_backup_exclude_each_other(tonight: Project) -> None:
    result = tonight.run("--schema-backup=backup.sql", "--schema-dsn=host=/nowhere")
    assert "a --schema-dsn is only ever read" in text_of(result)
    assert result.ret == 4


def test_on_a_terminal_a_long_restore_shows_how_far_it_is(tonight: Project) -> None:
    backup = tonight.path / "backup.sql"
    text = backup.read_text()
    slow = f"select pg_sleep(1.2);\n-- {'x' * 1_000_000}\n" * 3
    backup.write_text(text.replace("-- Name: users;", f"-- Slow\n{slow}-- Name: users;", 1))
    command = [sys.executable, "-m", "pytest", "--schema-backup=backup.sql", "-p", "no:xdist"]
    code, said = on_a_terminal(command, tonight.path)
    assert code == 0, said
    assert "schemaverify: restoring backup.sql" in said
    assert "%" in said


def test_without_a_terminal_nothing_is_shown(tonight: Project) -> None:
    assert "schemaverify: restoring" not in text_of(tonight.run("--schema-backup=backup.sql"))


def test_a_backup_keeps_its_owners_and_grants(tonight: Project, server: Server) -> None:
    backup = tonight.path / "backup.sql"
    text = backup.read_text().replace("OWNER TO postgres", "OWNER TO app_owner")
    grant = "grant select on public.users to app_reader;\n"
    end = "--\n-- PostgreSQL database dump complete"
    backup.write_text(text.replace(end, grant + end))
    result = tonight.run("--schema-backup=backup.sql")
    assert "roles that the backup needs, made without rights: app_owner, app_reader" in text_of(
        result
    )


CHANGED = """
alter table users add column at date;
create index users_email on users (email);
"""
CONTRARY = """
migrations: {directory: migrations, before: nothing.sql}
tables:
  users:
    columns: {id: bigint, at: text, gone: text}
    rls: true
    indexes: {users_email: {method: gin}}
  accounts: {columns: {address: int}}
  schema_migrations: {columns: {version: int}}
rules: {primary_key: {schemas: [public]}, row_level_security: true}
"""


@pytest.mark.parametrize("name", ["backup.sql", "backup.dump"])
def test_blame_tells_what_the_backup_has_from_what_was_changed_since(
    tonight: Project, name: str
) -> None:
    tonight.write("migrations/002_accounts.up.sql", TONIGHT + CHANGED)
    tonight.expect(CONTRARY)
    text = text_of(tonight.run("-v", f"--schema-backup={name}"))
    found = {}
    for part in re.split(r"^expectations\.yaml:\d+:\d+: ", text, flags=re.MULTILINE)[1:]:
        notes = re.findall(r"^    note +(.*)", part, re.MULTILINE)
        found[part.splitlines()[0]] = [note for note in notes if "has it" in note or ":" in note]
    file = "last changed in migrations/002_accounts.up.sql"
    theirs = f"as the backup {name} has it; no migration has changed it"
    assert found == {
        "tables.users.columns.id::type": [theirs],
        "tables.users.columns.at::type": [f"{file}:5"],
        "tables.users.columns.gone::exists": [],
        "tables.users.rls::enabled": [theirs],
        "tables.users.indexes.users_email::method": [f"{file}:6"],
        "tables.accounts.columns.address::type": [f"{file}:2"],
        "tables.schema_migrations.columns.version::type": [theirs],
        "rules::row_level_security": [f"{file}:2", theirs, theirs],
    }
