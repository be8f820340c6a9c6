"""Ledgers of runners, beyond what the pages of their checks show."""

import zlib
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger import difference
from pytest_schemaverify.migrations.ledger.content import flyway
from tests.projects import MIGRATION, Project, text_of
from tests.projects import filled as filled
from tests.projects import project as project


def _migration(folder: Path, text: str) -> Migration:
    path = folder / "001_users.sql"
    path.write_bytes(text.encode())
    return Migration(path, "001", "users")


@pytest.mark.parametrize(
    "kept",
    [
        ["create table a (id int)", "select 'x -- no comment;  two  spaces'"],
        ["create table a (id int);", "select 'x -- no comment;  two  spaces'; "],
        ["-- why\ncreate table\n  a(id int); select 'x -- no comment;  two  spaces'"],
        "create table a (id int); select 'x -- no comment;  two  spaces';",
    ],
    ids=["statements", "semicolons", "one text with comments", "a text column"],
)
def test_the_same_statements_are_the_same_however_they_are_written(
    tmp_path: Path, kept: object
) -> None:
    first = "create table a (\r\n id int /* the /* key */ */ );\n"
    text = f"{first}select 'x -- no comment;  two  spaces';\n"
    assert difference(_migration(tmp_path, text), kept) is None


@pytest.mark.parametrize(
    ("now", "applied"),
    [
        ("select 'a  b'", "select 'a b'"),
        ("select $$a -- b$$", "select $$a$$"),
        ('select "A" from t', 'select "a" from t'),
        ("select 1; select 2", "select 1"),
        ("", "select 1"),
    ],
)
def test_what_is_quoted_is_compared_as_it_is(tmp_path: Path, now: str, applied: str) -> None:
    assert difference(_migration(tmp_path, now), [applied]) is not None


def test_the_first_statement_that_differs_is_named_by_its_line(tmp_path: Path) -> None:
    edited = difference(_migration(tmp_path, "select 1;\n\nselect 3;\n"), ["select 1", "select 2"])
    assert edited is not None
    assert edited.place.endswith("001_users.sql:3")
    assert (edited.applied, edited.file) == ("select 2", "select 3")


def test_flyways_checksum_is_that_of_the_lines_without_their_ends() -> None:
    once = zlib.crc32(b"select 1;select 2;")
    signed = once - (1 << 32) if once >= 1 << 31 else once
    spellings = ("select 1;\nselect 2;\n", "select 1;\r\nselect 2;", "\ufeffselect 1;\rselect 2;")
    assert {flyway(text) for text in spellings} == {signed}
    assert flyway("a\x0bb\u2028c") != flyway("a\nb\nc")


def test_a_checksum_of_an_unknown_kind_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(CannotDetermine, match="no checksum that is known"):
        difference(_migration(tmp_path, "select 1"), "h1:abcdef==")


def test_a_ledger_that_may_not_be_read_is_no_pass(project: Project, filled: Dsn) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("create table schema_migrations (version text primary key)")
        connection.execute("insert into schema_migrations values ('001')")
        connection.execute(
            "drop role if exists nobody_of_ledger; create role nobody_of_ledger login"
        )
    project.expect("migrations: {directory: migrations, ledger: schema_migrations}")
    limited = psycopg.conninfo.make_conninfo(filled, user="nobody_of_ledger")
    text = text_of(project.run(f"--schema-dsn={limited}"))
    assert "permission denied for table schema_migrations" in text
    project.run(f"--schema-dsn={filled}").assert_outcomes(passed=3, skipped=3)


def test_a_column_that_the_file_insists_on_must_be_there(project: Project, filled: Dsn) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("create table schema_migrations (version text primary key)")
    project.expect(
        "migrations: {directory: migrations,"
        " ledger: {table: schema_migrations, content: body, order: at}}"
    )
    text = text_of(project.run(f"--schema-dsn={filled}"))
    assert text.count("because it has only version") == 2


def test_the_whole_story_is_told_at_once(project: Project, filled: Dsn) -> None:
    """The directory, the ledger and the catalog, each with what the others do not know."""
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("create table by_hand (id int)")
        connection.execute(
            "create table schema_migrations (version text primary key, statements text[])"
        )
        connection.execute(
            "insert into schema_migrations values ('001', %s), ('003', array['select 3'])",
            [[MIGRATION.replace("not null", "")]],
        )
    project.write("migrations/002_later.sql", "create table later (id int);\n")
    project.expect("migrations: {directory: migrations, deployed: true, ledger: schema_migrations}")
    text = text_of(project.run(f"--schema-dsn={filled}"))
    for said in (
        "migrations/002_later.sql: 002",
        "it has not been applied there",
        "listed in schema_migrations, and there is no such file",
        "migrations/001_users.sql:1: 001",
        "table public.by_hand",
        "made outside of the migrations",
        "the ledger does not list 002_later.sql",
    ):
        assert said in text
