"""What holds for all databases of a server is rehearsed on a server of its own."""

import re
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification
from tests.projects import Project, lines_after, shows_no_traceback, text_of
from tests.projects import project as project

BASE = "create table notes (id int primary key, body text); create role shared_team;"
FORWARD = """
create role shared_reader;
grant select on notes to shared_reader;
grant shared_reader to shared_team;
alter role shared_reader set work_mem = '8MB';
alter role shared_team set work_mem = '9MB';
"""
EXPECTATIONS = """
migrations: {directory: migrations, before: base.sql, rollback: back.sql, reversible: true}
roles:
  shared_reader: {login: false}
  shared_team: {member_of: {shared_reader: {}}}
tables: {notes: {grants: {shared_reader: [select]}}}
access:
  identities: {reader: shared_reader}
  tables: {notes: {reader: {select: all}}}
"""
BACK = {
    "revoked": "revoke select on notes from shared_reader; drop role shared_reader;"
    " alter role shared_team reset work_mem;",
    "all that it owns": "drop owned by shared_reader; drop role shared_reader;"
    " alter role shared_team reset all;",
    "by code": """
        do $$ begin
          execute format('drop owned by %I', 'shared_reader');
          execute format('drop role %I', 'shared_reader');
          execute 'alter role shared_team reset work_mem';
        end $$;
    """,
}


@pytest.fixture
def way(project: Project) -> Project:
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/base.sql", BASE)
    project.write("migrations/001_reader.sql", FORWARD)
    project.write("migrations/back.sql", BACK["revoked"])
    project.expect(EXPECTATIONS)
    return project


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n2"]], ids=["alone", "xdist"])
@pytest.mark.parametrize("back", BACK)
def test_a_rollback_drops_a_role_and_what_is_verified_still_has_it(
    way: Project, back: str, workers: list[str]
) -> None:
    way.write("migrations/back.sql", BACK[back])
    run = way.run_apart if "-n2" in workers else way.run
    result = run("-v", *workers)
    text = text_of(result)
    assert result.ret == 0, text
    assert "migrations::reversible" in text
    assert "access.tables.notes.reader::select" in text


@pytest.mark.parametrize(
    ("back", "found"),
    [
        ("drop role shared_reader", 'role "shared_reader" cannot be dropped'),
        ("drop owned by shared_reader; drop role shared_reader; drop table notes", "gone"),
    ],
    ids=["does not apply", "takes too much"],
)
def test_a_wrong_rollback_is_found(way: Project, back: str, found: str) -> None:
    way.write("migrations/back.sql", back)
    result = way.run()
    result.assert_outcomes(failed=1, passed=result.parseoutcomes()["passed"])
    said = "\n".join(lines_after(text_of(result), "_ migrations reversible _"))
    assert found in said


def test_the_option_rehearses_in_the_same_way(way: Project) -> None:
    way.expect(EXPECTATIONS.replace(", reversible: true", ""))
    result = way.run("--schema-rollback", "-v")
    assert result.ret == 0, text_of(result)
    assert "migrations::reversible" in text_of(result)


def test_a_role_that_is_made_anew_each_time(way: Project) -> None:
    (way.path / "migrations/back.sql").unlink()
    way.write("migrations/base.sql", "create table notes (id int primary key, body text);")
    way.write(
        "migrations/001_reader.sql",
        "do $$ begin if to_regrole('shared_reader') is not null then"
        " drop owned by shared_reader; end if; end $$;"
        "drop role if exists shared_reader; create role shared_reader;"
        "grant select on notes to shared_reader;",
    )
    way.expect("""
migrations: {directory: migrations, before: base.sql, apply: [001_reader.sql], idempotent: true}
access:
  identities: {reader: shared_reader}
  tables: {notes: {reader: {select: all}}}
""")
    result = way.run("-v")
    assert result.ret == 0, text_of(result)


