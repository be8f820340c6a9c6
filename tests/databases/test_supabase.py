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


@pytest.fixture
def embedded_project(embedded: Server, name: str) -> Iterator[Dsn]:
    """A project on a server that has every stand-in."""
    yield databases.create(embedded, name=name, platform="supabase", extensions={}).dsn
    databases.drop(embedded, name)


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


def test_a_folder_is_listed_with_its_folders_first(project: psycopg.Connection[Any]) -> None:
    project.execute(
        "insert into storage.buckets (id, name) values ('a', 'a'), ('b', 'b');"
        "insert into storage.objects (bucket_id, name) values ('a', 'x/2.png'), ('a', 'x/1.png'),"
        " ('a', 'x/y/3.png'), ('a', 'x/y/4.png'), ('a', 'z.png'), ('b', 'x/5.png')"
    )
    listed = "select pg_catalog.array_agg(name) from storage.search('x/', 'a', levels => 2"
    assert one(project, f"{listed})") == ["y", "1.png", "2.png"]
    assert one(project, f"{listed}, sortorder => 'desc', limits => 2)") == ["y", "2.png"]
    assert one(project, f"{listed}, search => '2')") == ["2.png"]


def test_an_insert_of_an_object_is_tried_under_the_policies(
    project: psycopg.Connection[Any],
) -> None:
    project.execute(
        "insert into storage.buckets (id, name) values ('a', 'a');"
        "create policy one on storage.objects for insert to anon with check (name = 'yes.png');"
        "set role anon"
    )
    attempt = "select storage.can_insert_object('a', %s, null, '{}')"
    for name, state in (("yes.png", "PT200"), ("no.png", "42501")):
        with pytest.raises(psycopg.Error) as caught, project.transaction():
            project.execute(attempt, [name])
        assert caught.value.sqlstate == state


def test_policies_ask_for_the_operation(project: psycopg.Connection[Any]) -> None:
    asked = "select storage.allow_any_operation(array['object.list', 'storage.object.get'])"
    assert one(project, asked) is False
    for operation, allowed in (("storage.object.get", True), ("storage.object.put", False)):
        project.execute("select set_config('storage.operation', %s, true)", [operation])
        assert one(project, asked) is allowed
    assert one(project, "select storage.allow_only_operation('object.put')") is True
    assert one(project, "select storage.allow_only_operation(null)") is False


@pytest.mark.parametrize("role", [None, "authenticated"])
def test_a_webhook_is_queued_and_written_down(
    project: psycopg.Connection[Any], role: str | None
) -> None:
    project.execute(
        "create extension pg_net schema extensions;"
        "create table public.orders (id integer primary key);"
        "create trigger hook after insert on public.orders for each row execute function"
        " supabase_functions.http_request('http://localhost/a', 'POST', '{}', '{}', '1000');"
        f"set role {role or 'none'};"
        "insert into public.orders values (7); reset role"
    )
    row = project.execute(
        "select q.url, pg_catalog.convert_from(q.body, 'UTF8')::jsonb -> 'record', h.hook_name"
        " from net.http_request_queue q join supabase_functions.hooks h on h.request_id = q.id"
    ).fetchone()
    assert row == ("http://localhost/a", {"id": 7}, "hook")


def test_a_pulled_schema_protects_what_is_stored(project: psycopg.Connection[Any]) -> None:
    project.execute(
        "create trigger protect_buckets_delete before delete on storage.buckets"
        " for each statement execute function storage.protect_delete()"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege), project.transaction():
        project.execute("delete from storage.buckets")
    project.execute("set local storage.allow_delete_query = 'true'; delete from storage.buckets")


OLDER = """
create trigger a before insert on storage.objects for each row
    execute function storage.objects_insert_prefix_trigger();
create trigger b before update on storage.objects for each row
    when (new.name <> old.name or new.bucket_id <> old.bucket_id)
    execute function storage.objects_update_prefix_trigger();
create trigger c after delete on storage.objects for each row
    execute function storage.delete_prefix_hierarchy_trigger();
create trigger d before insert on storage.prefixes for each row
    when (pg_trigger_depth() < 1) execute function storage.prefixes_insert_trigger();
create trigger e after delete on storage.prefixes for each row
    execute function storage.delete_prefix_hierarchy_trigger();
"""
"""Triggers that schemas have which were pulled in 2025."""


def test_the_folders_of_older_projects_are_kept_by_their_triggers(
    project: psycopg.Connection[Any],
) -> None:
    kept = "select pg_catalog.array_agg(name order by level, name) from storage.prefixes"
    project.execute(OLDER)
    project.execute(
        "insert into storage.buckets (id, name) values ('a', 'a');"
        "insert into storage.objects (bucket_id, name) values ('a', 'x/y/1.png'), ('a', '2.png')"
    )
    assert one(project, kept) == ["x", "x/y"]
    project.execute("update storage.objects set name = 'z/2.png' where name = '2.png'")
    project.execute("delete from storage.objects where name = 'x/y/1.png'")
    assert one(project, kept) == ["z"]


