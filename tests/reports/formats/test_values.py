"""No report has a value of a row, a secret or a DSN, unless values are asked for."""

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.dsn import unaddressed
from pytest_schemaverify.reports.record import problems_in
from pytest_schemaverify.settings.report_files import FORMATS
from pytest_schemaverify.sql.left_out_values import left_out
from pytest_schemaverify.sql.row_values import marked, unmarked
from tests.projects import Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project
from tests.reports.formats.runs import as_json

BEFORE = """\
create table moved (id text primary key);
insert into moved values ('canary-of-a-lost-row');
"""
MIGRATION = """\
create extension vector schema extensions;
drop table moved;
create table moved_to (id text primary key);
create table users (
  id text primary key, email text, plan text, settings jsonb, born text,
  digest extensions.vector(3), model text
);
insert into users values
  ('canary-1', 'canary@x', 'canary-plan', '{"canary": 1}', 'canary-date', '[1,2,3]', 'canary-a'),
  ('canary-2', 'canary@x', 'canary-plan', '{"canary": 1}', 'canary-date', '[1,2,3]', 'canary-b');
comment on table users is 'of host=db.canary.internal port=5432 user=canary';
create function raised(plan text) returns integer language plpgsql as $$ begin
  raise exception 'row %', plan using errcode = 'check_violation', hint = 'canary-hint';
end $$;
create function asserted(plan text) returns integer language plpgsql
  as $$ begin assert false, plan; end $$;
alter table users alter column model set default 'postgresql://app@db.canary.internal:5432/prod';
create function said(plan text) returns integer language plpgsql
  as $$ begin raise exception 'the plan is %', plan; end $$;
create table notes (id text primary key, user_id uuid not null, content text not null);
create table diaries (id text primary key, user_id uuid not null, content text not null);
insert into diaries values ('canary-diary', gen_random_uuid(), 'canary-of-a-day');
alter table diaries enable row level security;
create policy own on diaries to authenticated using (auth.uid() = user_id);
create function everything() returns setof diaries language sql stable security definer
  set search_path = '' as $$ select * from public.diaries $$;
create function removed(a text) returns text language sql security definer
  set search_path = '' as $$ delete from public.diaries where id = a returning content $$;
"""
EXPECTATIONS = """\
database: {platform: supabase}
migrations: {directory: migrations, before: before.sql}
tables:
  notes: {comment: of host=db.canary.internal port=5432}
  users: {comment: people, columns: {model: {default: "'none'"}}}
data:
  users:
    rows: 5
    unique: [[email], [email, plan]]
    accepted: {plan: {one_of: [free]}}
    references: {born: users.email}
  preserved: {moved: {in: moved_to, match: {id: id}}}
  queries:
    one: {sql: select plan from users limit 1, returns: free}
    many: {sql: "select id, settings from users", returns: nothing}
    number: {sql: "select born::integer from users", returns: 1}
    date: {sql: "select born::date from users", returns: 1}
    json: {sql: "select email::jsonb from users", returns: 1}
    uuid: {sql: "select id::uuid from users", returns: 1}
    vector: {sql: "select email::extensions.vector from users", returns: 1}
    raised: {sql: select raised(plan) from users, returns: 1}
    asserted: {sql: select asserted(plan) from users, returns: 1}
    relation: {sql: "select email::regclass from users", returns: 1}
    schema: {sql: "select (email || '.a')::regclass from users", returns: 1}
vectors:
  columns:
    users.digest: {data: {model: model, duplicates: 0}}
access:
  given:
    notes: [{id: canary-of-access, user_id: 00000000-0000-0000-0000-00000000cafe, content: text}]
  identities: {somebody: {role: authenticated, claims: {sub: 00000000-0000-0000-0000-0000000000aa}}}
  tables: {notes: {somebody: {select: nothing, update: nothing}}}
  isolate: user_id
rules: {no_leaking_definers: true, no_injectable_definers: true}
"""

SAYING = {
    "data.unique", "data.accepted", "data.references", "preserved.found", "queries.returns",
    "vector_data.model", "access.select", "access.update", "access.isolate",
    "rules.no_leaking_definers",
}  # fmt: skip
"""The checks whose findings show rows, or that repeat what the server says of them."""


@pytest.fixture
def leaking(project: Project) -> Project:
    """A project with values of rows in whatever does not hold."""
    project.write("before.sql", BEFORE)
    project.write("migrations/001_users.sql", MIGRATION)
    project.expect(EXPECTATIONS)
    return project


