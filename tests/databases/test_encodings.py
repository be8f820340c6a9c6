"""Databases that do not say which encoding their texts have."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.settings.config import Config
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import project as project

LATIN = b"""
create table notes (
  id int primary key, body text not null default 'caf\xe9', kind varchar(9) not null, extra json,
  check (kind <> 'd\xe9j\xe0')
);
comment on table notes is 'r\xe9sum\xe9';
insert into notes values (1, 'na\xefve', 'a', '{"\xe9": "\xe9"}'), (2, 'plain', '\xe9', null);
create table "t\xe9" (id int, tags text[] default array['\xe9']);
create view seen as select body || '\xe9' as "b\xf6se" from notes;
create function of_latin() returns text language sql as $$ select 'gr\xfc\xdfe'::text $$;
create type mood as enum ('fr\xf6hlich');
create policy "p\xe9" on notes using (kind <> '\xe9');
"""
EXPECTATIONS = r"""
tables:
  notes:
    columns: {id: integer not null, body: text not null default 'x', kind: varchar(9) not null}
    comment: résumé
functions: {of_latin(): {returns: text}}
types: {mood: {enum: [happy]}}
data:
  notes: {rows: 2, not_null: [body], unique: [[body]]}
  queries: {bodies: {sql: select body from notes order by id, returns: [[x], [plain]]}}
rules: {primary_key: true}
unmanaged: {tables: fail, functions: fail}
"""


@pytest.fixture
def latin(embedded: Server) -> Iterator[Dsn]:
    """A database in SQL_ASCII that somebody has filled with Latin-1."""
    name = "in_sql_ascii"
    with databases.connect(embedded.dsn, autocommit=True) as connection:
        connection.execute(
            f"create database {name} template template0 encoding 'SQL_ASCII'"
            f" lc_collate 'C' lc_ctype 'C' {libc(embedded)}".encode()
        )
    dsn = Dsn(conninfo.make_conninfo(embedded.dsn, dbname=name))
    with psycopg.connect(dsn, autocommit=True, client_encoding="SQL_ASCII") as connection:
        connection.execute(LATIN)
    yield dsn
    databases.drop(embedded, name)


def libc(server: Server) -> str:
    return "locale_provider libc" if int(server.version.split(".")[0]) >= 15 else ""


def test_bytes_that_are_not_utf_8_are_shown(project: Project, latin: Dsn) -> None:
    project.expect(EXPECTATIONS)
    result = project.run(f"--schema-dsn={latin}")
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert result.ret == 1, text
    assert r"actual      'caf\xe9'::text" in "\n".join(lines_after(text, "body default"))
    assert r"r\xe9sum\xe9" in text
    assert "utf-8" not in text
    assert "cannot tell" not in text


@pytest.fixture
def ascii_server() -> Iterator[Server]:
    """A server on which a new database is in SQL_ASCII unless somebody asks for something else."""
    with databases.start(Config()) as server:
        with databases.connect(server.dsn, autocommit=True) as connection:
            for statement in (
                "create database other template template0 encoding 'SQL_ASCII'"
                f" lc_collate 'C' lc_ctype 'C' {libc(server)}",
                "alter database template0 is_template false",
                "drop database template0",
                "alter database other rename to template0",
                "alter database template0 is_template true allow_connections false",
            ):
                connection.execute(statement.encode())
        yield server


def test_a_server_in_sql_ascii(project: Project, ascii_server: Server) -> None:
    project.write(
        "migrations/002_latin.sql",
        "create table notes (id int primary key, body text);"
        r"insert into notes values (1, convert_from('\xe9', 'SQL_ASCII')), (2, 'ä');",
    )
    project.write("migrations/down.sql", "drop table notes; drop table users;")
    project.expect("""
migrations: {directory: migrations, rollback: down.sql, reversible: true, idempotent: true}
data: {queries: {bodies: {sql: select body from notes order by id, returns: [[é], [ä]]}}}
""")
    result = project.run(f"--schema-server={ascii_server.dsn}", "--schema-costs")
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert result.ret == 1, text
    assert r"\xe9" in "\n".join(lines_after(text, "bodies returns"))
    assert "cannot tell" not in text
    assert "cannot be measured" not in text
