"""A database like a Supabase project's."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server

USER = "6ba7b812-9dad-11d1-80b4-00c04fd430c8"


@pytest.fixture
def project(supabase: Dsn) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the project; what a test does is rolled back."""
    with databases.connect(supabase) as connection:
        yield connection
        connection.rollback()


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_roles_have_the_attributes_of_a_project(project: psycopg.Connection[Any]) -> None:
    found = project.execute(
        "select rolname, rolcanlogin, rolinherit, rolbypassrls, rolsuper, rolcreaterole"
        " from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role',"
        " 'authenticator', 'supabase_admin', 'supabase_auth_admin') order by rolname"
    ).fetchall()
    assert found == [
        ("anon", False, True, False, False, False),
        ("authenticated", False, True, False, False, False),
        ("authenticator", True, False, False, False, False),
        ("service_role", False, True, True, False, False),
        ("supabase_admin", True, True, True, True, True),
        ("supabase_auth_admin", True, False, False, False, True),
    ]


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_the_authenticator_may_become_each_api_role(
    project: psycopg.Connection[Any], role: str
) -> None:
    project.execute("set session authorization authenticator")
    project.execute(f"set role {role}")
    assert one(project, "select current_user") == role


def test_new_connections_look_into_extensions_too(project: psycopg.Connection[Any]) -> None:
    assert one(project, "show search_path") == '"$user", public, extensions'


@pytest.mark.parametrize("extension", ["pgcrypto", "uuid-ossp"])
def test_extensions_are_there_from_the_start(
    project: psycopg.Connection[Any], extension: str
) -> None:
    row = project.execute(
        "select extnamespace::regnamespace::text from pg_catalog.pg_extension where extname = %s",
        [extension],
    ).fetchone()
    assert row == ("extensions",)


def test_users_have_all_public_columns(project: psycopg.Connection[Any]) -> None:
    columns = one(
        project,
        "select pg_catalog.array_agg(attname::text order by attnum) from pg_catalog.pg_attribute"
        " where attrelid = 'auth.users'::regclass and attnum > 0 and not attisdropped",
    )
    assert len(columns) == 35
    assert {"id", "email", "raw_user_meta_data", "is_anonymous", "confirmed_at"} <= set(columns)


def test_a_user_needs_no_more_than_an_id(project: psycopg.Connection[Any]) -> None:
    project.execute(f"insert into auth.users (id, email) values ('{USER}', 'a@example.org')")
    project.execute(
        "insert into auth.identities (provider_id, user_id, identity_data, provider)"
        f""" values ('a', '{USER}', '{{"email": "A@example.org"}}', 'email')"""
    )
    assert one(project, "select email from auth.identities") == "a@example.org"
    project.execute("delete from auth.users")
    assert one(project, "select pg_catalog.count(*) from auth.identities") == 0


@pytest.mark.parametrize(
    "settings",
    [
        {
            "request.jwt.claims": f'{{"sub": "{USER}", "role": "authenticated",'
            ' "email": "a@example.org"}'
        },
        {
            "request.jwt.claim.sub": USER,
            "request.jwt.claim.role": "authenticated",
            "request.jwt.claim.email": "a@example.org",
        },
    ],
    ids=["one object", "one by one"],
)
def test_claims_tell_who_is_asking(
    project: psycopg.Connection[Any], settings: dict[str, str]
) -> None:
    for name, value in settings.items():
        project.execute("select pg_catalog.set_config(%s, %s, true)", [name, value])
    project.execute("set role authenticated")
    assert str(one(project, "select auth.uid()")) == USER
    assert one(project, "select auth.role()") == "authenticated"
    assert one(project, "select auth.email()") == "a@example.org"


def test_nobody_is_asking_without_claims(project: psycopg.Connection[Any]) -> None:
    for settings in ("", "set local request.jwt.claims = ''"):
        if settings:
            project.execute(settings.encode())
        row = project.execute("select auth.uid(), auth.role(), auth.jwt()").fetchone()
        assert row == (None, None, None)


