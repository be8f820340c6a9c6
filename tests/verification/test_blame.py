"""A failed expectation names the file and line that last changed what it is about."""

import re
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.rehearsal import kept
from pytest_schemaverify.rehearsal.history import history
from pytest_schemaverify.rehearsal.replay import replay
from pytest_schemaverify.verification import replays
from tests.projects import Project, text_of
from tests.projects import filled as filled
from tests.projects import project as project

OLDER = Path("/usr/lib/postgresql/15/bin")


def places(project: Project, *arguments: str) -> dict[str, str]:
    """Return the place that each failed item names, by the item."""
    text = text_of(project.run("-v", "-p", "no:cacheprovider", *arguments))
    found = {}
    for part in re.split(r"^expectations\.yaml:\d+:\d+: ", text, flags=re.MULTILINE)[1:]:
        note = re.search(r"note +((?:last changed|last named|dropped or renamed) in \S+)", part)
        found[part.splitlines()[0]] = note.group(1) if note else ""
    return found


def test_the_statement_that_changed_the_column_is_named_and_not_the_one_that_made_the_table(
    project: Project,
) -> None:
    project.write("migrations/001_users.sql", "create table notes (id int primary key, a text);\n")
    project.write(
        "migrations/002_more.sql",
        "-- a comment\ncreate index notes_a on notes (a);\n\nalter table notes\n"
        "  alter a set not null;\nalter table notes add b int;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {notes: {columns: {a: varchar(5), id: text, b: text}, primary_key: [a],\n"
        "  rls: true, indexes: {notes_a: {method: gin}}}}\n"
    )
    assert places(project) == {
        "tables.notes.columns.a::type": "last changed in migrations/002_more.sql:4",
        "tables.notes.columns.id::type": "last changed in migrations/001_users.sql:1",
        "tables.notes.columns.b::type": "last changed in migrations/002_more.sql:6",
        "tables.notes::primary_key": "last changed in migrations/001_users.sql:1",
        "tables.notes.rls::enabled": "last changed in migrations/001_users.sql:1",
        "tables.notes.indexes.notes_a::method": "last changed in migrations/002_more.sql:2",
    }


def test_the_call_that_makes_a_large_object_is_named(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        "select 4711;\nselect lo_create(4711);\nselect pg_catalog.lo_create(4712);\nselect 4712;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "large_objects: {4711: absent, 4712: {comment: A picture}, 4713: {}}\n"
    )
    assert places(project) == {
        "large_objects.4711::absent": "last named in migrations/001_users.sql:2",
        "large_objects.4712::comment": "last named in migrations/001_users.sql:3",
        "large_objects.4713::exists": "",
    }


def test_migrations_that_break_the_notes_apply_as_without_them(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        "drop table if exists pg_catalog.schemaverify_note;\ncreate table notes (id int);\n",
    )
    project.expect("migrations: {directory: migrations}\ntables: {notes: {columns: {id: text}}}\n")
    assert places(project) == {"tables.notes.columns.id::type": ""}


