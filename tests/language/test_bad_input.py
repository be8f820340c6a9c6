"""Whatever is wrong, the user reads one message that says what, where and what to do."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.settings.config import Config
from tests.projects import (
    EXPECTATIONS,
    MIGRATION,
    NUMBER,
    Project,
    lines_after,
    shows_no_traceback,
    text_of,
)
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

SECRET = "s3cr3t"


def told(result: pytest.RunResult, start: str) -> list[str]:
    """Return the message under a headline; nowhere may there be a traceback."""
    text = text_of(result)
    assert shows_no_traceback(text), text
    return lines_after(text, start)


def untold(result: pytest.RunResult, start: str = "migrations applies") -> list[str]:
    """Return the message of a run in which nothing could be told."""
    assert result.ret == 6
    assert "skipped" in text_of(result)
    return told(result, start)


# The file


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "tabels:\n  users: {}\ntables:\n  users: {colums: {}, columns: {id: 3}}\n",
            [
                "1:1: tabels: unknown key, did you mean `tables`?",
                "4:11: tables.users.colums: unknown key, did you mean `columns`?",
                "4:33: tables.users.columns.id: expected a mapping or its short form (as in DDL, "
                "`uuid not null default gen_random_uuid()`), found `3`; write `id: {type: …}`",
            ],
        ),
        (
            "migrations:\n  directory: db\n  baseline: legacy/*.sql\n",
            [
                "3:3: migrations.baseline: unknown key; `baseline` is now `before`: the state "
                "before the first migration"
            ],
        ),
        (
            "tables:\n  users: {}\n  posts: {}\n  users: {}\n",
            ["4:3: tables.users: written twice, first in line 2; join the two, or leave one out"],
        ),
        (
            "tables: {users: {columns: [1], rls: maybe, primary_key: {a: b}}}",
            [
                "1:18: tables.users.columns: expected a mapping, found a list; write "
                "`columns: {name: {…}}`",
                "1:32: tables.users.rls: expected `true`, `false` or a mapping, found `maybe`; "
                "write `rls: true`",
                "1:58: tables.users.primary_key.a: unknown key; possible here: columns, name, "
                "comment, include, with, deferrable, initially_deferred, severity, when, "
                "skip, xfail",
            ],
        ),
        (
            'tables: {"a\\0": {comment: "\\0"}}\nviews: {v: {comment: %s}}' % ("9" * 5000),
            [
                "1:10: tables: a zero byte, which is possible neither in PostgreSQL nor in a path",
                "1:27: tables.a\\0.comment: a zero byte, which is possible neither in PostgreSQL "
                "nor in a path",
                "2:22: views.v.comment: a number of 5,000 characters; put it in quotes if it is a "
                "text",
            ],
        ),
        (
            "data: {preserved: {a: {match: [[]]}}}",
            [
                "1:24: data.preserved.a.match: expected columns or expressions, `[id, name]`, or "
                "what each has become"
            ],
        ),
        ("", ["1:1: the file is empty; write for example `tables: {users: {}}`"]),
        ("# later\n", ["1:1: the file is empty; write for example `tables: {users: {}}`"]),
        *(
            (
                text,
                [
                    f"1:1: a file of expectations is a mapping, `tables: …`, found {what}; write "
                    "for example `tables: {users: {}}`"
                ],
            )
            for text, what in (("- tables\n", "a list"), ("tables", "a text"))
        ),
        (
            "version: 1\ntables: {}\n",
            ["1:1: nothing would be checked; name at least one table, rule or query"],
        ),
        (
            "tables:\n  a: {when: {server: 15+}}\n  b: {when: {server: '13-18'}}\n"
            "  c: {when: {server: v15}}\n  d: {when: {server: '>= 15 < 18'}}\n"
            "  e: {when: {server: 15.4}}\n  f: {when: {server: true}}\n"
            "  g: {when: {server: [15]}}\n  h: {when: {server: ''}}\n"
            "  i: {triggers: {t: {when: {server: 15+}}}}\n"
            "  ok: {when: {server: '>= 13, < 18'}, columns: {id: {when: {server: 15}}}}",
            [
                f'{place}: tables.{path}.server: {told}; write `15`, `">= 15"` or `">= 13, < 18"`'
                for place, path, told in (
                    ("2:14", "a.when", "`15+` is no version of PostgreSQL"),
                    ("3:14", "b.when", "`13-18` is no version of PostgreSQL"),
                    ("4:14", "c.when", "`v15` is no version of PostgreSQL"),
                    ("5:14", "d.when", "`>= 15 < 18` is no version of PostgreSQL"),
                    (
                        "6:14",
                        "e.when",
                        "`15.4` is a number; a version with a dot has to be in quotes",
                    ),
                    ("7:14", "f.when", "that is no version of PostgreSQL"),
                    ("8:14", "g.when", "that is no version of PostgreSQL"),
                    ("9:14", "h.when", "that is no version of PostgreSQL"),
                    ("10:29", "i.triggers.t.when", "`15+` is no version of PostgreSQL"),
                )
            ],
        ),
        (
            "migrations:\n  deployed:\n    except: {a: {reason: why, body: 'sha256:0'}}\n"
            "data:\n  preserved:\n    a: {match: [b], except: {c: {reason: why, body: x}}}\n"
            "rules:\n  primary_key: {except: {a: {reason: why, body: 'sha256:0'}}}\n"
            "  function_search_path: {except: {a: {reason: why, body: 'sha256:0'}}}\n"
            "unmanaged:\n  tables: {except: {a: {reason: why, body: 'sha256:0'}}}\n"
            "  functions: {except: {a: {reason: why, body: 'sha256:0'}}}\n",
            [
                f"{place}.body: unknown key; possible here: reason, until, owner"
                for place in (
                    "3:31: migrations.deployed.except.a",
                    "6:47: data.preserved.a.except.c",
                    "8:43: rules.primary_key.except.a",
                    "11:38: unmanaged.tables.except.a",
                )
            ],
        ),
        (
            "data:\n  a:\n    accepted:\n      b: []\n      c: {between: [1]}\n"
            "      d: {between: [null, null]}\n      e: {between: [2, 1]}\n      f: {}\n"
            "      g: {one_of: [a], between: [a, b]}\n      h: [a, null]\n      i: [[a]]\n"
            "      j: new\n      k: {one_of: []}\n  l: {accepted: {}}\n",
            [
                "4:7: data.a.accepted.b: the list is empty; no value at all would be accepted: "
                "name some, or leave the key out",
                "5:11: data.a.accepted.c.between: `between` takes two values, `[low, high]`; null "
                "leaves a side open",
                "6:11: data.a.accepted.d.between: both sides are open, so nothing would be checked",
                "7:11: data.a.accepted.e.between: no value is between 2 and 1; write `[1, 2]`",
                "8:7: data.a.accepted.f: write a list of values, or `{between: [low, high]}`",
                "9:7: data.a.accepted.g: write a list of values, or `{between: [low, high]}`",
                "10:14: data.a.accepted.h.1: NULL is accepted anyway; `not_null` forbids it",
                "11:11: data.a.accepted.i.0: expected a text, a number, `true` or `false`",
                "12:7: data.a.accepted.j: expected a mapping or its short form (the list of them), "
                "found `new`; write `j: [new]`",
                "13:11: data.a.accepted.k.one_of: the list is empty; no value at all would be "
                "accepted: name some, or leave the key out",
                "14:7: data.l.accepted: nothing would be checked; name at least one column",
            ],
        ),
        (
            "tables:\n  a:\n    columns:\n"
            "      n: {type: x, generated: to_tsvector('english', content)}\n"
            "      m: {type: numeric(10,2), nullable: false}\n"
            "      l: {type: text, default: 1, f(x)}\n      k: {type: text, (x): 1}\n",
            [
                "4:54: tables.a.columns.n.content): unknown key; inside { } a comma ends a value: "
                "put a value that has one in quotes: "
                "`generated: \"to_tsvector('english', content)\"`",
                "5:28: tables.a.columns.m.2): unknown key; inside { } a comma ends a value: "
                'put a value that has one in quotes: `type: "numeric(10, 2)"`',
                "6:35: tables.a.columns.l.f(x): unknown key; inside { } a comma ends a value: "
                "put a value that has one in quotes",
                "7:23: tables.a.columns.k.(x): unknown key; possible here: comment, type, "
                "nullable, not_null, default, generated, identity, grants, stored, collation, "
                "storage, compression, statistics, n_distinct, n_distinct_inherited, inherited, "
                "options, position",
            ],
        ),
        (
            "tables:\n  a: {columns: {price: numeric(10,2) not null, b.c: text}}\n",
            [
                "2:35: tables.a.columns.2) not null: inside { } a comma ends a value: put a value "
                "that has one in quotes",
                "2:48: tables.a.columns.b.c: 'b.c' has a dot, and no schema can stand here: leave "
                "out what is in front of the dot, or write '\"b.c\"' if the dot is a part of the "
                "name",
            ],
        ),
        ("version: 2\ntables: {users: {}}", ["1:1: version: `2` is not `1`; write `version: 1`"]),
        (
            "tables:\n  a.b.c: {}\n  users: {columns: {a.b: {}}}",
            [
                "2:3: tables.a.b.c: 'a.b.c' has more parts than schema and name; if the dots are a "
                "part of the name, write '\"a.b.c\"'",
                "3:21: tables.users.columns.a.b: 'a.b' has a dot, and no schema can stand here: "
                "leave out what is in front of the dot, or write '\"a.b\"' if the dot is a part of "
                "the name",
            ],
        ),
        (
            "tables:\n  users: {indexes: {x: create nonsense}}",
            [
                "2:21: tables.users.indexes.x: an index is written"
                " `create [unique] index … on table [using …] (…)`, found `create nonsense`; write "
                "for example `create index on users (email)`",
            ],
        ),
        (
            "tables:\n  users:\n    indexes:\n      x: create index y on public.users (id)\n"
            '      z: create index on posts (id)\n      \'"V"\': create index "V" on users (id)',
            [
                "4:7: tables.users.indexes.x: the statement creates the index y, and the entry is"
                " x",
                "5:7: tables.users.indexes.z: the statement is about posts, and stands below"
                " public.users",
            ],
        ),
    ],
)
def test_every_problem_of_the_file_is_told_with_its_place(
    project: Project, text: str, problems: list[str]
) -> None:
    project.expect(text)
    result = project.run()
    assert result.ret == 2
    lines = told(result, "ERROR collecting expectations.yaml")
    assert lines == [f"expectations.yaml:{problem}" for problem in problems]


def test_many_aliases_take_bounded_time(project: Project) -> None:
    names = "abcdefghijklmnop"
    lines = ["tables: {}", "a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise(names)
    ]
    project.expect("\n".join(lines))
    start = time.monotonic()
    [line] = told(project.run(), "ERROR collecting expectations.yaml")
    assert line.endswith("more than 1,000,000 values after expanding the aliases")
    assert time.monotonic() - start < 20


def test_an_alias_inside_itself_is_refused(project: Project) -> None:
    project.expect("tables: &a\n  users: *a\n")
    [line] = told(project.run(), "ERROR collecting expectations.yaml")
    assert line == "expectations.yaml:1:1: nested too deeply, or an alias inside itself"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"tables:\n  us\xe4rs: {}\n",
            "2:1: this is not UTF-8: invalid continuation byte; save it as UTF-8",
        ),
        (
            b"tables:\n  us\x00ers: {}\n",
            "2:1: not YAML: control characters are not allowed: U+0000; delete that sign",
        ),
    ],
)
def test_a_file_that_is_no_text_is_refused(project: Project, content: bytes, message: str) -> None:
    (project.path / "expectations.yaml").write_bytes(content)
    assert told(project.run(), "ERROR collecting expectations.yaml") == [
        f"expectations.yaml:{message}"
    ]


def test_a_byte_order_mark_and_crlf_are_fine(project: Project, filled: Dsn) -> None:
    text = "\ufeff" + EXPECTATIONS.replace("\n", "\r\n")
    (project.path / "expectations.yaml").write_bytes(text.encode())
    project.run(f"--schema-dsn={filled}").assert_outcomes(passed=NUMBER - 1, skipped=1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_whatever_ends_a_line_the_lines_are_those_of_yaml(project: Project, end: str) -> None:
    text = f"tables:{end}  users:{end}    comment: of users: all{end}"
    (project.path / "expectations.yaml").write_bytes(text.encode())
    [line] = told(project.run(), "ERROR collecting expectations.yaml")
    assert line == (
        "expectations.yaml:3:22: not YAML: a colon with a space behind it stands inside of a text; "
        'a text like this stands in quotes as a whole: `comment: "of users: all"`'
    )


def test_a_folder_instead_of_a_file_is_not_passed_over(project: Project) -> None:
    (project.path / "expectations.yaml").unlink()
    (project.path / "expectations.yaml").mkdir()
    result = project.run()
    assert result.ret == 2
    [line] = told(result, "ERROR collecting .")
    assert line.endswith("expectations.yaml: this is a folder; a file of expectations was meant")
    result = project.run("--schema-spec=expectations.yaml")
    assert result.ret == 4
    assert text_of(result).strip().splitlines() == [
        "ERROR: reading --schema-spec=expectations.yaml",
        "  because that is a folder",
        "  do      name the file of expectations",
    ]


def test_a_file_that_is_not_there_is_a_wrong_use(project: Project) -> None:
    result = project.run("--schema-spec=nowhere.yaml")
    assert result.ret == 4
    assert text_of(result).strip().splitlines() == [
        "ERROR: reading --schema-spec=nowhere.yaml",
        "  because there is no such file",
        "  do      name the file of expectations",
    ]


def test_a_file_that_is_not_there_may_be_another_one(project: Project) -> None:
    result = project.run("--schema-spec=expectation.yaml")
    assert text_of(result).strip().endswith("do      did you mean expectations.yaml?")


def test_problems_of_one_file_do_not_hide_those_of_another(project: Project) -> None:
    project.expect("tabels: {}")
    project.write("b.expectations.yaml", "tables: 1")
    text = text_of(project.run())
    assert "expectations.yaml:1:1: tabels: unknown key" in text
    assert "b.expectations.yaml:1:1: tables: expected a mapping, found `1`" in text


def test_an_unknown_table_is_a_finding_with_the_nearest_name(project: Project, filled: Dsn) -> None:
    project.expect("tables:\n  userz:\n    primary_key: [id]\n    columns: {id: {}}\n")
    result = project.run("-rs", f"--schema-dsn={filled}")
    assert result.ret == 1
    assert told(result, "tables.userz exists")[:4] == [
        "expectations.yaml:2:3: tables.userz::exists",
        "    expected    table public.userz",
        "    actual      no such table",
        "    note        did you mean `public.users`?",
    ]
    result.assert_outcomes(failed=1, skipped=2)
    missing = "SKIPPED [2] expectations.yaml:3: table public.userz does not exist"
    assert missing in text_of(result)


# Migrations


def test_migrations_that_are_not_there_are_missed(project: Project, filled: Dsn) -> None:
    project.expect("migrations: {directory: nowhere}\ntables: {users: {}}")
    for arguments in ([], [f"--schema-dsn={filled}"]):
        result = project.run(*arguments)
        assert result.ret == 2
        assert told(result, "ERROR collecting expectations.yaml") == [
            "expectations.yaml:1:14: migrations.directory: reading migrations from nowhere: there"
            " is no such folder"
        ]
    project.expect("migrations: {apply: ['9*.sql']}\ntables: {users: {}}")
    result = project.run()
    assert result.ret == 2
    assert told(result, "ERROR collecting expectations.yaml") == [
        "expectations.yaml:1:14: migrations.apply: looking for 9*.sql: no file in migrations"
        " matches; there are 001_users.sql"
    ]


def test_a_file_without_migrations_says_what_to_add(project: Project) -> None:
    project.expect("tables: {users: {primary_key: [id]}}")
    assert untold(project.run(), "tables.users exists") == [
        "building a disposable database for expectations.yaml",
        "  because the file names no migrations, so the database would be empty",
        "  do      add `migrations: {directory: …}` to the file, give --schema-migrations,"
        " or verify an existing database with --schema-dsn=…",
    ]


def test_a_migration_that_fails_is_one_finding_at_its_place(project: Project) -> None:
    project.write(
        "migrations/002_posts.sql",
        "create table posts (id int);\n\nalter table users\n  add column x intt;\n",
    )
    project.write("migrations/003_never.sql", "create table never ();")
    result = project.run("-rs")
    assert result.ret == 1
    result.assert_outcomes(failed=1, passed=1, skipped=NUMBER - 2)
    text = "\n".join(told(result, "migrations applies"))
    assert "applying migrations/002_posts.sql:4:16" in text
    assert 'because type "intt" does not exist (SQLSTATE 42704)' in text
    assert "> 4 |   add column x intt;" in text
    assert "not run after it: 003_never.sql" in text
    assert "a migration failed, see migrations::applies" in text_of(result)
    assert 'migrations/002_posts.sql:4:16: type "intt" does not exist' in text_of(
        project.run("--tb=line")
    )


def test_the_servers_hint_is_passed_on(project: Project) -> None:
    project.write("migrations/002_b.sql", "select emai from users;")
    text = "\n".join(told(project.run(), "migrations applies"))
    assert 'column "emai" does not exist (SQLSTATE 42703)' in text
    assert 'Perhaps you meant to reference the column "users.email".' in text


def test_a_missing_extension_comes_with_three_ways_out(project: Project) -> None:
    project.expect("database: {extensions: {nope: {}}}\ntables: {users: {}}")
    lines = untold(project.run(), "database.extensions.nope exists")
    assert lines[0] == "creating the extension nope"
    assert lines[1].startswith('  because extension "nope" is not available')
    assert "install it for this server" in lines[2]
    assert "--schema-bin-dir" in lines[2]
    assert "--schema-dsn" in lines[2]


# Settings


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--schema-database=oracle"],
            "ERROR: reading --schema-database=oracle\n"
            "  because there is no such kind of database\n"
            "  do      choose one of auto, embedded, local",
        ),
        (
            ["--schema-dsn=host=x", "--schema-rollback"],
            "ERROR: --schema-rollback writes, and a --schema-dsn is only ever read",
        ),
        (["-o", "schema_keep=perhaps"], "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_honoured_is_a_wrong_use(
    project: Project, arguments: list[str], message: str
) -> None:
    result = project.run(*arguments)
    assert result.ret == 4
    assert message in text_of(result)
    assert shows_no_traceback(text_of(result))


def test_a_variable_that_is_neither_true_nor_false_is_a_wrong_use(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_SCHEMA_KEEP", "perhaps")
    result = project.run()
    assert result.ret == 4
    assert "PYTEST_SCHEMA_KEEP=perhaps\n  because it is neither true" in text_of(result)


def test_a_folder_without_postgres_is_named(project: Project) -> None:
    result = project.run("--schema-bin-dir=/nowhere")
    assert result.ret == 4
    assert text_of(result).strip().splitlines() == [
        "ERROR: reading --schema-bin-dir=/nowhere",
        "  because it has no initdb and no postgres",
        "  do      name the folder of the server's programs, as /usr/lib/postgresql/17/bin",
    ]


# An existing database


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that wants a password from the role `guest`."""
    with databases.start(Config(database="embedded")) as server:
        with databases.connect(server.dsn, autocommit=True) as connection:
            connection.execute(MIGRATION.encode())
            connection.execute(
                f"create role guest login password '{SECRET}';"
                "create role stranger nologin;"
                "create table private (id int primary key);"
                "insert into users (email) values ('a@b.c')"
            )
            row = connection.execute("show hba_file").fetchone() or ("",)
            rules = Path(row[0])
            rules.write_text("local all guest scram-sha-256\n" + rules.read_text())
            connection.execute("select pg_catalog.pg_reload_conf()")
        yield server


