r"""Files that use all of PostgreSQL's syntax are read as the server reads them.

PostgreSQL's own regression suite is such a folder, and no package has it. With a copy of its source
anywhere, SCHEMAVERIFY_TEST_REGRESSION_SUITE=…/src/test/regress/sql in front of pytest reads it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import opened
from pytest_schemaverify.migrations.static import analyse
from pytest_schemaverify.migrations.static.secrets import secrets
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.lexical import without_comments
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.split import PieceKind, quoting, split
from pytest_schemaverify.sql.tokens import spans
from tests.migrations.static.reading import analysed

FOLDER = os.environ.get("SCHEMAVERIFY_TEST_REGRESSION_SUITE", "")
HERE = r"""
create table t (id int, path text);
\echo 'psql\'s own' \\ alter table t add column a int[] not null default '{}'\; select id from t \g
set standard_conforming_strings = off;
insert into t values (1, 'it\'s; here'), (2, 'a\\'), (3, b'1'::text);
reset standard_conforming_strings;
insert into t values (4, 'C:\');
select id into nowhere; selec; update t set where;
create table t2 (id int generated always as (1) virtual, check (id > 0) not enforced);
create function f() returns int begin atomic select case when true then 1 end; end;
merge into t using t2 on t.id = t2.id when not matched by source then delete;
"""
"""As much for everybody as a few lines can have."""


def _files(tmp_path: Path) -> Iterator[Migration]:
    for path in sorted(Path(FOLDER).rglob("*.sql")) if FOLDER else ():
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a few are about other encodings, and are refused with a place
            continue
        yield Migration(path, "1", path.stem)
    path = tmp_path / "here.sql"
    path.write_text(HERE, encoding="utf-8")
    yield Migration(path, "1", "here")


def test_each_statement_is_read_that_the_server_reads(
    tmp_path: Path, connection: Connection[Any]
) -> None:
    if connection.info.server_version >= 190000:
        pytest.skip("the parser knows the syntax of PostgreSQL 18")

    def refused(text: str) -> bool:
        # The server reads all of a message before it runs any of it.
        result = connection.pgconn.exec_(f"select 1/0;\n{text}".encode())
        return result.error_field(ord("C")) != b"22012"

    wrong, read = [], 0
    for migration in _files(tmp_path):
        text, escaping = migration.text, False
        connection.execute("reset standard_conforming_strings")
        for piece in split(text):
            if piece.kind is PieceKind.COMMAND:
                continue
            statement, standard = text[piece.start : piece.end], quoting(text, piece)
            try:
                trees = sql.tree(statement, piece.start, escaping=escaping)
                read, alone = read + 1, len(trees) <= 1
            except sql.Unparsed:
                alone = refused(statement)
            if not alone:
                wrong.append(f"{migration.path.name}:{text.count(chr(10), 0, piece.start) + 1}")
            if standard is not None:
                escaping = not standard
                connection.execute(statement.encode())
    assert wrong == []
    assert read > 10


def test_no_file_raises_an_exception(tmp_path: Path) -> None:
    files = list(_files(tmp_path))
    for migration in files:
        text = migration.text
        assert len(masked(text)) == len(text)
        assert all(text[start:end] == token.text or token.kind == "name"
                   for token, start, end in spans(text))  # fmt: skip
        assert len(without_comments(text)) <= len(text)
        list(secrets(text))
        with suppress(MigrationFailed):  # what only psql can carry out
            assert len(opened(migration.path, text).text) == len(text)
        analyse((), [migration])
    assert analyse(files, files).tables


def test_what_backslashes_hide_is_read(tmp_path: Path) -> None:
    off, quoted = "set standard_conforming_strings = off;\n", r"select 'it\'s' as a from nowhere;"
    made = "create view v as select 'it\\'s' as a, nosuch from t;"
    table = "create table t (id int);\n"
    assert analysed(tmp_path, off + quoted).unread == []
    (found,) = analysed(tmp_path, table + off + made).dangling
    assert (found.name, found.place.short) == ("t.nosuch", "001_a.sql:3:39")
    reset = off + "reset standard_conforming_strings;"
    assert len(analysed(tmp_path, reset + quoted).unread) == 1
    # The setting also ends with its file.
    (unread,) = analysed(tmp_path, off, quoted).unread
    assert unread.place.short == "002_b.sql:1:14"


def test_a_function_is_compared_with_one_in_which_backslashes_escape(tmp_path: Path) -> None:
    made = r"create function f(a text default 'it\'s') returns int language sql as 'select 1';"
    again = "create function f(a text default $$it's$$) returns int language sql as 'select {}';"
    off = "set standard_conforming_strings = off;\n" + made
    assert analysed(tmp_path, off, again.format(1)).conflicts == []
    assert len(analysed(tmp_path, off, again.format(2)).conflicts) == 1


@pytest.mark.parametrize(("text", "reason"), [
    ("copy t from :'file';", "psql's variable :'file' is not filled in"),
    ('grant select on t to :"who";', "psql's variable :\"who\" is not filled in"),
    ("select 1;\n:last;", "psql's variable :last is not filled in"),
    ("select a ? b : c;", 'syntax error at or near ":"'),
    ("select a[1:n], b::int, ':name';", ""),
])  # fmt: skip
def test_psqls_variables_are_told(tmp_path: Path, text: str, reason: str) -> None:
    assert [one.reason for one in analysed(tmp_path, text).unread] == [reason] * bool(reason)