def test_the_whole_token_can_be_read(project: psycopg.Connection[Any]) -> None:
    project.execute("""set local request.jwt.claims = '{"app_metadata": {"tenant": 7}}'""")
    assert one(project, "select auth.jwt() -> 'app_metadata' ->> 'tenant'") == "7"


def test_new_tables_are_open_to_the_api_and_policies_restrict_them(
    project: psycopg.Connection[Any],
) -> None:
    project.execute(
        "create table public.notes (id serial, owner uuid);"
        "alter table public.notes enable row level security;"
        "create policy own on public.notes to authenticated using (owner = auth.uid());"
        f"insert into public.notes (owner) values ('{USER}'), (gen_random_uuid());"
        f"set local request.jwt.claim.sub = '{USER}'"
    )
    seen = {}
    for role in ("anon", "authenticated", "service_role"):
        project.execute(f"set role {role}")
        seen[role] = one(project, "select pg_catalog.count(*) from public.notes")
    assert seen == {"anon": 0, "authenticated": 1, "service_role": 2}


def test_the_api_cannot_read_users(project: psycopg.Connection[Any]) -> None:
    project.execute("set role authenticated")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        project.execute("select from auth.users")


@pytest.mark.parametrize(
    ("path", "folders", "file", "extension"),
    [
        ("a/b/c.tar.gz", ["a", "b"], "c.tar.gz", "gz"),
        ("c.png", [], "c.png", "png"),
        ("a/none", ["a"], "none", "none"),
    ],
)
def test_paths_of_objects_are_taken_apart(
    project: psycopg.Connection[Any], path: str, folders: list[str], file: str, extension: str
) -> None:
    row = project.execute(
        "select storage.foldername(%(p)s), storage.filename(%(p)s), storage.extension(%(p)s)",
        {"p": path},
    ).fetchone()
    assert row == (folders, file, extension)


def test_objects_live_in_buckets_and_take_policies(project: psycopg.Connection[Any]) -> None:
    project.execute(
        "insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);"
        "create policy read on storage.objects for select to anon"
        " using (bucket_id = 'avatars' and (storage.foldername(name))[1] = 'open');"
        "insert into storage.objects (bucket_id, name)"
        " values ('avatars', 'open/a.png'), ('avatars', 'closed/b.png');"
        "set role anon"
    )
    assert one(project, "select pg_catalog.array_agg(path_tokens[2]) from storage.objects") == [
        "a.png"
    ]


def test_messages_can_be_broadcast_and_take_policies(project: psycopg.Connection[Any]) -> None:
    project.execute(
        "create policy hear on realtime.messages for select to authenticated"
        " using (realtime.topic() = 'room:1');"
        """select realtime.send('{"text": "hi"}', 'said', 'room:1');"""
        "set role authenticated"
    )
    assert one(project, "select payload ->> 'text' from realtime.messages") == "hi"


def test_tables_can_be_published(project: psycopg.Connection[Any]) -> None:
    notices: list[str] = []
    project.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    project.execute("create table public.heard (id integer primary key)")
    project.execute("alter publication supabase_realtime add table public.heard")
    assert one(project, "select tablename from pg_catalog.pg_publication_tables") == "heard"
    project.execute("create publication another")
    assert notices == []


def test_a_second_project_on_the_same_server_is_like_the_first(server: Server, name: str) -> None:
    dsn = databases.create(server, name=name, platform="supabase", extensions={}).dsn
    copy = databases.clone(server, name, f"{name}_copy")
    for each in (dsn, copy):
        with databases.connect(each) as connection:
            assert one(connection, "show search_path") == '"$user", public, extensions'
            assert one(connection, "select auth.uid()") is None
    databases.drop(server, f"{name}_copy")
    databases.drop(server, name)