def as_guest(server: Server, **changes: Any) -> str:
    return conninfo.make_conninfo(server.dsn, **{"user": "guest", "password": SECRET, **changes})


def test_a_server_that_is_not_there(project: Project) -> None:
    lines = untold(project.run("--schema-dsn=postgresql://me@127.0.0.1:1/shop"))
    assert lines[0] == "connecting to user=me dbname=shop host=127.0.0.1 port=1"
    assert "Connection refused" in lines[1]
    assert lines[2] == "  do      check host and port, and that the server is running"


def test_a_host_that_is_not_there(project: Project) -> None:
    lines = untold(project.run("--schema-dsn=postgresql://me@nowhere.invalid/shop"))
    assert lines[2] == "  do      check the spelling of the host"


def test_a_wrong_password(project: Project, guarded: Server) -> None:
    lines = untold(project.run(f"--schema-dsn={as_guest(guarded, password='wrong-one')}"))
    assert 'password authentication failed for user "guest"' in lines[1]
    assert lines[2] == "  do      check user and password in the DSN"
    assert "wrong-one" not in "\n".join(lines)


def test_no_password(project: Project, guarded: Server) -> None:
    lines = untold(project.run(f"--schema-dsn={as_guest(guarded, password=None)}"))
    assert "PGPASSWORD" in lines[2]


