"""What is done with a text takes time in proportion to its length."""

import gc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.migrations.apply import apply
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.psql_commands import opened
from pytest_schemaverify.migrations.sections import only
from pytest_schemaverify.migrations.static import analyse
from pytest_schemaverify.migrations.static.secrets import secrets
from pytest_schemaverify.rehearsal.statements import statements
from pytest_schemaverify.sql.positions import frame
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.split import split

FILE = Path("001_a.sql")
MOST = 3.0
"""So many times longer may a text of twice the length take."""
UNNOTICED = 0.2
"""Seconds that are not compared: a machine under load says nothing about them."""


def _grows(work: Callable[[str], object], text: Callable[[int], str], size: int) -> str:
    """Return how much longer the double takes, if that is more than twice as long."""
    told = ""
    for _ in range(5):  # what else the machine does can only make it longer
        twice = _seconds(work, text(2 * size))
        if twice <= UNNOTICED or twice <= MOST * (once := _seconds(work, text(size))):
            return ""
        told = f"{size}: {once:.2f} s, twice as much: {twice:.2f} s"
    return told


def _seconds(work: Callable[[str], object], text: str) -> float:
    gc.disable()  # a collection visits all that the process holds, which says nothing about `text`
    try:
        start = process_time()
        work(text)
        return process_time() - start
    finally:
        gc.enable()


UNITS = [
    "://a:", "://a:b@", "://", "password ", "password=", "password '", "password ''", "password",
    "user password ", "role x password 'a' ", "server ", "user mapping ", "host=a ", "user=",
    "eyJ", "eyJa.", "eyJa-", "sk-", "sk-a", "sb_secret_", "secret", "api_key = '", "token, \"",
    "-----BEGIN ", "-----BEGIN A PRIVATE KEY-----", "crypt(", "crypt('a', gen_salt(",
    "set a.secret",
    "pgp_sym_encrypt(a, ", "vault.create_secret('", "SG.a", "re_aaaaaaaa_", "xoxb-", "gh", "AKIA",
    "https://hooks.slack.com/services/T", "https://discord.com/api/webhooks/1", "md5", "Bearer ",
    "a", "1", ".", " ", "\n", "\t", "'", "''", '"', "$$", "$a$", "/*", "*/", "--", "--\n", "- -",
    "\\", "\\;", "\\a ", "\\\\ ", "\\a '", "\\a `", "\\o |", "x \\g\n",
    "e'", "e'\\'", "(", ")", "{", "}", "=", ":", ",", "@", ";", "a;", "\\.\n", "é", "-- x\n",
    "copy a from ", "copy a from stdin;\n", "begin ", "begin atomic ", "case ", "end ",
    "create table t (", "create table t (a); insert into t values (", "create table t (a, ",
    "'a' as token ", "' as token ", "insert into t values ('a'); ", "role a pas ",
]  # fmt: skip
BEFORE = [
    "select '", "password", "password = ", "role x password '", "set a.secret", "copy a", "begin",
    "--",
]  # fmt: skip
TEXTS = [("", unit) for unit in UNITS]
TEXTS += [(before, unit) for before in BEFORE for unit in (" ", "a", "''")]