def test_reports_have_no_value_of_a_row(leaking: Project) -> None:
    """The terminal has them, and so has a report that is asked for them."""
    reports = [f"--schema-report={name}:{name}" for name in FORMATS]
    terminal = text_of(leaking.run("-v", *reports))
    failed = [
        one for one in as_json(leaking.path / "json")["expectations"] if one["outcome"] != "passed"
    ]
    assert {one["check"] for one in failed} >= SAYING
    fixes = [one["findings"][0]["fix"] for one in failed if one["check"] == "tables.comment"]
    assert [bool(fix) for fix in fixes] == [False, True]  # none with a part left out
    for name in FORMATS:
        text = (leaking.path / name).read_text(encoding="utf-8")
        assert "canary" not in text.lower(), name
        assert text == unmarked(text), name
    for value in (
        "canary@x (2 times)",
        "lost: id = canary-of-a-lost-row",
        '"canary-date"',
        "id = canary-of-access",
        "'canary-of-access'",
        "canary-diary",
        "canary-a",
        "row canary-plan (SQLSTATE 23514)",
        "host=db.canary.internal",
    ):
        assert value in terminal, value
    assert terminal == unmarked(terminal)
    said = "Values of rows are left out; "
    for name in ("html", "markdown", "comment"):
        assert (leaking.path / name).read_text(encoding="utf-8").count(said) == 1, name
    leaking.run("-k", "accepted", "--schema-report-values", "--schema-report=json:asked",
                "--schema-report=markdown:asked.md")  # fmt: skip
    assert "canary-plan" in (leaking.path / "asked").read_text(encoding="utf-8")
    leaking.run("-k", "users and rows", "--schema-report=markdown:kept.md")
    for name in ("asked.md", "kept.md"):
        text = (leaking.path / name).read_text(encoding="utf-8")
        assert "…" not in text, name
        assert said not in text, name
    addresses = "users and (comment or default)"
    leaking.run("-k", addresses, "--schema-report=json:asked", "--schema-report-values")
    assert "canary.internal" not in (leaking.path / "asked").read_text(encoding="utf-8")


MIGRATIONS = {
    "copy": """\
copy t (email, n) from stdin;
canary-1@x\t1
canary-2@x\tcanary-3
canary-4@x\t2
\\.
""",
    "insert": """\
insert into t values ('canary-1@x', 1);
insert into t values
  ('canary-2@x', 2), ('canary-3@x
canary-4) x', 3), ('canary-3@x
canary-4) x', 4);
""",
    "raised": """\
do $$ begin
  raise exception e'row canary-1@x\\nand canary-2' using
    errcode = 'undefined_table', detail = 'canary-3', hint = e'canary-4\\ncanary-5';
end $$;
""",
    "warned": "do $$ begin raise warning 'row canary-of-a-warning'; end $$;\n",
    "asserted": "do $$ begin assert false, 'canary-1@x'; end $$;\n",
    "nested": """\
create function f(a text) returns text language plpgsql
  as $$ begin execute format('select %L::integer', a); return a; end $$;
select f('canary-1@x');
""",
}


def test_reports_have_no_row_of_a_migration_that_fails(project: Project) -> None:
    """The SQLSTATE, the place and the constraint are there."""
    (project.path / "expectations.yaml").unlink()
    for name, sql in MIGRATIONS.items():
        table = "create table t (email text constraint once unique, n integer);\n"
        project.write(f"{name}/001.sql", table + sql)
        file = f"{name}.expectations.yaml"
        project.write(file, f"migrations: {{directory: {name}}}\ntables: {{t: {{}}}}\n")
    reports = [f"--schema-report={name}:{name}.report" for name in FORMATS]
    terminal = text_of(project.run("-v", *reports))
    for name in FORMATS:
        text = (project.path / f"{name}.report").read_text(encoding="utf-8")
        assert "canary" not in text.lower(), name
    for one in (*range(1, 6), "of-a-warning"):
        assert f"canary-{one}" in terminal
    said = {
        one["id"].partition(".")[0]: one["findings"][0]["actual"]
        for one in as_json(project.path / "json.report")["expectations"]
        if one["findings"]
    }
    for name, kept in {
        "copy": "001.sql:4:1 … COPY t, line 2… … 22P02",
        "insert": 'constraint "once" (SQLSTATE 23505) … detail: Key (email)=…',
        "raised": "001.sql:3: … 42P01 … at RAISE",
        "asserted": "001.sql:2: … P0004",
        "nested": 'type integer: "…" (SQLSTATE 22P02) … at EXECUTE',
    }.items():
        for part in kept.split(" … "):
            assert part in said[name], said[name]