def test_an_unknown_database_and_an_unknown_role(project: Project, guarded: Server) -> None:
    lines = untold(project.run(f"--schema-dsn={as_guest(guarded, dbname='shopp')}"))
    assert 'database "shopp" does not exist' in lines[1]
    assert lines[2] == "  do      check the database's name in the DSN (dbname=… or the URI's path)"
    lines = untold(project.run(f"--schema-dsn={as_guest(guarded, user='nobody_known')}"))
    assert lines[2] == "  do      check the user's name in the DSN"


@pytest.mark.parametrize(
    ("dsn", "because"),
    [
        ("nonsense", "it is neither a postgresql:// URI nor key=value pairs"),
        (
            f"postgresql://me:{SECRET}/x@db/shop",
            "its password has /, which means something else in a URI",
        ),
        (
            "host=a b",
            "a value in it has a blank, @ or another sign that ends it, or a port is no number",
        ),
    ],
)
def test_a_dsn_that_cannot_be_read(project: Project, dsn: str, because: str) -> None:
    for option in ("--schema-dsn", "--schema-server"):
        result = project.run(f"{option}={dsn}")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert text_of(result).strip().splitlines()[:2] == [
            f"ERROR: reading {option} (not shown, it may hold a password)",
            f"  because {because}",
        ]
        assert SECRET not in text_of(result)