WORK: dict[str, Callable[[str], object]] = {
    "masks": masked,
    "lines around a place": lambda text: frame(text, len(text) // 2),
    "credentials": lambda text: list(secrets(text)),
    "statements": split,
    "commands of psql": lambda text: opened(FILE, text.replace("\\", "\\echo ")),
    "ways": lambda text: only("up", f"-- migrate:up\n{text}"),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_what_repeats(work: Callable[[str], object]) -> None:
    slow = {
        (before, unit): told
        for before, unit in TEXTS
        if (told := _grows(work, lambda n, b=before, u=unit: b + u * (n // len(u)), 50_000))  # type: ignore[misc]
    }
    assert slow == {}


TABLE = "create table t (id int, a text);\n"
BODY = "create function f() returns trigger language plpgsql as $$\ndeclare x int;\nbegin\n"


def _body(line: str) -> Callable[[int], str]:
    return lambda n: f"{TABLE}{BODY}{''.join(line.format(i) for i in range(n))}return new; end $$;"


def _file(line: str, start: str = TABLE, end: str = "") -> Callable[[int], str]:
    return lambda n: start + "".join(line.format(i) for i in range(n)) + end


FILES: dict[str, Callable[[int], str]] = {
    "calls": _body("  perform {};\n"),
    "calls on one line": _body("perform {}; "),
    "queries": _body("  perform a from t where id = {};\n"),
    "queries into variables": _body("  select {} into x from t;\n"),
    "assignments": _body("  x := {};\n"),
    "fields of a row": _body("  new.a := {};\n"),
    "rows": _body("  insert into t values ({}, 'é');\n"),
    "texts that are run": _body("  execute 'select {}';\n"),
    "texts that are put together": _body("  execute format('select %s', {});\n"),
    "what is missing": _body("  perform nosuch{0}(t.nosuch{0}) from t;\n"),
    "declarations without a body": _body("declare "),
    "a block": _file("  create table a{} (id int);\n", "do $$ begin\n", "end $$;"),
    "a body in SQL": _file("select nosuch('é');\n", "create function f() returns int as $$\n",
                           "$$ language sql;"),
    "tables": _file("create table a{} (id int);\n"),
    "tables and views of them": _file("create table a{0} (id int); create view v{0} as"
                                      " select f{0}(id) from a{0};\n"),
    "the same table": _file("create table if not exists t (b{} int);\n"),
    "columns": _file("c{} text default 'é',\n", "create table c (", "id int);"),
    "columns that are added": _file("add c{} numeric(9, 2), ", f"{TABLE}alter table t ",
                                    "add d int;"),
    "columns of a view": _file("a as é{}, ", f"{TABLE}create view v as select ", "id from t;"),
    "policies": _file("create policy p{0} on t using (id = {0});\n"),
    "functions": _file("create function f{}() returns int language sql as 'select id from t';\n"),
    "values": _file("({}, 'a'),\n", f"{TABLE}insert into t values ", "(1, 'b');"),
    "selects": _file("select {} union all\n", f"{TABLE}insert into t (id) ", "select 1;"),
    "joins": _file(" join t t{0} on t{0}.id = t.id",
                   f"{TABLE}create view v as select t.id from t", ";"),
    "a concatenation": _file(" || a", f"{TABLE}create view v as select a", " as b from t;"),
    "functions of triggers": _file("create function f{0}() returns trigger language plpgsql as"
                                   " 'begin return new; end'; create trigger g{0} before update on"
                                   " t for each row execute function f{0}();\n"),
    "strings in which backslashes escape": _file(
        "insert into t values ({}, 'it\\'s');\n",
        f"{TABLE}set standard_conforming_strings = off;\n",
    ),
    "what cannot be read": _file("selec {};\n"),
    "comments": _file("-- {}\n"),
}  # fmt: skip


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_is_judged(text: Callable[[int], str]) -> None:
    def judged(written: str) -> None:
        found = analyse([], [Migration(FILE, "1", "a").saying(written)])
        for kind in (found.dangling, found.tables, found.unread, found.unchecked):
            for one in kind:
                str(one.place)

    assert _grows(judged, text, 2_000) == ""


def test_each_statement_tells_its_place() -> None:
    def placed(written: str) -> None:
        for one in statements(Migration(FILE, "1", "a").saying(written)):
            assert one.place

    assert _grows(placed, _file("select {};\n"), 3_000) == ""


@pytest.mark.parametrize("text", [
    _file("raise notice 'a {}';\n", "do $$ begin\n", "end $$;"),
    _file("create table if not exists t (a{} int);\n", f"drop table if exists t;{TABLE}"),
    _file("select told({});\n", "create or replace function told(at int) returns void language"
          " plpgsql as $$ begin\n  raise notice 'at %', at; end $$;"),
], ids=["of a block", "of statements", "of a function"])  # fmt: skip
def test_notices_are_heard(text: Callable[[int], str], database: Dsn) -> None:
    with databases.connect(database, autocommit=True) as connection:

        def applied(written: str) -> None:
            assert apply(connection, Migration(FILE, "1", "a").saying(written)).notices

        assert _grows(applied, text, 4_000) == ""
