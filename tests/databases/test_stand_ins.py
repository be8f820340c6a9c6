"""Stand-ins for extensions: right where they answer, and an error where they cannot."""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.extensions import STAND_INS
from pytest_schemaverify.databases.providers.embedded import found
from pytest_schemaverify.databases.scratch import Built
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

from .conftest import started
from .running import running

MESSAGES = [b"", b"abc", b"x" * 55, b"x" * 56, b"y" * 64, "größer".encode(), b"\0\xff" * 300]


OLDER = "13.0"
"""What the embedded server is taken for, so that it gets all stand-ins as PostgreSQL 13 does."""


@contextmanager
def _older() -> Iterator[Server]:
    binaries = replace(found(Config()), version=OLDER)
    with running(binaries, provider="embedded") as server:
        yield server


@pytest.fixture(scope="session", params=["embedded", "older", "local", "container"])
def _stood_in(request: pytest.FixtureRequest) -> Iterator[Built]:
    way = _older() if request.param == "older" else started(request.config, request.param)
    with way as server:
        with databases.connect(server.dsn) as connection:
            libraries = one(
                connection,
                "select array_agg(f) from pg_catalog.pg_config() c, pg_ls_dir(c.setting) f"
                " where c.name = 'PKGLIBDIR'",
            )
        wanted = {name: "extensions" if name == "http" else None for name in sorted(STAND_INS)}
        if "file_fdw.so" not in libraries:
            del wanted["wrappers"]  # it has nothing to be made of
        built = databases.create(server, name="built", platform="supabase", extensions=wanted)
        assert STAND_INS - set(built.stand_ins) <= {
            "pgaudit",
            "pgcrypto",
            "plpgsql_check",
            "uuid-ossp",
        }
        if request.param in ("embedded", "older"):
            assert set(built.stand_ins) == STAND_INS
        yield built