@pytest.mark.parametrize("arguments", ["", "'http://localhost/a'", "'http://localhost/a', 'PATCH'"])
def test_a_webhook_without_what_it_needs_is_an_error(
    project: psycopg.Connection[Any], arguments: str
) -> None:
    project.execute(
        "create table public.orders (id integer primary key);"
        "create trigger hook after insert on public.orders for each row execute function"
        f" supabase_functions.http_request({arguments})"
    )
    with pytest.raises(psycopg.errors.RaiseException, match="argument"):
        project.execute("insert into public.orders values (7)")


PULLED = """
set check_function_bodies = false;
select pg_catalog.set_config('search_path', '', false);
create extension if not exists "pgsodium" with schema "pgsodium";
create extension if not exists "pg_cron" with schema "pg_catalog";
create extension if not exists "pg_net" with schema "extensions";
alter schema "public" owner to "postgres";
comment on schema "public" is 'standard public schema';
create extension if not exists "pg_graphql" with schema "graphql";
create extension if not exists "pg_stat_statements" with schema "extensions";
create extension if not exists "pgcrypto" with schema "extensions";
create extension if not exists "pgjwt" with schema "extensions";
create extension if not exists "plpgsql" with schema "pg_catalog";
create extension if not exists "plpgsql_check" with schema "extensions";
create extension if not exists "supabase_vault" with schema "vault";
create extension if not exists "uuid-ossp" with schema "extensions";
create extension if not exists "pgmq";
alter publication "supabase_realtime" owner to "postgres";
grant usage on schema "public" to "postgres", "anon", "authenticated", "service_role";
alter default privileges for role "postgres" in schema "public" grant all on tables to "anon";
alter role "authenticator" set statement_timeout to '8s';
reset all
"""
"""What stands at the head and at the foot of a schema that was pulled from a hosted project."""


def test_what_is_around_a_pulled_schema_applies(embedded_project: Dsn) -> None:
    with databases.connect(embedded_project) as connection:
        connection.execute(PULLED)
        found = connection.execute(
            "select extname, extnamespace::regnamespace::text from pg_catalog.pg_extension"
            " where extname in ('pgsodium', 'pg_graphql', 'plpgsql_check', 'pgmq') order by 1"
        ).fetchall()
        connection.rollback()
    assert found == [
        ("pg_graphql", "graphql"),
        ("pgmq", "pgmq"),
        ("pgsodium", "pgsodium"),
        ("plpgsql_check", "extensions"),
    ]


DUMPED = {
    "auth.audit_log_entries": "instance_id id payload created_at ip_address",
    "auth.flow_state": "id user_id auth_code code_challenge authentication_method",
    "auth.mfa_amr_claims": "session_id created_at updated_at authentication_method id",
    "auth.mfa_challenges": "id factor_id verified_at ip_address otp_code web_authn_session_data",
    "auth.mfa_factors": "id user_id friendly_name factor_type status secret phone",
    "auth.oauth_authorizations": "id authorization_id client_id user_id redirect_uri scope nonce",
    "auth.oauth_clients": "id client_secret_hash client_type token_endpoint_auth_method",
    "auth.oauth_consents": "id user_id client_id scopes granted_at revoked_at",
    "auth.saml_providers": "id sso_provider_id entity_id metadata_xml name_id_format",
    "auth.saml_relay_states": "id sso_provider_id request_id for_email flow_state_id",
    "auth.sessions": "id user_id factor_id aal not_after user_agent ip tag oauth_client_id scopes",
    "auth.sso_domains": "id sso_provider_id domain created_at updated_at",
    "auth.sso_providers": "id resource_id created_at updated_at disabled",
    "storage.prefixes": "bucket_id name created_at updated_at",
    "storage.buckets_analytics": "name type format created_at updated_at id deleted_at",
    "storage.s3_multipart_uploads": "id in_progress_size upload_signature bucket_id key version",
    "storage.s3_multipart_uploads_parts": "id upload_id size part_number bucket_id key etag",
    "storage.vector_indexes": "id name bucket_id data_type dimension distance_metric",
    "supabase_functions.hooks": "id hook_table_id hook_name created_at request_id",
    "supabase_migrations.schema_migrations": "version statements name",
}
"""Tables that a dump of a project's data names, also where they have no rows."""


@pytest.mark.parametrize("table", DUMPED)
def test_the_data_of_a_project_has_its_tables(project: psycopg.Connection[Any], table: str) -> None:
    columns = DUMPED[table].replace(" ", ", ")
    project.execute(f"select {columns} from {table}".encode())


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
