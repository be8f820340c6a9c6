"""A migrated database is kept for the next run, and never when it should not be."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Servers
from pytest_schemaverify.databases.binaries import Binaries
from pytest_schemaverify.databases.cache_folders import cache_folder
from pytest_schemaverify.databases.supervisor import external_reads
from pytest_schemaverify.databases.supervisor.processes import server_account
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.rehearsal import kept as kept_databases
from pytest_schemaverify.rehearsal.digests import digest
from pytest_schemaverify.rehearsal.files import find_files
from pytest_schemaverify.rehearsal.recipe import recipe, wish
from pytest_schemaverify.rehearsal.state import State, state
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification
from tests.processes import descendants, ended
from tests.projects import Project, text_of
from tests.projects import project as project

from .test_faults import bin_dir, binaries

__all__ = ["bin_dir", "binaries"]

EXPECTATIONS = """\
database:
  platform: {supabase: {extra: extra.sql}}
  extensions: {citext: {schema: extensions}, hstore: {}}
  prepare: before.sql
migrations: {directory: migrations, role: migrator, seed: [../seed.sql], reversible: true}
tables: {users: {}}
unmanaged: {large_objects: fail}
data:
  queries:
    seeded: {sql: "select email from users", returns: [a@example.org]}
"""

FILES = {
    "extra.sql": "create schema extra;",
    "before.sql": "create table public.before (id serial, at timestamptz default now());",
    "seed.sql": "insert into before default values;",
    "migrations/001_users.up.sql": "create table users (id bigserial primary key, email text);\n"
    "\\ir more.inc\n",
    "migrations/001_users.down.sql": "drop table users;",
    "migrations/002_mail.up.sql": "create index mail on users (email);",
    "migrations/002_mail.down.sql": "drop index mail;",
    "migrations/more.inc": "\\ir deeper.inc\n",
    "migrations/deeper.inc": "insert into users (email) values ('a@example.org');",
}


@pytest.fixture
def cached(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of somebody who has had no run with a cache yet."""
    folder = project.path / "cache" / "pytest-schemaverify"
    folder.mkdir(parents=True)
    (folder / "clusters").symlink_to(cache_folder() / "clusters")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent))
    (project.path / "migrations/001_users.sql").unlink()
    for name, text in FILES.items():
        project.write(name, text)
    project.expect(EXPECTATIONS)
    return project


def kept(project: Project) -> list[Path]:
    """Return the folders in the cache."""
    place = project.path / "cache/pytest-schemaverify/databases"
    return sorted(place.iterdir()) if place.exists() else []


def had(project: Project, *, cache: bool = True, **settings: object) -> tuple[Target, State]:
    """Have the project's database, and return what is known of it and what is in it."""
    path = project.path / "expectations.yaml"
    verification = Verification(path, path.name, Config(cache=cache, **settings))  # type: ignore[arg-type]
    servers = Servers(verification.contract.config)
    try:
        verification.database.prepare(servers)
        assert isinstance(verification.database.target, Target), str(verification.database.target)
        with databases.connect(verification.database.target.dsn, autocommit=True) as connection:
            return verification.database.target, state(connection)
    finally:
        verification.database.announced = verification.database.stays
        verification.database.close()
        servers.stop()


def is_hit(target: Target) -> bool:
    assert target.notes[-1].startswith(("from the cache: ", "kept for the next run"))
    return target.notes[-1].startswith("from the cache: ")


def bare(target: Target) -> Target:
    """Return what is not about the server."""
    return replace(target, server=None, dsn=Dsn(""), stages={}, notes=())


def test_the_second_run_has_the_database_of_the_first(cached: Project) -> None:
    first, before = had(cached)
    second, after = had(cached)
    assert not is_hit(first)
    assert is_hit(second)
    assert after == before
    assert second.catalog == first.catalog
    assert second.stages.keys() == first.stages.keys()
    assert bare(second) == bare(first)
    assert second.notes[:-1] == first.notes[:-1]