@pytest.fixture
def database(_stood_in: Built) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database with every stand-in; what a test does is rolled back."""
    with databases.connect(_stood_in.dsn) as connection:
        yield connection
        connection.rollback()


def skip_if_real(connection: psycopg.Connection[Any], extension: str) -> None:
    """Skip a test that tells a stand-in from the extension if the server has the latter."""
    comment = "select comment from pg_catalog.pg_available_extensions where name = %s"
    if not one(connection, comment, extension).endswith("stand-in in SQL"):
        pytest.skip(f"the server has a real {extension}")


def one(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values or None).fetchone()
    assert row is not None
    return row[0]


def test_a_real_extension_is_not_stood_in_for(server: Server, supabase: Dsn) -> None:
    with databases.connect(supabase) as connection:
        sources = connection.execute(
            "select p.prolang = (select oid from pg_catalog.pg_language where lanname = 'c')"
            " from pg_catalog.pg_proc p where p.proname = 'digest'"
        ).fetchall()
    is_real = {source for (source,) in sources}
    built = databases.create(server, name="which", platform="postgres", extensions={})
    databases.drop(server, "which")
    assert is_real == {"pgcrypto" not in built.stand_ins}
    assert "vector" not in built.stand_ins


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "SHA512"])
def test_digest_and_hmac_are_those_of_the_standard(
    database: psycopg.Connection[Any], algorithm: str
) -> None:
    for message in MESSAGES:
        found = one(database, "select digest(%s::bytea, %s)", message, algorithm)
        assert found == hashlib.new(algorithm, message).digest()
        for key in (b"", b"key", b"k" * 64, b"k" * 65, b"k" * 128, b"k" * 129):
            found = one(database, "select hmac(%s::bytea, %s::bytea, %s)", message, key, algorithm)
            assert found == hmac.new(key, message, algorithm).digest()


def test_digest_and_hmac_take_text(database: psycopg.Connection[Any]) -> None:
    assert (
        one(database, "select digest('größer', 'sha256')")
        == hashlib.sha256("größer".encode()).digest()
    )
    assert one(database, "select hmac('größer', 'ß', 'sha1')") == hmac.digest(
        "ß".encode(), "größer".encode(), "sha1"
    )


PASSWORDS = ["", "a", "password", "x" * 15, "x" * 16, "x" * 17, "größer als 16", "y" * 90]


@pytest.mark.parametrize("kind", ["bf", "md5", "BF"])
def test_a_password_is_verified_by_what_is_stored(
    database: psycopg.Connection[Any], kind: str
) -> None:
    form = r"\$1\$.{8}\$.{22}" if kind == "md5" else r"\$2a\$06\$[./A-Za-z0-9]{53}"
    for password in PASSWORDS:
        stored = one(database, "select crypt(%s, gen_salt(%s))", password, kind)
        assert re.fullmatch(form, stored)
        assert one(database, "select crypt(%s, %s)", password, stored) == stored
        assert one(database, "select crypt(%s, %s)", "b" + password, stored) != stored
        assert one(database, "select crypt(%s, gen_salt(%s))", password, kind) != stored
    assert one(database, "select crypt(null, gen_salt('bf'))") is None


def test_the_cost_of_a_password_is_written_down(database: psycopg.Connection[Any]) -> None:
    assert one(database, "select gen_salt('bf', 12)").startswith("$2a$12$")
    for call in ("gen_salt('bf', 3)", "gen_salt('bf', 32)", "gen_salt('md5', 5)", "gen_salt('x')"):
        with pytest.raises(psycopg.errors.InvalidParameterValue), database.transaction():
            one(database, f"select {call}")


@pytest.mark.parametrize(
    ("password", "hashed"),
    [
        ("password", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"),
        ("größer als sechzehn Zeichen", "$1$ab$RnFgrU1vv8zdUhUP0dzSd1"),
    ],
)
def test_passwords_with_md5_are_those_of_the_c_library(
    database: psycopg.Connection[Any], password: str, hashed: str
) -> None:
    assert one(database, "select crypt(%s, %s)", password, hashed) == hashed


def test_passwords_with_md5_are_those_of_the_real_extension(embedded: Server, name: str) -> None:
    query = "select crypt(%s, %s)"
    salts = ["$1$", "$1$a", "$1$saltsalt$", "$1$longerthan8$x"]
    pairs = [(password, salt) for password in PASSWORDS for salt in salts]
    assert real_and_stand_in(embedded, name, query, pairs)


def real_and_stand_in(
    embedded: Server, name: str, query: str, values: list[tuple[str, str]]
) -> bool:
    """Return whether the two pgcryptos answer the same; skip where there is no real one."""
    found: dict[str, list[Any]] = {}
    try:
        with databases.start(Config(database="local")) as local:
            for server in (local, embedded):
                built = databases.create(
                    server, name=name, platform="postgres", extensions={"pgcrypto": None}
                )
                if server is local and "pgcrypto" in built.stand_ins:
                    pytest.skip("no real pgcrypto on this machine")
                with databases.connect(built.dsn) as connection:
                    found[server.provider] = [one(connection, query, *each) for each in values]
                databases.drop(server, name)
    except DatabaseUnavailable as error:
        pytest.skip(f"no real pgcrypto on this machine: {error}")
    return found["local"] == found["embedded"]


def test_random_bytes_are_as_many_as_wanted_and_differ(
    database: psycopg.Connection[Any],
) -> None:
    for length in (1, 16, 33, 1024):
        found = {one(database, "select gen_random_bytes(%s)", length) for _ in range(3)}
        assert {len(value) for value in found} == {length}
        assert len(found) == 3 or length == 1
    for length in (0, 1025):
        with pytest.raises(psycopg.Error, match="Length not in range"), database.transaction():
            one(database, "select gen_random_bytes(%s)", length)


def test_uuids_are_those_of_the_standard(database: psycopg.Connection[Any]) -> None:
    for namespace in ("dns", "url", "oid", "x500"):
        for text in ("example.org", "größer", ""):
            space = getattr(uuid, f"NAMESPACE_{namespace.upper()}")
            for version, expected in ((3, uuid.uuid3), (5, uuid.uuid5)):
                query = f"select uuid_generate_v{version}(uuid_ns_{namespace}(), %s)"
                assert one(database, query, text) == expected(space, text)
    assert one(database, "select uuid_nil()") == uuid.UUID(int=0)
    assert one(database, "select uuid_generate_v4()").version == 4


def test_uuids_of_version_1_tell_the_time(database: psycopg.Connection[Any]) -> None:
    for function in ("uuid_generate_v1", "uuid_generate_v1mc"):
        found = one(database, f"select {function}()")
        assert found.version == 1
        assert found.variant == uuid.RFC_4122
        assert abs(found.time / 1e7 - 12_219_292_800 - time.time()) < 5
        if function != "uuid_generate_v1":
            assert found.node >> 40 & 1, "a random node has its multicast bit set"


def test_extensions_can_be_moved_to_another_schema(database: psycopg.Connection[Any]) -> None:
    if not one(database, "select extrelocatable from pg_extension where extname = 'pgcrypto'"):
        pytest.skip("before PostgreSQL 14 they have their schema in the bodies of functions")
    for extension in ("pgcrypto", '"uuid-ossp"'):
        database.execute(f"alter extension {extension} set schema public".encode())
    database.execute("set local search_path = ''")
    row = database.execute(
        "select public.hmac('a', 'b', 'sha1'), public.uuid_generate_v5(public.uuid_ns_dns(), 'x'),"
        " public.uuid_generate_v1() is null"
    ).fetchone()
    assert row == (hmac.digest(b"b", b"a", "sha1"), uuid.uuid5(uuid.NAMESPACE_DNS, "x"), False)


def test_tokens_are_signed_and_verified(database: psycopg.Connection[Any]) -> None:
    token = one(database, """select sign('{"sub":"1"}', 'secret', 'HS384')""")
    head, body, signature = token.split(".")
    assert base64.urlsafe_b64decode(signature + "==") == hmac.digest(
        b"secret", f"{head}.{body}".encode(), "sha384"
    )
    assert json.loads(base64.urlsafe_b64decode(body + "==")) == {"sub": "1"}
    valid = "select valid from verify(%s, %s, 'HS384')"
    assert one(database, valid, token, "secret") is True
    assert one(database, valid, token, "guess") is False
    expired = one(database, """select sign('{"exp":1}', 'secret', 'HS384')""")
    assert one(database, valid, expired, "secret") is False


@pytest.mark.parametrize(
    ("schedule", "valid"),
    [
        ("5 4 * * *", True),
        ("*/15 0-6/2 1,15 jan-mar MON-FRI", True),
        ("0 0 $ * *", True),
        ("0 0 */100 * *", True),
        ("59 seconds", True),
        ("@daily", True),
        ("60 seconds", False),
        ("61 * * * *", False),
        ("0 24 * * *", False),
        ("* * * *", False),
        ("* * * * * *", False),
        ("*/0 * * * *", False),
        ("5-1 * * * *", False),
        ("@sometimes", False),
        ("", False),
        ("every day", False),
    ],
)
def test_jobs_need_a_schedule(
    database: psycopg.Connection[Any], schedule: str, valid: bool
) -> None:
    if valid:
        assert one(database, "select cron.schedule('job', %s, 'select 1')", schedule) > 0
    else:
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="invalid schedule"):
            one(database, "select cron.schedule('job', %s, 'select 1')", schedule)


def test_jobs_belong_to_the_servers_catalog_whatever_schema_is_named(
    database: psycopg.Connection[Any],
) -> None:
    schema = "select extnamespace::regnamespace::text from pg_extension where extname = 'pg_cron'"
    assert one(database, schema) == "pg_catalog"
    for where in ("", "schema pg_catalog", "schema extensions"):
        database.execute(f"drop extension pg_cron; create extension pg_cron {where}".encode())
        assert one(database, schema) == "pg_catalog"
    database.execute("drop schema extensions cascade")
    assert one(database, "select cron.schedule('a', '* * * * *', 'select 1')") > 0


def test_jobs_elsewhere_than_on_supabase_want_the_servers_catalog(
    embedded: Server, name: str
) -> None:
    dsn = databases.create(embedded, name=name, platform="postgres", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute("create schema other")
        with pytest.raises(psycopg.Error, match='must be installed in schema "pg_catalog"'):
            connection.execute("create extension pg_cron schema other")
        connection.execute("create extension pg_cron")
    databases.drop(embedded, name)


def test_what_a_pulled_schema_grants_of_pgaudit_is_there(
    database: psycopg.Connection[Any],
) -> None:
    database.execute(
        "grant all on function pgaudit_ddl_command_end(), pgaudit_sql_drop() to anon;"
        "alter role anon set pgaudit.log to 'all'"
    )


def test_jobs_are_kept_by_name_and_removed(database: psycopg.Connection[Any]) -> None:
    first = one(database, "select cron.schedule('nightly', '0 3 * * *', 'select 1')")
    assert one(database, "select cron.schedule('nightly', '0 4 * * *', 'select 2')") == first
    assert one(database, "select schedule from cron.job where jobname = 'nightly'") == "0 4 * * *"
    assert one(database, "select cron.unschedule('nightly')") is True
    with pytest.raises(psycopg.Error, match="could not find valid entry for job 'nightly'"):
        one(database, "select cron.unschedule('nightly')")


def test_requests_are_queued(database: psycopg.Connection[Any]) -> None:
    database.execute(
        """select net.http_post('https://example.org/x', '{"a": 1}', '{"q": "a b/ß"}')"""
    )
    row = database.execute(
        "select method, url, headers, convert_from(body, 'UTF8') from net.http_request_queue"
    ).fetchone()
    url = "https://example.org/x?q=a%20b%2F%C3%9F"
    assert row == ("POST", url, {"Content-Type": "application/json"}, '{"a": 1}')


def test_text_is_encoded_for_urls(database: psycopg.Connection[Any]) -> None:
    for text in ("a b&c=d~e-f_g.h", "größer/als?", ""):
        assert one(database, "select urlencode(%s::varchar)", text) == quote_plus(text)


def test_secrets_are_kept_and_changed(database: psycopg.Connection[Any]) -> None:
    made = one(database, "select vault.create_secret('größer', 'key', 'of a service')")
    row = database.execute(
        "select secret, decrypted_secret, name, description from vault.decrypted_secrets"
    ).fetchone()
    assert row is not None
    assert row[0] != "größer"
    assert row[1:] == ("größer", "key", "of a service")
    database.execute("select vault.update_secret(%s, 'new')", [made])
    assert one(database, "select decrypted_secret from vault.decrypted_secrets") == "new"


def test_queues_deliver_in_order_and_archive(database: psycopg.Connection[Any]) -> None:
    database.execute("select pgmq.create('jobs')")
    database.execute(
        """select pgmq.send('jobs', '{"n": 1}');
        select pgmq.send_batch('jobs', array['{"n": 2}', '{"n": 3}']::jsonb[]);
        select pgmq.send('jobs', '{"n": 4}', 3600)"""
    )
    taken = "select pg_catalog.array_agg(message ->> 'n' order by msg_id) from "
    assert one(database, taken + "pgmq.read('jobs', 30, 2)") == ["1", "2"]
    assert one(database, taken + "pgmq.pop('jobs')") == ["3"]
    assert one(database, taken + "pgmq.read('jobs', 30, 9)") is None
    assert one(database, "select pgmq.archive('jobs', 1)") is True
    assert one(database, "select pgmq.delete('jobs', 2)") is True
    assert one(database, "select pgmq.delete('jobs', 2)") is False
    assert one(database, taken + "pgmq.a_jobs") == ["1"]
    assert one(database, "select queue_length from pgmq.metrics('jobs')") == 1
    assert one(database, "select pgmq.drop_queue('jobs')") is True
    assert one(database, "select pg_catalog.count(*) from pgmq.list_queues()") == 0


def test_foreign_tables_can_be_created_but_not_read(database: psycopg.Connection[Any]) -> None:
    if not one(database, "select count(*) from pg_extension where extname = 'wrappers'"):
        pytest.skip("the server has no file_fdw, which the stand-in for wrappers is made of")
    database.execute(
        "create foreign data wrapper stripe handler stripe_fdw_handler"
        " validator stripe_fdw_validator;"
        "create server stripe foreign data wrapper stripe options (api_key_id 'x');"
        "create foreign table customers (id text) server stripe options (object 'customers')"
    )
    with pytest.raises(psycopg.Error):
        database.execute("table customers")


def is_refused(connection: psycopg.Connection[Any], call: str) -> bool:
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        connection.execute(f"select {call}".encode())
    assert (caught.value.diag.message_primary or "").startswith("the stand-in for ")
    return (caught.value.diag.message_hint or "").startswith("Use a server that has the real ")


@pytest.mark.parametrize(
    "call",
    [
        "crypt('a', 'ab')",
        "crypt('a', '_J9..rasm')",
        "crypt('a', '$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy')",
        "crypt('a', '$6$salt')",
        "gen_salt('des')",
        "gen_salt('xdes', 725)",
        "digest('a'::text, 'blake2b512')",
        "hmac('a', 'b', 'whirlpool')",
        "encrypt('a', 'b', 'aes')",
        "decrypt_iv('a', 'b', 'c', 'aes')",
        "pgp_sym_encrypt('a', 'b')",
        "pgp_sym_decrypt('a'::bytea, 'b')",
        "pgp_pub_decrypt_bytea('a', 'b', 'c', 'd')",
        "armor('a')",
        "dearmor('a')",
        "pgp_armor_headers('a')",
        "fips_mode()",
        "sign('{}', 'x', 'RS256')",
    ],
)
def test_what_the_stand_in_for_pgcrypto_cannot_do_is_an_error_that_says_so(
    database: psycopg.Connection[Any], call: str
) -> None:
    skip_if_real(database, "pgcrypto")
    assert is_refused(database, call)


@pytest.mark.parametrize(
    "call",
    [
        "http_get('https://example.org')",
        "http_post('https://example.org', '{}'::jsonb)",
        "http_set_curlopt('a', 'b')",
        "net.http_collect_response(1)",
        "graphql.resolve('{ a }')",
        "json_matches_schema('{}', '{}')",
        "jsonb_matches_schema('{}', '{}')",
        "jsonschema_is_valid('{}')",
        "jsonschema_validation_errors('{}', '{}')",
        "hypopg_create_index('create index on t (a)')",
        "index_advisor('select 1')",
        "pgtle.install_extension('a', '1', 'b', 'c')",
        "create_parent('a', 'b', 'c')",
        "run_maintenance()",
        "pgmq.create_partitioned('a')",
        "pgsodium.crypto_aead_det_encrypt('a', 'b', gen_random_uuid())",
        "pgsodium.crypto_aead_det_noncegen()",
    ],
)
def test_what_a_stand_in_cannot_do_is_an_error_that_says_so(
    database: psycopg.Connection[Any], call: str
) -> None:
    assert is_refused(database, call)


@pytest.mark.parametrize(
    "call",
    [
        "plpgsql_check_function('pg_catalog.now()')",
        "plpgsql_check_function_tb('pg_catalog.now()'::regprocedure)",
        "plpgsql_show_dependency_tb('pg_catalog.now()')",
    ],
)
def test_the_stand_in_for_plpgsql_check_finds_no_function_right(
    database: psycopg.Connection[Any], call: str
) -> None:
    skip_if_real(database, "plpgsql_check")
    assert one(database, "select plpgsql_check_pragma('disable:tracer')") is not None
    assert is_refused(database, call)


def test_a_function_of_a_stand_in_can_be_called_with_any_search_path(
    database: psycopg.Connection[Any],
) -> None:
    database.execute("set local search_path = ''")
    row = database.execute(
        "select extensions.digest('a', 'sha1'), extensions.uuid_generate_v1() is null,"
        " extensions.urlencode('ä'::varchar)"
    ).fetchone()
    assert row == (hashlib.sha1(b"a").digest(), False, "%C3%A4")
    assert is_refused(database, "extensions.http_get('https://example.org')")


def test_options_of_requests_can_be_set_although_nothing_is_sent(
    database: psycopg.Connection[Any],
) -> None:
    assert one(database, "select http_set_curlopt('CURLOPT_TIMEOUT', '30')") is True
    assert one(database, "select http_reset_curlopt()") is True
    assert one(database, "select count(*) from http_list_curlopt()") == 0
    assert is_refused(database, "http_get('https://example.org')")


def test_what_is_not_reached_is_not_an_error(database: psycopg.Connection[Any]) -> None:
    database.execute("create temporary table empty (a text)")
    database.execute(
        "select crypt(a, 'ab'), digest(a, a), encrypt(a::bytea, 'k', 'aes') from empty"
    )
    database.execute(
        "create function later() returns text language sql as 'select crypt(''a'', '''')'"
    )


SIGNATURES = """
select p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
       pg_catalog.pg_get_function_result(p.oid), p.provolatile::text, p.proisstrict
from pg_catalog.pg_proc p
join pg_catalog.pg_depend d on d.objid = p.oid and d.deptype = 'e'
join pg_catalog.pg_extension e on e.oid = d.refobjid
where e.extname = %s
"""


@pytest.mark.parametrize("extension", ["pgcrypto", "uuid-ossp"])
def test_signatures_are_those_of_the_real_extension(
    embedded: Server, extension: str, name: str
) -> None:
    found = {}
    try:
        with databases.start(Config(database="local")) as local:
            for server in (local, embedded):
                built = databases.create(
                    server, name=name, platform="postgres", extensions={extension: None}
                )
                if server is local and extension in built.stand_ins:
                    pytest.skip(f"no real {extension} on this machine")
                with databases.connect(built.dsn) as connection:
                    found[server.provider] = set(connection.execute(SIGNATURES, [extension]))
                databases.drop(server, name)
    except DatabaseUnavailable as error:
        pytest.skip(f"no real {extension} on this machine: {error}")
    without_names = {
        provider: {(n, a.replace("namespace ", "").replace("name ", ""), *r) for n, a, *r in rows}
        for provider, rows in found.items()
    }
    assert without_names["local"] <= without_names["embedded"]