def test_migrations_meet_no_event_trigger_or_object_of_ours(project: Project) -> None:
    project.write(
        "migrations/002_log.sql",
        "create table log (tag text, what text);\n"
        "create function log() returns event_trigger language plpgsql as $$ begin\n"
        "  insert into public.log select command_tag, object_identity from"
        " pg_event_trigger_ddl_commands();\nend $$;\n"
        "create event trigger log on ddl_command_end execute function log();\n"
        "create table notes (id int);\ngrant select on notes to public;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "data: {queries: {logged: {sql: 'select tag, what from log', returns:\n"
        "  [[CREATE TABLE, public.notes], [GRANT, null]]},\n"
        "  ours: {sql: \"select relname from pg_class where relname like 'schemaverify%'"
        " union all select evtname from pg_event_trigger where evtname like 'schemaverify%'\","
        " returns: []}}}\n"
    )
    project.run("-p", "no:cacheprovider").assert_outcomes(passed=4)


def test_the_statement_that_granted_something_on_a_column_is_named(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        'create role web;\ncreate table notes (id int, "a, b" text);\n'
        'grant insert on notes to web;\ngrant select ("a, b", id) on notes to web;\n'
        "revoke insert on notes from web;\ngrant delete on notes to pg_monitor;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {notes: {grants: {web: [], pg_monitor: []}}}\n"
    )
    assert places(project) == {
        "tables.notes.grants.web::exactly": "last changed in migrations/001_users.sql:4",
        "tables.notes.grants.pg_monitor::exactly": "last changed in migrations/001_users.sql:6",
    }


def test_what_a_do_block_does_is_found_and_what_was_skipped_is_not_blamed(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table a (id int);\ncreate table b (id int);\n"
        "do $$ begin execute 'alter table a enable row level security'; end $$;\n",
    )
    project.write(
        "migrations/002.sql",
        "create table if not exists a (id text);\nalter table b disable row level security;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {a: {rls: false}, b: {columns: {id: bigint}, rls: true}}\n"
    )
    assert places(project) == {
        "tables.a.rls::enabled": "last changed in migrations/001_users.sql:3",
        "tables.b.columns.id::type": "last changed in migrations/001_users.sql:2",
        "tables.b.rls::enabled": "last changed in migrations/001_users.sql:2",
    }


def test_what_an_included_file_does_leads_to_the_line_that_includes_it(project: Project) -> None:
    project.write("migrations/001_users.sql", "create table a (id int);\n\n\\ir parts/b.sql\n")
    project.write("migrations/parts/b.sql", "create table b (id int);\n")
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {a: {columns: {id: text}}, b: {columns: {id: text}}}\n"
    )
    assert places(project) == {
        "tables.a.columns.id::type": "last changed in migrations/001_users.sql:1",
        "tables.b.columns.id::type": "last changed in migrations/001_users.sql:3",
    }


def test_what_is_missing_leads_to_the_statement_that_dropped_or_renamed_it(
    project: Project,
) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table a (id int, gone int, old int);\ncreate table b (id int);\n"
        "create policy p on a using (true);\ncreate index i on a (id);\n"
        "alter table a enable row level security;\n"
        "create function f(text, int) returns int language sql as 'select 1';\n"
        "create type mood as enum ('sad');\n",
    )
    project.write(
        "migrations/002.sql",
        "alter table a drop gone;\nalter table a rename old to young;\ndrop table b;\n"
        "drop policy p on a;\ndrop index i;\ndrop function f(text, int);\n"
        "alter type mood rename to temper;\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables:\n"
        "  a:\n"
        "    columns: {gone: int, old: int, never: int}\n"
        "    rls: {policies: {exact: false, p: {command: all}}}\n"
        "    indexes: {i: {method: btree}}\n"
        "  b: {}\n"
        "functions: {'f(text, int)': {}}\n"
        "types: {mood: [sad]}\n"
    )
    gone = "dropped or renamed in migrations/002.sql"
    assert places(project) == {
        "tables.a.columns.gone::exists": f"{gone}:1",
        "tables.a.columns.old::exists": f"{gone}:2",
        "tables.a.columns.never::exists": "",
        "tables.a.rls.policies.p::exists": f"{gone}:4",
        "tables.a.indexes.i::exists": f"{gone}:5",
        "tables.b::exists": f"{gone}:3",
        "functions.f(text, int)::exists": f"{gone}:6",
        "types.mood::exists": f"{gone}:7",
    }


def test_findings_about_many_objects_have_a_place_each(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table a (id int);\n"
        "create function f(text) returns int security definer language sql as 'select 1';\n"
        "create policy p on a using (true);\n",
    )
    project.write("migrations/002.sql", "\n\nalter function f(text) cost 5;\ncreate table b ();\n")
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {exact: true, a: {rls: {policies: {exact: true}}}}\n"
        "rules: {no_security_definer: true, row_level_security: true}\n"
    )
    text = text_of(project.run("-p", "no:cacheprovider"))
    found = re.findall(r"^  (\S+)\n(?:    .*\n)*?    note +last changed in (\S+)", text, re.M)
    assert sorted(set(found)) == [
        ("p", "migrations/001_users.sql:3"),
        ("public.a", "migrations/001_users.sql:1"),
        ("public.b", "migrations/002.sql:4"),
        ("public.f(text)", "migrations/001_users.sql:2"),
    ]


def test_of_what_should_not_be_there_the_statement_that_made_it_is_told(project: Project) -> None:
    project.write(
        "migrations/001_users.sql",
        "create table kept (id int);\ncreate table left_over (id int);\n"
        "create view gone as select 1 as a;\n",
    )
    project.write(
        "migrations/002.sql",
        "alter table left_over enable row level security;\nalter table left_over add b int;\n"
        "create or replace view gone as select 2 as a;\ngrant select on kept to public;\n"
        "drop table left_over;\ncreate table left_over (id int);\n"
        "comment on table left_over is 'x';\n",
    )
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {exact: true, kept: {grants: {exact: true}}}\nviews: {gone: absent}\n"
    )
    assert places(project) == {
        "tables::exact": "last changed in migrations/002.sql:6",
        "tables.kept.grants::exact": "last changed in migrations/002.sql:4",
        "views.gone::absent": "last changed in migrations/001_users.sql:3",
    }