def test_it_is_equal_to_one_that_no_cache_was_asked_for(cached: Project) -> None:
    had(cached)
    (hit, found), (other, wanted) = had(cached), had(cached, cache=False)
    assert is_hit(hit)
    # Each run's database has a name of its own, and one that is not kept is read in part.
    parts = (set(one.catalog.families) for one in (found, wanted, other))
    read = set.intersection(*parts) - {"databases"}
    assert "tables" in read
    families = [
        {name: one.catalog.families[name] for name in read} for one in (found, wanted, other)
    ]
    assert families[0] == families[1] == families[2]
    assert found.other_objects == wanted.other_objects
    settled = {name: rows for name, rows in wanted.rows.items() if "before" not in name}
    assert {name: found.rows[name] for name in settled} == settled


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n2"]], ids=["alone", "xdist"])
def test_runs_say_where_the_database_comes_from(cached: Project, workers: list[str]) -> None:
    cached.write(
        "test_own.py",
        "def test_own(schema_database, schema_connection):\n"
        "    schema_database.connection.execute('delete from users')\n"
        "    schema_connection.execute('delete from users')\n",
    )
    run = cached.run_apart if "-n2" in workers else cached.run
    notes = []
    for _ in range(3):
        result = run(*workers, "--schema-cache")
        assert result.ret == 0, text_of(result)
        notes += re.findall(r"^  (kept for the next run|from the cache)", text_of(result), re.M)
    assert notes == ["kept for the next run", "from the cache", "from the cache"]


def test_without_the_option_nothing_is_kept(cached: Project) -> None:
    assert cached.run().ret == 0
    assert kept(cached) == []


def number(project: Project, installed: Binaries, now: datetime | None = None) -> str:
    """Return under which name the project's database is kept."""
    path = project.path / "expectations.yaml"
    spec, _ = load(path.read_text(), path.name)
    files = find_files(spec, path.parent, Config())
    now = now or datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
    return kept_databases._key(installed, recipe(spec, files, path.parent), wish(spec), now)


def edited(name: str, old: str, new: str) -> Callable[[Project], object]:
    def edit(project: Project) -> None:
        text = (project.path / name).read_text()
        assert old in text
        project.write(name, text.replace(old, new))

    return edit


