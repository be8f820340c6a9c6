"""What is there before the migrations, and who runs them."""

import pytest
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project

from .conftest import NO_CONTAINERS

NOTES = """\
create extension if not exists vector with schema extensions;
create table notes (id uuid primary key references auth.users(id), owner uuid);
alter table notes enable row level security;
create policy own on notes to authenticated using (owner = auth.uid());
alter publication supabase_realtime add table notes;
create function owner_of(n uuid) returns uuid language sql stable security definer
set search_path = '' as $$ select owner from public.notes where id = n $$;
grant execute on function owner_of to service_role;
create role app nologin;
grant app to authenticated;
create schema private;
reset role;
create table private.more (id int);
"""

EXPECTATIONS = """\
database: {platform: supabase, extensions: {vector: {schema: extensions}}}
migrations: {directory: migrations, role: migrator, idempotent: false, reversible: true}
tables: {notes: {rls: true}}
data:
  queries:
    owners:
      sql: select tableowner from pg_tables where tablename in ('notes', 'more')
      returns: [[migrator], [migrator]]
    attributes:
      sql: >-
        select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'migrator'
      returns: [false, true, true]
    default_privileges:
      sql: select has_table_privilege('anon', 'notes', 'select')
      returns: true
"""


@pytest.fixture
def notes(project: Project) -> Project:
    """A project like one on Supabase, whose migrations a role runs."""
    (project.path / "migrations/001_users.sql").unlink()
    project.write("migrations/001_notes.up.sql", NOTES)
    project.write(
        "migrations/001_notes.down.sql",
        "alter publication supabase_realtime drop table notes; drop schema private cascade;"
        "drop function owner_of; drop table notes; drop role app;"
        "create schema scratch; drop schema scratch",  # the copy belongs to the role, too
    )
    project.expect(EXPECTATIONS)
    return project


def test_migrations_run_as_a_role_that_is_no_superuser(notes: Project) -> None:
    result = notes.run()
    text = text_of(result)
    assert result.parseoutcomes().get("failed", 0) == 0, text
    assert result.ret == 0
    assert "platform supabase, migrations run as migrator" in text


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("alter system set work_mem = '1MB';", "permission denied to set parameter"),
        ("create role boss superuser;", "permission denied to create role"),
        ("alter table auth.users add column x int;", "must be owner of table users"),
        ("select pg_catalog.pg_read_file('/etc/passwd');", "permission denied for function"),
    ],
)
def test_what_only_a_superuser_may_fails_as_in_production(
    notes: Project, statement: str, told: str
) -> None:
    notes.write("migrations/002_more.up.sql", f"{statement}\n")
    notes.write("migrations/002_more.down.sql", "select 1;\n")
    text = text_of(notes.run("-k", "applies"))
    assert told in text
    assert "002_more.up.sql:1" in text
    assert shows_no_traceback(text)


AS_POSTGRES = EXPECTATIONS.replace("migrator", "postgres")
OWNERS = """
    owners_of_schemas:
      sql: >-
        select nspname, nspowner::regrole::text from pg_namespace
        where nspname in ('extensions', 'private', 'public', 'realtime', 'vault') order by 1
      returns: [[extensions, postgres], [private, postgres], [public, pg_database_owner],
                [realtime, supabase_admin], [vault, supabase_admin]]
    owner_of_the_publication:
      sql: select pubowner::regrole::text from pg_publication
      returns: postgres
    bootstrap: {sql: select rolname from pg_roles where oid = 10, returns: supabase_admin}
"""


@pytest.mark.parametrize("provider", ["embedded", "local", "container"])
def test_postgres_is_no_superuser_where_it_runs_the_migrations_as_on_supabase(
    notes: Project, provider: str
) -> None:
    if provider != "embedded":
        notes.write("migrations/001_notes.up.sql", NOTES.partition("\n")[2])
        notes.expect(AS_POSTGRES.replace(", extensions: {vector: {schema: extensions}}", ""))
    else:
        notes.expect(AS_POSTGRES + OWNERS)
    result = notes.run(f"--schema-database={provider}")
    text = text_of(result)
    if provider != "embedded" and any(
        reason in text for reason in (*NO_CONTAINERS, "no pg_config and no postgres")
    ):
        pytest.skip(f"there is no {provider} server on this machine")
    assert result.ret == 0, text
    assert "platform supabase, migrations run as postgres" in text


def test_postgres_runs_them_without_a_platform_too(project: Project) -> None:
    project.expect(
        """\
migrations: {directory: migrations, role: postgres}
tables: {users: {}}
data:
  queries:
    who: {sql: "select tableowner from pg_tables where tablename = 'users'", returns: postgres}
    attributes: {sql: "select rolsuper from pg_roles where rolname = 'postgres'", returns: false}
"""
    )
    result = project.run()
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_one_file_may_have_it_as_superuser_and_another_not(notes: Project, workers: str) -> None:
    notes.expect(AS_POSTGRES)
    notes.write(
        "other.expectations.yaml",
        """\
database: {prepare: before/a.sql}
data:
  queries:
    it: {sql: "select rolsuper from pg_roles where rolname = 'postgres'", returns: true}
""",
    )
    notes.write("before/a.sql", "create table t ();")
    result = notes.run_apart(workers)
    assert result.ret == 0, text_of(result)