def test_what_a_seed_changes_is_not_blamed_on_a_migration(project: Project) -> None:
    project.write("migrations/001_users.sql", "create table notes (id int, a text not null);\n")
    project.write(
        "seed.sql",
        "insert into notes values (1, 'a');\n"
        "alter table notes alter a drop not null;\ncreate table more (id int);\n",
    )
    project.expect(
        "migrations: {directory: migrations, seed: {after: seed.sql}}\n"
        "tables: {exact: true, notes: {columns: {id: text, a: text not null}}}\n"
    )
    assert places(project) == {
        "tables.notes.columns.a::nullable": "last changed in seed.sql:2",
        "tables.notes.columns.id::type": "last changed in migrations/001_users.sql:1",
        "tables::exact": "last changed in seed.sql:3",
    }


def test_files_that_need_statements_of_their_own_are_followed_as_well(project: Project) -> None:
    project.write("migrations/001_users.sql", "create table a (id int, b int);\n")
    project.write("migrations/002.sql", "create index concurrently i on a (id);\n")
    project.write(
        "migrations/003.sql",
        "begin;\nset transaction isolation level serializable;\n"
        "alter table a alter b type bigint;\ncommit;\n",
    )
    project.write("migrations/004.sql", "copy a (id) from stdin;\n1\n\\.\nreset all;\n"
                "set role pg_read_all_data; reset role;\nalter table a add c int;\n")  # fmt: skip
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables: {a: {columns: {b: text, c: text}, indexes: {i: {method: gin}}}}\n"
    )
    assert places(project) == {
        "tables.a.columns.b::type": "last changed in migrations/003.sql:3",
        "tables.a.columns.c::type": "last changed in migrations/004.sql:6",
        "tables.a.indexes.i::method": "last changed in migrations/002.sql:1",
    }