YAML = "expectations.yaml"
ORDER = "{citext: {schema: extensions}, hstore: {}}"
CHANGES = {
    "a migration": edited("migrations/002_mail.up.sql", "mail", "post"),
    "white space in one": edited("migrations/002_mail.up.sql", "on users", "on  users"),
    "a new one": lambda project: project.write("migrations/003_x.up.sql", "select 1"),
    "its name": lambda project: (project.path / "migrations/002_mail.up.sql").rename(
        project.path / "migrations/002_post.up.sql"
    ),
    "their order": lambda project: [
        (project.path / f"migrations/002_mail.{way}.sql").rename(
            project.path / f"migrations/000_mail.{way}.sql"
        )
        for way in ("up", "down")
    ],
    "a file that one includes": edited("migrations/more.inc", "\\ir", "select 1;\n\\ir"),
    "a file that this includes": edited("migrations/deeper.inc", "a@", "b@"),
    "a script of the platform": edited("extra.sql", "extra", "extra2"),
    "a script before": edited("before.sql", "before", "before2"),
    "the seed": edited("seed.sql", "values", "values;"),
    "the platform": edited(YAML, "{supabase: {extra: extra.sql}}", "postgres"),
    "an extension": edited(YAML, "hstore", "ltree"),
    "its schema": edited(YAML, "{schema: extensions}", "{}"),
    "the order of extensions": edited(YAML, ORDER, "{hstore: {}, citext: {schema: extensions}}"),
    "the role": edited(YAML, "migrator", "postgres"),
    "what is compared": edited(YAML, ", reversible: true", ""),
    "how statements are sent": edited(YAML, ", rev", ", one_by_one: true, rev"),
    "a file that is left out": edited(YAML, ", rev", ", ignored: {001_*: later}, rev"),
    "a stop on the way": edited(YAML, ", rev", ", at: {1: {tables: {users: {}}}}, rev"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_leads_to_another_database(
    cached: Project, binaries: Binaries, change: str
) -> None:
    before = number(cached, binaries)
    CHANGES[change](cached)
    assert number(cached, binaries) != before


def test_what_is_said_of_transactions_outside_of_the_sql_counts(
    cached: Project, binaries: Binaries
) -> None:
    cached.expect(EXPECTATIONS.replace("{directory: migrations", "{directory: sent"))
    cached.write("sent/1_a.sql", "-- +goose Up\nselect 1;\n")
    before = number(cached, binaries)
    cached.write("sent/1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n")
    asked = number(cached, binaries)
    cached.write("sent/1_a.sql", "-- +goose no transaction\n-- +goose Up\nselect 1;\n")
    assert len({before, asked, number(cached, binaries)}) == 3


def test_a_file_that_is_included_instead_leads_to_another_database(
    cached: Project, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached.write("elsewhere/shared.sql", "select 1;")
    cached.write("migrations/more.inc", "\\i shared.sql\n")
    cached.write("shared.sql", "select 2;")
    monkeypatch.chdir(cached.path)
    before = number(cached, binaries)
    monkeypatch.chdir(cached.path / "elsewhere")
    assert number(cached, binaries) != before


def test_a_backup_counts_with_its_content(cached: Project, binaries: Binaries) -> None:
    cached.expect(EXPECTATIONS.replace("seed: [../seed.sql]", "before: [../backup.sql]"))
    dump = "-- PostgreSQL database dump\nselect 1;\n-- PostgreSQL database dump complete\n"
    backup = cached.write("backup.sql", dump)
    before, was = number(cached, binaries), backup.stat()
    backup.write_text(dump.replace("1", "2"))
    os.utime(backup, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert number(cached, binaries) != before


def test_what_the_database_is_not_made_of_does_not_matter(
    cached: Project, binaries: Binaries
) -> None:
    before = number(cached, binaries)
    cached.expect(EXPECTATIONS.replace("users: {}", "users: {columns: {id: bigint}}") + "# x\n")
    cached.write("README.md", "…")
    assert number(cached, binaries) == before


@pytest.mark.parametrize("name", kept_databases.VARIABLES)
def test_variables_that_choose_libraries_count(
    cached: Project, binaries: Binaries, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = number(cached, binaries)
    monkeypatch.setenv(name, "x")
    assert number(cached, binaries) != before


def test_the_day_counts_and_the_hour_does_not(cached: Project, binaries: Binaries) -> None:
    evening = datetime(2026, 5, 6, 23, 59, tzinfo=UTC)
    before = number(cached, binaries)
    assert number(cached, binaries, evening) == before
    assert number(cached, binaries, evening + timedelta(minutes=1)) != before


def test_the_programs_count_with_their_content(
    cached: Project, binaries: Binaries, tmp_path: Path
) -> None:
    names = set()
    for text in ("1", "2"):
        for name in ("initdb", "postgres"):
            (tmp_path / name).write_text(text)
        names.add(number(cached, Binaries(tmp_path, binaries.version)))
    assert len(names | {number(cached, binaries)}) == 3


def test_our_own_code_counts(
    cached: Project, binaries: Binaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_databases, "PACKAGE", tmp_path)
    names = {number(cached, binaries)}
    for name in ("a.py", "platform.sql", "x.control"):
        (tmp_path / name).write_text("1")
        names.add(number(cached, binaries))
        (tmp_path / name).write_text("2")
        names.add(number(cached, binaries))
    assert len(names) == 7


@pytest.fixture
def filled(cached: Project) -> Project:
    """The same after a first run."""
    cached.write("migrations/more.inc", "\\ir deeper.inc\n")
    assert not is_hit(had(cached)[0])
    return cached


def cut(folder: Path) -> None:
    os.truncate(folder / kept_databases.CLUSTER, 1_000_000)


def flip(folder: Path) -> None:
    with (folder / kept_databases.CLUSTER).open("r+b") as file:
        file.seek(20_000_000)
        file.write(b"x")


def other(folder: Path) -> None:
    (folder / kept_databases.TARGET).write_bytes(b"not what it was")


def garbled(folder: Path) -> None:
    (folder / kept_databases.MANIFEST).write_text("{")


def without(folder: Path) -> None:
    (folder / kept_databases.MANIFEST).unlink()


def manifest_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / kept_databases.MANIFEST).read_text().partition("\n")[2]))


def later(folder: Path) -> None:
    file = folder / kept_databases.MANIFEST
    file.write_text(file.read_text().replace('"when": "', '"when": "1'))


def installed_since(folder: Path) -> None:
    manifest = manifest_of(folder)
    extension = folder.parent.parent / "share"
    extension.mkdir()
    (extension / "vector.control").touch()
    manifest["installed"][str(extension)] = "what it was"
    text = json.dumps(manifest)
    (folder / kept_databases.MANIFEST).write_text(f"{digest(text)}\n{text}")


def no_mapping(folder: Path) -> None:
    (folder / kept_databases.MANIFEST).write_text("[null, 5]")


def pipe(name: str) -> Callable[[Path], None]:
    """Return what puts something that nobody writes to in the place of a file."""

    def put(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return put


def in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("what is this?")


def pipe_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    os.mkfifo(folder)


def link_in_its_place(folder: Path) -> None:
    folder.rename(folder.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent / "elsewhere")


def link_to_nowhere(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("nowhere")


def folder_of_something_else(folder: Path) -> None:
    shutil.rmtree(folder)
    (folder / kept_databases.CLUSTER).mkdir(parents=True)


def test_what_is_not_what_it_was_is_built_again(filled: Project) -> None:
    (folder,) = kept(filled)
    for damage in (cut, other, garbled, without, later, installed_since):
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        assert kept_databases._intact(copy), damage
        damage(copy)
        assert kept_databases._intact(copy) is None, damage
        assert not copy.exists(), damage
    for damage in (flip, lambda folder: (folder / kept_databases.MANIFEST).unlink()):
        damage(folder)
        assert not is_hit(had(filled)[0])
        assert kept(filled) == [folder]
        assert is_hit(had(filled)[0])


@pytest.mark.parametrize(
    "damage",
    [
        no_mapping,
        *map(pipe, (kept_databases.MANIFEST, kept_databases.CLUSTER, kept_databases.TARGET)),
        in_its_place,
        pipe_in_its_place,
        link_in_its_place,
        link_to_nowhere,
        folder_of_something_else,
    ],
)
def test_whatever_is_in_the_place_of_what_was_kept_goes(
    filled: Project, damage: Callable[[Path], None]
) -> None:
    (folder,) = kept(filled)
    damage(folder)
    assert had(filled)[0].notes[-1] == "kept for the next run"
    assert folder.is_dir()
    assert not folder.is_symlink()
    assert is_hit(had(filled)[0])


def test_the_servers_extensions_and_libraries_are_looked_at(filled: Project) -> None:
    (folder,) = kept(filled)
    manifest = manifest_of(folder)
    places = [Path(path) for path in manifest["installed"]]
    assert any((place / "extension/vector.control").exists() for place in places)
    assert any(list(place.rglob("vector.so")) for place in places)
    assert any(place.name.startswith("libc.") for place in places)
    assert all(place.exists() for place in places)


def test_it_is_the_users_alone(filled: Project) -> None:
    (folder,) = kept(filled)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    folder.parent.chmod(0o777)
    target, _ = had(filled)
    assert "not kept for the next run" in target.notes[-1]
    assert "others may write to it" in target.notes[-1]


def test_a_cache_that_cannot_be_written_is_no_obstacle(cached: Project) -> None:
    (cached.path / "cache/pytest-schemaverify/databases").touch()
    target, _ = had(cached)
    assert "not kept for the next run" in target.notes[-1]


def test_those_that_nobody_uses_go(filled: Project) -> None:
    (folder,) = kept(filled)
    for count in range(5):
        old = folder.with_name(f"{count}")
        shutil.copytree(folder, old)
        os.utime(old / kept_databases.CLUSTER, (count, count))
    (folder.with_name("schemaverify-00")).mkdir()  # of a run that was killed
    filled.write("seed.sql", "select 1;")
    had(filled)
    names = {path.name for path in kept(filled)}
    assert len(names) == kept_databases.KEPT
    assert {"4", "3", folder.name} < names


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("select pg_read_file('PG_VERSION');", "`pg_read_file(`, which reads what is not in"),
        ("create table v (t text); copy v from '/etc/hostname';", "says `copy v from '`"),
        ("create table v (t text); copy v\nfrom program 'date';", "says `copy v from program`"),
        (
            "create table v (t text); copy v from /* it */ e'/etc/hostname';",
            "says `copy v from e'`",
        ),
        ("create table v (t text); copy v from $$/etc/hostname$$;", "says `copy v from $$`"),
        ("select pg_catalog . \"pg_read_file\" ('PG_VERSION');", '`pg_read_file" (`, which'),
        ("load '$libdir/plpgsql';", "says `load '`"),
        (
            "create function f(text) returns int language internal strict as 'textlen';",
            "says `language internal`",
        ),
        ("select U&\"pg_\\0072ead_file\"('PG_VERSION');", 'says `U&"`'),
        ("set log_min_messages = panic;", "says `log_min_messages`"),
        (
            "create table v (t text);"
            " do $$ begin execute format('copy v from %L', '/etc/hostname'); end $$;",
            "it has run `copy v from '`, which reads what is not in the files",
        ),
        (
            "create table v (t text); do $$ begin execute 'co' || 'py v from ''/not there''';"
            " exception when others then null; end $$;",
            "it has run `copy v from '`",
        ),
        (
            "create function run(text) returns void language plpgsql as"
            " $$ begin execute $1; end $$; select run('do $a$ begin perform pg_' ||"
            " 'read_file(''PG_VERSION''); end $a$'); drop function run(text);",
            "it has run `pg_read_file(`",
        ),
        (
            "select ts_stat('select to_tsvector(pg_' || 'read_file(''PG_VERSION''))');",
            "it has run `pg_read_file(`",
        ),
        ("alter system set work_mem = '9MB';", "`alter system` has changed settings"),
        ("create tablespace x location '{place}';", "a tablespace is outside of its folder"),
    ],
)
def test_what_is_not_made_of_files_alone_is_not_kept(
    cached: Project, statement: str, told: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("tablespace")
    place.chmod(0o777)
    for parent in list(place.parents)[:-1]:
        with suppress(OSError):
            parent.chmod(parent.stat().st_mode | 0o011)
    if os.geteuid() == 0:
        shutil.chown(place, server_account()["user"])
    cached.write("migrations/003_more.up.sql", statement.format(place=place))
    cached.write("migrations/003_more.down.sql", "select 1;")
    # Neither a role nor the extensions of a platform have a say in it.
    cached.expect("migrations: {directory: migrations}\ntables: {users: {}}")
    target, _ = had(cached)
    assert target.failure == ""
    assert told in target.notes[-1]
    assert target.notes[-1].startswith("not kept for the next run: ")
    assert kept(cached) == []


def test_dynamic_statements_that_read_nothing_are_no_obstacle(cached: Project) -> None:
    cached.write(
        "migrations/003_more.up.sql",
        "create function run(text) returns void language plpgsql as $$ begin execute $1; end $$;"
        " do $$ begin execute format('create table %I (copy text)', 'made'); end $$;"
        " select run('insert into ma' || 'de select 1 from users');",
    )
    cached.write("migrations/003_more.down.sql", "drop table made; drop function run(text);")
    assert not is_hit(had(cached)[0])
    assert is_hit(had(cached)[0])


def test_a_log_that_grows_too_large_is_emptied_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 100)
    assert external_reads.emptied_if_large(log) == ""
    monkeypatch.setattr(external_reads, "MOST_LOGGED", 99)
    assert "its statements fill" in external_reads.emptied_if_large(log)
    assert log.read_bytes() == b""


@pytest.mark.parametrize("text", ["copy ", "from ' ", '"', "/*", "copy from "])
def test_looking_for_what_is_read_takes_linear_time(text: str) -> None:
    began = time.monotonic()
    external_reads.in_text(text * (1_000_000 // len(text)))
    assert time.monotonic() - began < 20


def test_migrations_that_fail_are_not_kept(cached: Project) -> None:
    cached.write("migrations/003_more.up.sql", "select 1 / 0;")
    target, _ = had(cached)
    assert target.notes[-1] == "not kept for the next run: the migrations do not apply"
    assert kept(cached) == []


def test_a_server_of_somebody_elses_keeps_nothing(cached: Project) -> None:
    with databases.start(Config(database="embedded")) as existing:
        target, _ = had(cached, server=existing.dsn)
    assert target.notes[-1] == kept_databases.NOT_OURS
    assert kept(cached) == []


def test_a_server_that_is_left_running_begins_with_what_is_kept(filled: Project) -> None:
    target, _ = had(filled, keep=True)
    with databases.connect(target.dsn) as connection:
        assert connection.execute("select email from users").fetchone() == ("a@example.org",)
    assert is_hit(target)
    (how,) = [note for note in target.notes if ": kill " in note]
    subprocess.run(["/bin/sh", "-c", how.rpartition(": ")[2]], check=True)


def test_runs_at_the_same_time_keep_one(cached: Project) -> None:
    found: list[State] = []
    threads = [threading.Thread(target=lambda: found.append(had(cached)[1])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    (folder,) = kept(cached)
    assert (folder / kept_databases.MANIFEST).exists()
    assert is_hit(had(cached)[0])


@pytest.mark.parametrize("victim", ["pytest", "supervisor"])
def test_a_run_that_is_killed_while_it_copies_leaves_nothing_that_is_used(
    cached: Project, victim: str
) -> None:
    environ = {**os.environ, "TMPDIR": str(cached.path)}
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "--schema-cache", "-q", YAML]
    with ended(
        subprocess.Popen(command, cwd=cached.path, env=environ, stdout=subprocess.DEVNULL)
    ) as run:
        deadline = time.monotonic() + 60
        while not any(path.glob(kept_databases.CLUSTER) for path in kept(cached)):
            assert time.monotonic() < deadline
            assert run.poll() is None
            time.sleep(0.001)
        (supervisor, _), *_ = descendants(run.pid)
        os.kill(run.pid if victim == "pytest" else supervisor, signal.SIGKILL)
        run.wait()
    deadline = time.monotonic() + 30
    while list(cached.path.glob("schemaverify-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    had(cached)
    assert is_hit(had(cached)[0])
    assert len(kept(cached)) == 1