def test_a_role_that_is_there_already_keeps_no_help_away(way: Project) -> None:
    way.expect("""
migrations: {directory: migrations, before: base.sql, apply: [001_reader.sql]}
tables: {notes: {columns: {body: text not null}}}
""")
    result = way.run("--schema-costs")
    text = text_of(result)
    assert "last changed in migrations/base.sql:1" in text
    assert "already exists" not in text
    assert "cannot be measured" not in text


def test_two_files_of_expectations_have_a_role_each(way: Project) -> None:
    way.write("second.expectations.yaml", EXPECTATIONS)
    result = way.run()
    assert result.ret == 0, text_of(result)


def test_on_somebodys_server_nobody_can_tell(way: Project, theirs: Server) -> None:
    result = way.run(f"--schema-server={theirs.dsn}")
    result.assert_outcomes(failed=1, passed=result.parseoutcomes()["passed"])
    text = text_of(result)
    assert shows_no_traceback(text), text
    said = " ".join(" ".join(lines_after(text, "_ migrations reversible _")).split())
    assert "back.sql says `drop role`" in said
    assert "do use a disposable server: --schema-database=embedded" in said
    with databases.connect(theirs.dsn) as connection:
        query = "select from pg_catalog.pg_roles where rolname = 'shared_reader'"
        assert connection.execute(query).rowcount == 0


SHARED = (
    "create role a", "DROP\nUSER a", "alter group a add user b", "drop /* a */ role b",
    "create tablespace a location '/a'", "drop database a", "alter system set work_mem = '1MB'",
    "comment on role a is 'b'", "reassign owned by a to b", "grant a to b", 'grant "a b", c to d',
    "revoke admin option for a from b", "do $$ begin execute format('grant %I to %I', x); end $$",
    "grant set on parameter work_mem to a", "drop subscription a",
    "select pg_create_logical_replication_slot('a', 'pgoutput')",
    "security label for p on role a is 'b'", "security label on tablespace a is null",
)  # fmt: skip
OWN = (
    "grant select, insert on notes to a", "revoke all on all tables in schema public from a",
    "drop user mapping for a server b", "alter database a set work_mem = '1MB'", "drop table role",
    "alter default privileges grant select on tables to a", "-- drop role a", "/* drop role a */",
    "alter table notes owner to a", "set role a", "create policy a on notes to b",
    "security label on table notes is 'a'",
)  # fmt: skip


@pytest.mark.parametrize("text", [*SHARED, *OWN])
def test_what_holds_for_the_whole_server(text: str) -> None:
    found = shared([Migration(Path("001_a.sql"), "001", "a").saying(text)])
    assert bool(found) == (text in SHARED)


LEFT = {
    "create role left_over login bypassrls": ("role left_over", "login, bypassrls"),
    "grant shared_team to shared_lead": ("membership of shared_lead in shared_team", "member"),
    "alter role shared_team set app.token = 'Vw5hidden77'": (
        "setting app.token of role shared_team", "a value, which is not shown",
    ),
    "alter role shared_team password 'Vw5hidden78'": ("password of role shared_team", "SCRAM-SHA"),
    "create subscription far connection 'host=far' publication p with (connect = false)": (
        "subscription far", "there",
    ),
    "alter system set work_mem = '9MB'": ("setting work_mem of the server", "9MB"),
    "do $$ begin execute format('alter database %I connection limit 9', current_database());"
    "end $$": ("connection limit of the database", "9"),
    "do $$ begin execute format('alter database %I is_template true', current_database());"
    "end $$": ("template of the database", "true"),
}  # fmt: skip


@pytest.mark.parametrize("forward", LEFT)
def test_what_a_rollback_leaves_around_the_database_is_found(way: Project, forward: str) -> None:
    subject, now = LEFT[forward]
    way.write("migrations/base.sql", f"{BASE} create role shared_lead;")
    way.write("migrations/001_reader.sql", forward)
    way.write("migrations/back.sql", "select 1")
    way.expect(EXPECTATIONS.partition("roles:")[0])
    text = text_of(way.run())
    (found,) = re.findall(
        r"^  (\S.*)\n    expected    none, as .*\n    actual      (.*)$", text, re.M
    )
    assert found[0] == subject
    assert found[1].startswith(now)
    assert "hidden7" not in text
    # What is compared does not stand among what is not.
    (line,) = re.findall(r"not compared are (.*)", text)
    assert subject.split()[0] not in line