def test_hundreds_of_failures_are_answered_by_one_history(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(*arguments: object) -> object:
        calls.append(arguments)
        return history(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(replays, "history", counted)
    columns = [f"c{number}" for number in range(300)]
    project.write(
        "migrations/001_users.sql", f"create table a ({', '.join(f'{c} int' for c in columns)});"
    )
    wrong = ", ".join(f"{c}: text" for c in columns)
    project.expect(
        f"migrations: {{directory: migrations}}\ntables: {{a: {{columns: {{{wrong}}}}}}}\n"
    )
    found = places(project)
    assert len(found) == 300
    assert set(found.values()) == {"last changed in migrations/001_users.sql:1"}
    assert len(calls) == 1


def test_while_everything_holds_no_history_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "history", None)
    project.run().assert_outcomes(passed=12)


def test_nothing_is_noted_where_the_run_says_so(project: Project) -> None:
    project.expect(TWO_WRONG)
    assert places(project, "--schema-no-blame") == dict.fromkeys(ONE_LINE, "")


def test_a_kept_database_keeps_its_history(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    project.expect(TWO_WRONG)
    assert places(project, "--schema-cache") == ONE_LINE
    monkeypatch.setattr(kept, "build", None)  # what is kept is not built again
    assert places(project, "--schema-cache") == ONE_LINE


TWO_WRONG = """\
migrations: {directory: migrations}
tables: {users: {columns: {id: text, email: int}}}
"""
ONE_LINE = {
    "tables.users.columns.id::type": "last changed in migrations/001_users.sql:1",
    "tables.users.columns.email::type": "last changed in migrations/001_users.sql:1",
}


def test_workers_of_xdist_name_places_as_well(project: Project) -> None:
    project.expect(TWO_WRONG)
    assert places(project, "-n", "2") == ONE_LINE


@pytest.mark.skipif(not OLDER.exists(), reason="there is no PostgreSQL 15 here")
def test_an_older_server_writes_down_what_changes_too(project: Project) -> None:
    project.expect(TWO_WRONG)
    older = ("--schema-database=local", f"--schema-bin-dir={OLDER}")
    assert places(project, *older) == ONE_LINE


def test_an_existing_database_is_not_blamed_on_files_it_may_not_have(
    project: Project, filled: Dsn
) -> None:
    project.expect(TWO_WRONG)
    assert set(places(project, f"--schema-dsn={filled}").values()) == {""}


def test_a_moment_on_the_way_is_not_blamed_on_later_files(project: Project) -> None:
    project.write("migrations/002_more.sql", "alter table users alter email type varchar(9);\n")
    project.expect(
        "migrations:\n  directory: migrations\n"
        "  at: {'001': {tables: {users: {columns: {email: int}}}}}\n"
    )
    assert set(places(project).values()) == {""}


EVERY_KIND = """create role blamed_app; create role blamed_reader;
create sequence numbers;
create domain short as text check (length(value) < 9);
create table t (id int primary key, a text);
create rule quiet as on delete to t do instead nothing;
create statistics both_of on id, a from t;
create function log() returns event_trigger language plpgsql as 'begin end';
create event trigger log on ddl_command_end execute function log();
create foreign data wrapper far;
create server away foreign data wrapper far;
create user mapping for blamed_app server away;
create foreign table remote (id int) server away;
create publication changes for table t;
create aggregate total (int) (sfunc = int4pl, stype = int4);
grant blamed_reader to blamed_app;
"""
LATER = """alter sequence numbers increment 2;
alter domain short drop constraint short_check; alter domain short add check (value > 'a');
alter event trigger log disable;
alter foreign data wrapper far options (add a 'b');
alter server away options (add host 'h');
alter foreign table remote add column b text;
alter role blamed_app createdb;
grant select on t to blamed_reader;
grant update (a) on t to blamed_reader;
grant usage on schema public to blamed_reader;
grant usage on sequence numbers to blamed_reader;
alter default privileges grant select on tables to blamed_reader;
"""


def test_objects_of_every_kind_are_followed(project: Project, server: Server) -> None:
    project.write("migrations/001_users.sql", EVERY_KIND)
    project.write("migrations/002_later.sql", LATER)
    with databases.connect(server.dsn, autocommit=True) as connection:
        connection.execute("drop role if exists blamed_app, blamed_reader")
    built = replay(server, Spec(), read(project.path / "migrations").migrations)
    assert built.failure == ""
    said = {
        (family, key): (changed.path.name[:3], changed.line)
        for (family, key), changed in built.history.changes.items()
    }
    one, two = "001", "002"
    for family, key, place in (
        ("sequences", ("public", "numbers"), (two, 1)),
        ("domain_checks", ("public", "short", "short_check"), (two, 2)),
        ("rewrite_rules", ("public", "t", "quiet"), (one, 5)),
        ("statistics", ("public", "t", "both_of"), (one, 6)),
        ("wrappers", ("far",), (two, 4)),
        ("foreign_servers", ("away",), (two, 5)),
        ("user_mappings", ("away", "blamed_app"), (one, 11)),
        ("tables", ("public", "remote"), (one, 12)),
        ("columns", ("public", "remote", "b"), (two, 6)),
        ("published_tables", ("changes", "public", "t"), (one, 13)),
        ("functions", ("public", "total", "integer"), (one, 14)),
        ("grants", ("public", "t"), (two, 8)),
        ("grants", ("public", "t", "a"), (two, 9)),
        ("grants", ("public",), (two, 10)),
        ("grants", ("public", "numbers"), (two, 11)),
    ):
        assert said.get((family, key)) == place, (family, key)
    assert (two, 12) in said.values(), "default privileges"


def test_a_file_that_fails_is_shown_as_it_is_written(project: Project, server: Server) -> None:
    project.write("migrations/002_bad.sql", "select 1; alter tabel users add a int;\n")
    project.write("migrations/003_more.sql", "select 1;\n")
    built = replay(server, Spec(), read(project.path / "migrations").migrations)
    assert "002_bad.sql:1:17" in built.failure
    assert "> 1 | select 1; alter tabel users add a int;" in built.failure
    assert "not run after it: 003_more.sql" in built.failure


def test_what_no_event_trigger_hears_of_is_found_by_its_name(project: Project) -> None:
    project.write("migrations/002_role.sql", '-- role blamed\n\ncreate role "blamed" login;\n')
    project.write("migrations/003_role.sql", "select 'alter role blamed';\n")
    project.expect("migrations: {directory: migrations}\nroles: {blamed: {login: false}}\n")
    assert places(project) == {"roles.blamed::login": "last named in migrations/002_role.sql:3"}