def test_a_superuser_is_no_such_role(notes: Project) -> None:
    notes.expect(EXPECTATIONS.replace("role: migrator", "role: supabase_admin"))
    text = text_of(notes.run())
    assert "that is a superuser of this server" in text
    assert "role: migrator" in text
    assert "--schema-database" not in text  # it is a server of ours already
    assert shows_no_traceback(text)


@pytest.mark.parametrize("role", ["postgres", "migrator"])
def test_extensions_that_want_a_superuser_can_be_created_as_on_supabase(
    notes: Project, role: str
) -> None:
    notes.write(
        "migrations/002_more.up.sql",
        "create extension if not exists moddatetime with schema extensions;"
        "create extension dblink;"
        "drop extension dblink",
    )
    notes.write("migrations/002_more.down.sql", "select 1;")
    notes.expect(EXPECTATIONS.replace("role: migrator", f"role: {role}"))
    result = notes.run("-k", "applies")
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize("role", ["postgres", "migrator"])
def test_what_supabases_server_lets_postgres_do_works(notes: Project, role: str) -> None:
    notes.write(
        "migrations/002_more.up.sql",
        "set session_replication_role = replica; reset session_replication_role;"
        "comment on extension pgcrypto is 'cryptographic functions';"
        'drop extension "uuid-ossp"; drop extension pg_graphql',
    )
    notes.write("migrations/002_more.down.sql", "select 1;")
    expectations = EXPECTATIONS.replace("role: migrator", f"role: {role}")
    notes.expect(expectations.replace("extensions: {", "extensions: {pg_graphql: {}, "))
    result = notes.run("-k", "applies")
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize(
    ("platform", "extension"), [("supabase", "pageinspect"), ("postgres", "moddatetime")]
)
def test_an_extension_that_the_role_may_not_create_is_not_the_roles(
    project: Project, platform: str, extension: str
) -> None:
    project.expect(
        f"""\
database: {{platform: {platform}, extensions: {{{extension}: {{}}}}}}
migrations: {{directory: migrations, role: migrator}}
"""
    )
    project.write("migrations/900_drop.sql", f"drop extension {extension};")
    text = text_of(project.run("-k", "applies"))
    assert f"must be owner of extension {extension}" in text


def test_such_a_role_makes_queues(notes: Project) -> None:
    notes.write(
        "migrations/002_more.up.sql",
        "create extension if not exists pgmq; select pgmq.create('jobs');"
        """select pgmq.send('jobs', '{}'); select pgmq.drop_queue('jobs')""",
    )
    notes.write("migrations/002_more.down.sql", "select 1;")
    result = notes.run("-k", "applies")
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize(
    ("extension", "platform", "entry"),
    [
        ("pageinspect", "supabase", "{schema: extensions}"),
        ("moddatetime", "postgres", "{}"),
    ],
)
def test_other_extensions_that_want_a_superuser_are_named_in_the_file(
    notes: Project, extension: str, platform: str, entry: str
) -> None:
    notes.write("migrations/001_notes.up.sql", f"create extension {extension};")
    notes.expect(
        f"database: {{platform: {platform}}}\n"
        "migrations: {directory: migrations, role: migrator}\n"
    )
    text = text_of(notes.run("-k", "applies"))
    assert f'permission denied to create extension "{extension}"' in text
    assert f"name it under `database: {{extensions: {{{extension}: {entry}}}}}`" in text


def test_policies_of_the_platforms_tables_can_be_created(notes: Project) -> None:
    notes.write(
        "migrations/002_more.up.sql",
        "create policy own on storage.objects to authenticated using (owner_id = auth.uid()::text);"
        "create policy hear on realtime.messages for select to authenticated using (true);"
        "create function greet() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger greet after insert on auth.users for each row execute function greet();",
    )
    notes.write("migrations/002_more.down.sql", "select 1;")
    result = notes.run("-k", "applies")
    assert result.ret == 0, text_of(result)


def roles(server: Server) -> set[str]:
    query = "select rolname from pg_catalog.pg_roles where rolname !~ '^pg_'"
    with databases.connect(server.dsn) as connection:
        return {row[0] for row in connection.execute(query)}


def of(server: Server, user: str) -> str:
    return f"--schema-server={conninfo.make_conninfo(server.dsn, user=user)}"


