"""A backup of pg_dump, in each of its formats, becomes the database that it was made of."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import DatabaseUnavailable, MigrationFailed, WrongValue
from pytest_schemaverify.rehearsal.progress import quiet
from pytest_schemaverify.rehearsal.restore import programs, restore
from pytest_schemaverify.rehearsal.restore_errors import Restored
from pytest_schemaverify.rehearsal.state import differences, state

from .backups import dump, made

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[Dsn]:
    """A database that is worth a backup."""
    built = databases.create(server, name="shop", platform="postgres", extensions={})
    made(built.dsn)
    yield built.dsn
    databases.drop(server, "shop")


@pytest.fixture
def empty(server: Server) -> Iterator[Dsn]:
    """Where a backup goes to."""
    name = f"restored_{next(_NUMBERS)}"
    yield databases.create(server, name=name, platform="postgres", extensions={}).dsn
    databases.drop(server, name)


def restored(path: Path, into: Dsn) -> Restored:
    with databases.connect(into, autocommit=True) as connection:
        return restore(connection, path, programs(connection), quiet)


def is_the_same(one: Dsn, other: Dsn) -> bool:
    with databases.connect(one) as a, databases.connect(other) as b:
        return list(differences(state(a), state(b))) == []


FORMATS = {
    "shop.sql": [],
    "shop.sql.gz": [],
    "shop.sql.zst": [],
    "inserts.sql": ["--rows-per-insert=100"],
    "clean.sql": ["--create", "--clean", "--if-exists"],
    "shop.dump": ["--format=custom"],
    "shop.dump.gz": ["--format=custom"],
    "shop.dump.zst": ["--format=custom", "--compress=0"],
    "shop.tar": ["--format=tar"],
    "shop.tar.gz": ["--format=tar"],
    "folder": ["--format=directory"],
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_brings_the_same_database(
    name: str, shop: Dsn, empty: Dsn, tmp_path: Path
) -> None:
    backup = dump(shop, tmp_path / name, *FORMATS[name])
    result = restored(backup, empty)
    assert is_the_same(shop, empty)
    assert result.rows == (0 if name == "inserts.sql" else 1002)
    assert result.notes() == []


def test_line_ends_of_windows_make_no_difference(shop: Dsn, empty: Dsn, tmp_path: Path) -> None:
    backup = dump(shop, tmp_path / "shop.sql")
    backup.write_bytes(backup.read_bytes().replace(b"\n", b"\r\n"))
    assert restored(backup, empty).rows == 1002


@pytest.mark.parametrize("name", ["shop.sql", "shop.sql.gz", "shop.dump", "shop.dump.zst"])
def test_a_backup_that_is_cut_off_is_not_taken_for_a_whole_one(
    name: str, shop: Dsn, empty: Dsn, tmp_path: Path
) -> None:
    whole = dump(shop, tmp_path / name, *FORMATS[name]).read_bytes()
    for part in (0.5, 0.9, 0.99):
        cut = tmp_path / f"cut_{name}"
        cut.write_bytes(whole[: int(len(whole) * part)])
        with (
            databases.connect(empty, autocommit=True) as connection,
            pytest.raises((MigrationFailed, WrongValue)),
        ):
            restore(connection, cut, programs(connection), quiet)


def test_roles_that_are_missing_are_made_and_named(
    server: Server, empty: Dsn, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text(
        "create table users ();\nalter table users owner to somebody_else;\n"
        'grant select on users to a_reader, "A writer";\n'
    )
    result = restored(backup, empty)
    assert result.roles == ["somebody_else", "a_reader", "A writer"]
    assert result.notes() == [
        "roles that the backup needs, made without rights: somebody_else, a_reader, A writer"
    ]


@pytest.mark.parametrize("name", ["scans.sql", "scans.dump"])
def test_what_a_backup_has_committed_is_not_run_again(
    name: str, server: Server, empty: Dsn, tmp_path: Path
) -> None:
    role = f"reader_of_{Path(name).suffix[1:]}"
    built = databases.create(server, name="scans", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(SCANS)
        # The first statement that names the role stands behind the COMMIT of the large objects.
        connection.execute(f"create role {role}; grant select on scans to {role}".encode())
        options = ["--format=custom"] if name.endswith(".dump") else []
        backup = dump(built.dsn, tmp_path / name, *options)
        connection.execute(f"drop owned by {role}; drop role {role}".encode())
    databases.drop(server, "scans")
    result = restored(backup, empty)
    assert result.roles == [role]
    assert result.there_already == 0
    assert asked(empty, "select convert_from(lo_get(content), 'UTF8') from scans") == ["one", "two"]


SCANS = """
create table scans (id int, content oid);
insert into scans values (1, lo_from_bytea(0, 'one')), (2, lo_from_bytea(0, 'two'))
"""


def test_a_transaction_of_the_backup_goes_on_after_what_is_missing_or_there(
    empty: Dsn, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text(
        "begin;\ncreate table pages (id int);\ninsert into pages values (1);\n"
        "create schema public;\nalter table pages owner to page_owner;\n"
        "copy pages from stdin;\n2\n\\.\ncommit;\n"
        "create table covers ();\nalter table covers owner to cover_owner;\n"
    )
    result = restored(backup, empty)
    assert result.roles == ["page_owner", "cover_owner"]
    assert result.there_already == 1
    assert asked(empty, "select id from pages order by id") == [1, 2]


@pytest.mark.parametrize("options", [[], ["--inserts"], ["--encoding=LATIN1"]])
def test_what_a_backup_sets_holds_for_what_follows(
    options: list[str], server: Server, empty: Dsn, tmp_path: Path
) -> None:
    built = databases.create(server, name="paths", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(PATHS.encode())
        before = state(connection)
    escaping = conninfo.make_conninfo(built.dsn, options="-c standard_conforming_strings=off")
    backup = dump(Dsn(escaping), tmp_path / "paths.sql", *options)
    databases.drop(server, "paths")
    restored(backup, empty)
    with databases.connect(empty) as connection:
        assert list(differences(before, state(connection))) == []


PATHS = r"""
create table paths (path text default 'C:\new', note text check (note <> '\'));
comment on table paths is 'Ã© \';
insert into paths values ('C:\temp', 'Ã©');
"""
"""Texts that are others where a backslash escapes, and in another encoding."""


def test_settings_of_the_database_are_given_to_ours(
    server: Server, empty: Dsn, tmp_path: Path
) -> None:
    built = databases.create(server, name="Set one", platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        connection.execute(SET_ONE.encode())
        backup = dump(built.dsn, tmp_path / "set.sql", "--create")
    databases.drop(server, "Set one")
    with databases.connect(server.dsn, autocommit=True) as connection:
        connection.execute('drop role "a setter"')
    assert restored(backup, empty).roles == ["a setter"]
    found = asked(
        empty,
        "select coalesce(r.rolname, '-') || ' ' || unnest(s.setconfig)"
        " from pg_db_role_setting as s join pg_database as d on d.oid = s.setdatabase"
        " left join pg_roles as r on r.oid = s.setrole"
        " where d.datname = current_database() order by 1",
    )
    assert sorted(found) == [
        "- TimeZone=Asia/Kolkata", '- search_path=app, "a b"', "a setter work_mem=8MB",
    ]  # fmt: skip
    with databases.connect(empty, autocommit=True) as connection:
        connection.execute('drop role "a setter"')


SET_ONE = """
create role "a setter";
alter database "Set one" set search_path = app, "a b";
alter database "Set one" set timezone = 'Asia/Kolkata';
alter role "a setter" in database "Set one" set work_mem = '8MB';
grant connect on database "Set one" to "a setter";
comment on database "Set one" is 'ours has another name';
"""


def test_a_transaction_that_is_not_ended_is_not_taken_for_a_backup(
    empty: Dsn, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text("begin;\ncreate table pages (id int);\n")
    with pytest.raises(MigrationFailed, match="begins a transaction and does not end it"):
        restored(backup, empty)


def asked(dsn: Dsn, query: str) -> list[Any]:
    with databases.connect(dsn) as connection:
        return [value for (value,) in connection.execute(query.encode())]


def test_what_the_platform_has_made_is_not_made_again(server: Server, tmp_path: Path) -> None:
    one = databases.create(server, name="platform_1", platform="supabase", extensions={})
    two = databases.create(server, name="platform_2", platform="supabase", extensions={})
    with databases.connect(one.dsn, autocommit=True) as connection:
        connection.execute("insert into auth.users (id, email) values (gen_random_uuid(), 'a@b')")
    backup = dump(one.dsn, tmp_path / "supabase.sql")
    result = restored(backup, two.dsn)
    assert result.there_already > 10
    assert is_the_same(one.dsn, two.dsn)


def test_an_extension_that_nobody_has_is_left_out_and_named(empty: Dsn, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text(
        "create extension if not exists pg_graphql with schema public;\n"
        "comment on extension pg_graphql is 'x';\ncreate table a ();\n"
    )
    assert restored(backup, empty).extensions == ["pg_graphql"]


def test_what_the_server_rejects_is_shown_with_its_line(empty: Dsn, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text(
        "create table a (id int);\n\ncopy a from stdin;\n1\n2\n\\.\n\n"
        "-- comment\ncreate table b (\n  id nothing\n);\n"
    )
    with pytest.raises(MigrationFailed) as rejected:
        restored(backup, empty)
    assert "backup.sql:9\n" in str(rejected.value)
    assert 'type "nothing" does not exist (SQLSTATE 42704)' in str(rejected.value)


def test_rows_that_the_server_rejects_stop_the_restore(empty: Dsn, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sql"
    backup.write_text("create table a (id int);\ncopy a from stdin;\n1\nx\n\\.\n")
    with pytest.raises(MigrationFailed, match="invalid input syntax for type integer"):
        restored(backup, empty)


def test_a_program_that_is_missing_is_named(
    shop: Dsn, empty: Dsn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = dump(shop, tmp_path / "shop.dump", "--format=custom")
    packed = dump(shop, tmp_path / "shop.sql.zst")
    monkeypatch.setenv("PATH", str(tmp_path))
    for path, name in ((archive, "pg_restore"), (packed, "zstd")):
        with (
            databases.connect(empty, autocommit=True) as connection,
            pytest.raises(DatabaseUnavailable, match=f"there is no {name}"),
        ):
            restore(connection, path, None, quiet)