def test_reports_do_not_say_how_a_server_is_reached(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", filled)
    host = psycopg.conninfo.conninfo_to_dict(filled)["host"]
    dead = "postgresql://mallory:s3cr3t-pass@db.canary.internal:1/app"
    named, one = "--schema-dsn-env=STAGING", f"--schema-dsn={dead}"
    for option, hidden in ((named, (host,)), (one, ("canary", "s3cr3t", "mallory"))):
        project.run(option, "--schema-report-values",
                    *(f"--schema-report={name}:{name}" for name in FORMATS))  # fmt: skip
        for name in FORMATS:
            text = (project.path / name).read_text(encoding="utf-8")
            assert not [one for one in hidden if str(one) in text], name
            if option == named and name in ("json", "html", "markdown"):
                assert "an existing database (STAGING), PostgreSQL 1" in text
    report = as_json(project.path / "json")
    assert report["verdict"] == "cannot tell"
    first = report["expectations"][0]["reason"]
    assert first.startswith("connecting to …\n  because ")
    assert "check the spelling of the host" in first


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  no pg_hba.conf entry for host "canary", user "canary", database "canary", SSL off',
        'password authentication failed for user "canary"',
        'connection to server at "canary" (canary), port 1 failed: role "canary" is not there',
        "FATAL:  kein pg_hba.conf-Eintrag für Host »canary«, Benutzer »canary«",
        "- host: 'canary', port: '5432', hostaddr: 'canary': connection failed",
    ],
)
def test_errors_of_a_connection_do_not_say_where_it_goes(said: str) -> None:
    text = unaddressed(f"applying 001.sql:1:1\n  because {said}\n  do      check it")
    assert "canary" not in text
    assert text.endswith("\n  do      check it")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("localhost:5432: refused", None),
        ("expectations.yaml:3:1: no key", "expectations.yaml:3:1"),
        ("a b/c:3: no key", "a b/c:3:1"),
        (r"C:\x\expectations.yaml:3:1: no key", r"C:\x\expectations.yaml:3:1"),
    ],
)
def test_a_place_is_told_from_an_address(text: str, place: str | None) -> None:
    found = problems_in(text)[0]
    assert (found.place and str(found.place)) == place


KEPT_AND_LEFT_OUT = f"""\
unique constraint "users_pkey", detail Key (id)=(7, a) already exists.
unique constraint "users_pkey", detail Key (id)=(…) already exists.
Key (org)=(7) is not present in table "orgs".
Key (org)=(…) is not present in table "orgs".
Failing row contains (1, a(b)c, null).
Failing row contains (…).
invalid input value for enum plan: "fr"ee"
invalid input value for enum plan: "…"
value "99999999999" is out of range for type integer
value "…" is out of range for type integer
  because Jane has no plan (SQLSTATE P0001)
  because a function raised an error, whose text may have values of rows (SQLSTATE P0001)
relation "users" does not exist (SQLSTATE 42P01)
relation "users" does not exist (SQLSTATE 42P01)
relation "a@b.c" does not exist (SQLSTATE 42P01)
relation "…" does not exist (SQLSTATE 42P01)
refused: must be owner of table users (SQLSTATE 42501); insert: deadlock detected (SQLSTATE 40P01)
refused: must be owner of table users (SQLSTATE 42501); insert: deadlock detected (SQLSTATE 40P01)
Jane: permission denied for table t (SQLSTATE 42501, in PL/pgSQL function f() line 1 at RAISE)
a function raised an error, whose text may have values of rows (SQLSTATE 42501)
Jane has no plan (SQLSTATE 42501)
the server's text is left out, as it may have values of rows (SQLSTATE 42501)
Jane has no plan because she is new (SQLSTATE P0001)
a function raised an error, whose text may have values of rows (SQLSTATE P0001)
  because ungültige Eingabesyntax für Typ integer: »erin« (SQLSTATE 22P02)
  because the server's text is left out, as it may have values of rows (SQLSTATE 22P02)
ungültige Eingabesyntax für Typ integer: »erin«
ungültige Eingabesyntax für Typ integer: …
syntaxe en entrée invalide pour le type integer : « erin »
syntaxe en entrée invalide pour le type integer : …
Key (name)=(a) b) already exists.
Key (name)=(…) already exists.
COPY t, line 2, column id: "erin"
COPY t, line 2
JSON data, line 1: erin...
JSON data, line 1
Token "erin" is invalid.
Token "…" is invalid.
such as {marked("a")}, {marked("b")} and 3 more
such as …, … and 3 more
such as {marked("a long one")[:6]}
such as …
check ((a) = (b))
check ((a) = (b))
"""
LINES = [
    *KEPT_AND_LEFT_OUT.splitlines(),
    "Key (a)=(b\nc) already exists.",
    "Key (a)=(…) already exists.",
]


@pytest.mark.parametrize(("text", "said"), [*zip(LINES[::2], LINES[1::2], strict=True)])
def test_messages_lose_values_and_keep_names(text: str, said: str) -> None:
    assert left_out(text) == said