@pytest.mark.parametrize("name", ["connect_timeout", "keepalives_idle", "tcp_user_timeout"])
def test_a_dsn_with_a_value_that_is_no_number(project: Project, name: str) -> None:
    loud = ("--showlocals", "--full-trace")
    result = project.run(f"--schema-dsn=host=127.0.0.1 password={SECRET} {name}=soon", *loud)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"  because the value of {name} is not a whole number" in text_of(result)
    assert SECRET not in text_of(result)


def test_a_number_in_the_environment_that_is_none(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "soon")
    lines = untold(project.run(f"--schema-dsn=host=127.0.0.1 port=1 password={SECRET}"))
    assert lines[0] == "connecting to host=127.0.0.1 port=1"
    assert "PGCONNECT_TIMEOUT" in lines[2]


def test_a_role_that_may_not_read_something_cannot_tell(project: Project, guarded: Server) -> None:
    project.expect(
        """\
tables: {users: {primary_key: [id]}, private: {columns: {id: integer not null}}}
data:
  users: {rows: 1}
  queries:
    one: {sql: select 1, returns: 1}
    all: {sql: select count(*) from private, returns: 0}
"""
    )
    result = project.run(f"--schema-dsn={as_guest(guarded)}")
    assert result.ret == 6
    result.assert_outcomes(passed=7, failed=2)
    lines = told(result, "data.users rows")
    assert lines[:2] == [
        "expectations.yaml:3:11: data.users::rows",
        "    cannot tell querying public.users",
    ]
    assert 'row-level security policy for table "users" (SQLSTATE 42501)' in lines[2]
    assert "BYPASSRLS" in lines[3]
    text = "".join(told(result, "data.queries.all"))
    assert "because permission denied for table private (SQLSTATE 42501)" in text