AROUND = """
do $$ begin
  execute format('revoke connect on database %I from public', current_database());
  execute format('grant connect on database %I to shared_team', current_database());
  execute format('comment on database %I is %L', current_database(), 'notes');
  execute format('alter database %I connection limit 90', current_database());
  execute format(
    'alter role shared_team in database %I set work_mem = ''9MB''', current_database()
  );
end $$;
"""


def test_what_is_said_of_the_database_itself_is_there_on_the_copy(way: Project) -> None:
    way.write("migrations/base.sql", f"{BASE} {AROUND}")
    way.write("migrations/001_reader.sql", "create table posts (id int)")
    way.write("migrations/back.sql", "drop table posts")
    way.expect(EXPECTATIONS.partition("roles:")[0])
    result = way.run()
    assert result.ret == 0, text_of(result)
    assert "reversible: not compared are the order of columns, values of seq" in text_of(result)


def test_a_password_that_is_set_again_is_the_same(way: Project) -> None:
    (way.path / "migrations/back.sql").unlink()
    way.write("migrations/001_reader.sql", "alter role shared_team password 'Vw5hidden79'")
    expectations = "migrations: {directory: migrations, before: base.sql, idempotent: true}"
    way.expect(expectations)
    result = way.run()
    assert result.ret == 0, text_of(result)
    way.write("migrations/001_reader.sql", "alter role shared_team valid until 'tomorrow'")
    way.write(
        "migrations/002_more.sql",
        """
        do $$ begin
            execute format('alter role shared_team connection limit %s', (
                select greatest(rolconnlimit, 0) + 1 from pg_roles where rolname = 'shared_team'
            ));
        end $$;
    """,
    )
    text = text_of(way.run())
    assert re.search(r"^  migrations/002_more.sql: role shared_team$", text, re.MULTILINE), text


def test_what_others_do_on_the_server_meanwhile_is_not_left_over(
    way: Project, theirs: Server
) -> None:
    way.write("migrations/base.sql", "create table notes (id int primary key)")
    way.write("migrations/001_reader.sql", "create table posts (id int)")
    way.write("migrations/back.sql", "drop table posts")
    path = way.expect(EXPECTATIONS.partition("roles:")[0])
    verification = Verification(path, path.name, Config())
    verification.database.prepare(lambda _: theirs)
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role shared_passer_by")
    asked = [one for one in verification.contract.planned if one.check == "migrations.reversible"]
    assert [(one.check, verification.results.of(one).findings) for one in asked] == [
        ("migrations.reversible", ())
    ]
    verification.database.close()


@pytest.mark.parametrize("named", [True, False])
def test_on_somebodys_server_roles_count_that_the_files_name(
    way: Project, theirs: Server, named: bool
) -> None:
    (way.path / "migrations/back.sql").unlink()
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role shared_limited; create role shared_other")
    role = "'shared_limited'" if named else "'shared_' || 'other'"
    way.write("migrations/base.sql", "create table notes (id int primary key)")
    way.write(
        "migrations/001_reader.sql",
        f"""
        do $$ begin
            execute format('alter role %I connection limit %s', {role}, (
                select greatest(rolconnlimit, 0) + 1 from pg_roles where rolname = {role}
            ));
        end $$;
    """,
    )
    way.expect("migrations: {directory: migrations, before: base.sql, idempotent: true}")
    text = text_of(way.run(f"--schema-server={theirs.dsn}"))
    assert ("role shared_limited" in text) == named, text
    assert "of the server, only what is about the database or about roles that the files" in text