@pytest.mark.parametrize("user", ["postgres", "boss"])
def test_a_role_runs_them_on_an_existing_server_and_goes_with_the_database(
    notes: Project, theirs: Server, user: str
) -> None:
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role boss login superuser")
    notes.write("migrations/001_notes.up.sql", NOTES.replace("create role app nologin;", "")
                .replace("grant app to authenticated;", ""))  # fmt: skip
    notes.write("migrations/001_notes.down.sql", "select 1;")
    notes.expect(EXPECTATIONS.replace(", reversible: true", ""))
    result = notes.run(of(theirs, user))
    assert result.ret == 0, text_of(result)
    assert roles(theirs) == {"postgres", "boss"}


def test_a_server_whose_postgres_is_a_superuser_says_what_to_do(
    notes: Project, theirs: Server
) -> None:
    notes.expect(AS_POSTGRES)
    text = text_of(notes.run(of(theirs, "postgres")))
    assert "that is a superuser of this server" in text
    assert "on a server of ours (--schema-database=embedded, local or container)" in text
    assert shows_no_traceback(text)


def test_somebody_modest_runs_them_as_nobody_but_itself(project: Project, theirs: Server) -> None:
    with databases.connect(theirs.dsn, autocommit=True) as connection:
        connection.execute("create role modest login createdb")
    project.expect("migrations: {directory: migrations, role: migrator}\ntables: {users: {}}")
    text = text_of(project.run(of(theirs, "modest")))
    assert "modest is no superuser, and only a superuser can become another role" in text
    assert shows_no_traceback(text)
    project.expect("migrations: {directory: migrations, role: modest}\ntables: {users: {}}")
    result = project.run(of(theirs, "modest"))
    assert result.ret == 0, text_of(result)
    assert roles(theirs) == {"postgres", "modest"}


def test_a_role_of_the_projects_own_stays_as_it_is(notes: Project) -> None:
    notes.write("before/role.sql", "create role migrator nologin createrole;\n")
    notes.expect(
        EXPECTATIONS.replace(
            "{platform: supabase", "{prepare: before/role.sql, platform: supabase"
        ).replace("[false, true, true]", "[false, false, true]")
    )
    notes.write("migrations/001_notes.up.sql", NOTES.replace("grant app to authenticated;", ""))
    result = notes.run("-k", "attributes or applies")
    assert result.ret == 0, text_of(result)


EXTRA = """\
database:
  platform: {supabase: {extra: "platform/*.sql"}}
  prepare: [before/a.sql]
migrations: {directory: migrations}
tables: {users: {}}
functions: {ours(): {}}
data:
  queries:
    steps: {sql: select what from steps order by n, returns: [[extra 1], [extra 2], [prepare]]}
"""


def test_scripts_run_after_the_platforms_own_in_order(project: Project) -> None:
    project.write(
        "platform/1.sql",
        "create table steps (n serial, what text, who uuid default auth.uid());\n"
        "insert into steps (what) values ('extra 1');\n",
    )
    project.write("platform/10.sql", "insert into steps (what) values ('extra 2');\n")
    project.write(
        "before/a.sql",
        "insert into steps (what) values ('prepare');\n"
        "create function ours() returns int language sql as 'select 1';\n",
    )
    project.expect(EXTRA)
    result = project.run()
    assert result.ret == 0, text_of(result)


@pytest.mark.parametrize(
    ("key", "setting"), [("platform/*.sql", "platform.extra"), ("before/a.sql", "database.prepare")]
)
def test_a_script_that_is_not_there_is_told_once(project: Project, key: str, setting: str) -> None:
    for name in {"platform/1.sql", "before/a.sql"} - {key.replace("*", "1")}:
        project.write(name, "select 1;")
    project.expect(EXTRA)
    text = text_of(project.run())
    assert f"{setting}: looking for {key}" in text or f"looking for {setting}: {key}" in text
    assert text.count("matches; there are") == 1
    assert shows_no_traceback(text)


def test_a_script_that_fails_is_told_with_its_place(project: Project) -> None:
    project.write("platform/1.sql", "select 1;")
    project.write("before/a.sql", "select 1;\nselect 1 / 0;\n")
    project.expect(EXTRA)
    text = text_of(project.run())
    assert "before/a.sql:2" in text
    assert "division by zero" in text
    assert shows_no_traceback(text)


@pytest.mark.parametrize(
    ("platform", "problem"),
    [
        ("supabse", "`supabse` is not `postgres` or `supabase`"),
        ("{supabase: {}, postgres: {}}", "name one platform, `postgres` or `supabase`"),
        ("{supabase: {extras: a.sql}}", "unknown key, did you mean `extra`?"),
        ("{supabse: {}}", "unknown key, did you mean `supabase`?"),
        ("1", "expected a mapping or its short form (its name, `supabase`), found `1`"),
    ],
)
def test_a_platform_that_there_is_not_is_a_problem_of_the_file(
    project: Project, platform: str, problem: str
) -> None:
    project.expect(f"database: {{platform: {platform}}}\ntables: {{users: {{}}}}")
    text = text_of(project.run("--collect-only"))
    assert "expectations.yaml:1:" in text
    assert problem in text