def test_a_wrong_schema_counts_more_than_what_nobody_could_tell(
    project: Project, guarded: Server
) -> None:
    project.expect("tables: {userz: {}}\ndata: {users: {rows: 1}}")
    result = project.run(f"--schema-dsn={as_guest(guarded)}")
    result.assert_outcomes(failed=2)
    assert result.ret == 1


def test_a_failing_unit_test_counts_more_too(project: Project, guarded: Server) -> None:
    project.write("test_unit.py", "def test_unit(): assert False")
    project.expect("data: {users: {rows: 1}}")
    assert project.run(f"--schema-dsn={as_guest(guarded)}").ret == 1
    assert project.run(f"--schema-dsn={as_guest(guarded)}", "expectations.yaml").ret == 6


# In the middle of it


def test_a_server_that_dies_in_the_middle_is_not_a_wrong_schema(project: Project) -> None:
    project.write(
        "conftest.py",
        """
import psycopg, pytest

def pytest_runtest_logstart(nodeid):
    if nodeid.endswith("rls::enabled"):
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute("show data_directory").fetchone()
            import os, pathlib, signal
            pid = int(pathlib.Path(row[0], "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGKILL)

@pytest.fixture(scope="session", autouse=True)
def where(schema_dsn):
    global dsn
    dsn = schema_dsn
""",
    )
    project.write("a/test_a.py", "def test_a(): pass")
    project.expect(EXPECTATIONS + "  queries: {one: {sql: select 1, returns: 1}}\n")
    result = project.run("a", "expectations.yaml")
    assert result.ret == 6
    lines = told(result, "data.users rows")
    assert lines[0] == "expectations.yaml:10:11: data.users::rows"
    assert "connecting to" in lines[1]
    assert "failed: " in lines[2]
    result.assert_outcomes(passed=1 + NUMBER - 1, failed=1, skipped=1)
    seen = "the database went away, see expectations.yaml::data.users::rows"
    assert seen in text_of(project.run("-rs", "a", "expectations.yaml"))


def test_a_server_that_dies_while_migrations_run_is_no_bad_migration(project: Project) -> None:
    project.write(
        "migrations/002_b.sql",
        "select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())",
    )
    result = project.run()
    text = text_of(result)
    assert shows_no_traceback(text), text
    assert "002_b.sql" in text
    assert "terminating connection due to administrator command" in text
