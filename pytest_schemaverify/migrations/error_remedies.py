"""Remedies for errors of the server, where its own hint does not say what to do."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from pytest_schemaverify.databases.extensions import STAND_INS


@dataclass(frozen=True, slots=True)
class Around:
    """What the database has already, so that no remedy asks for it."""

    ours: bool = False
    """Whether its server has stand-ins for extensions that it lacks."""
    supabase: bool = False
    """Whether it has what Supabase's has before the first migration."""
    extensions: Mapping[str, str] = field(default_factory=dict)
    """The schemas of the extensions that it has, by the name of the extension."""


# Our stand-ins say in their comments what they are.
_AROUND = """
select
    exists (
        select from pg_catalog.pg_available_extensions where comment like '%, stand-in in SQL'
    ),
    pg_catalog.to_regnamespace('auth') is not null
        and pg_catalog.to_regrole('authenticated') is not null,
    coalesce(
        (
            select pg_catalog.json_object_agg(extname, extnamespace::regnamespace::text)
            from pg_catalog.pg_extension
        ),
        '{}'
    )
"""


def around(connection: psycopg.Connection[Any]) -> Around:
    """Return what a database has, on a connection outside a transaction."""
    # The error that asks for this must not be replaced by one of ours.
    with suppress(psycopg.Error):
        if row := connection.execute(_AROUND).fetchone():
            return Around(*row)
    return Around()


class _Row(NamedTuple):
    """A message of the server's, and what to do about it."""

    message: str
    """By the message, as the SQLSTATE says only that something does not exist, and not what."""
    remedy: str
    holds: Callable[[Around, str], bool] = lambda around, name: True
    """Whether the remedy is none that is taken already; it is asked with the `name` found."""


_LACKING = "the server lacks the extension {name}; ways out:\n"
_OTHERWISE = """\
 a server that has it: its programs by --schema-bin-dir=…, or --schema-dsn=…
{number}. remove the line, or run it only where it can be: create it in a do block if
   pg_catalog.pg_available_extensions has {{name}}"""
_OURS_HAS_IT = f"""{_LACKING}\
1. a server of ours, which has a stand-in in SQL:
   --schema-database=embedded, local or container
2.{_OTHERWISE.format(number=3)}"""
_EMBEDDED_HAS_IT = f"""{_LACKING}\
1. the server of our extra, which has it: pip install "pytest-schemaverify[embedded]",
   then --schema-database=embedded
2.{_OTHERWISE.format(number=3)}"""
_NO_STAND_IN = f"{_LACKING}1.{_OTHERWISE.format(number=2)}"

_SUPABASE = (
    "Supabase has this; `database: {{platform: supabase}}` brings it to a disposable database"
)
_THERE = "`platform: supabase` has it from the start, as every project of Supabase: "
_IN_SUPABASE = (
    "(?:auth|storage|extensions|vault|_?realtime|graphql|graphql_public|pgbouncer|pgsodium_masks"
    "|supabase_functions|supabase_migrations)"
)
_ITS_ROLE = (
    "(?:anon|authenticated|authenticator|service_role|supabase_\\w+|dashboard_user|pgbouncer"
    "|pgsodium_\\w+|pgtle_admin)"
)

_OF_AUTH = "(?:audit_log_entries|identities|refresh_tokens|sessions|users)"

_OF_EXTENSIONS = {
    "cron": "pg_cron",
    "graphql": "pg_graphql",
    "net": "pg_net",
    "pgmq": "pgmq",
    "pgsodium": "pgsodium",
    "pgtle": "pg_tle",
}
"""Schemas that extensions of Supabase fill, by the extension."""


def _is_plain(around: Around, name: str) -> bool:
    return not around.supabase


def _is_supabase(around: Around, name: str) -> bool:
    return around.supabase


def _is_vector(around: Around, name: str) -> bool:
    return name == "vector"  # so that a server without it is not that of our extra


def _elsewhere(around: Around, name: str) -> bool:
    return not around.ours and name in STAND_INS


def _lacks(extension: str) -> Callable[[Around, str], bool]:
    return lambda around, name: extension not in around.extensions


_NOT_AVAILABLE = (
    r'extension "(?P<name>[^"]+)" is not available',
    # Before PostgreSQL 15, which only names the file.
    r'extension control file "[^"]*?(?P<name>[^/"]+)\.control"',
)
_VECTOR = r'type "(?:\w+\.)?(?P<name>(?:half|sparse)?vec(?:tor)?)" does not exist'

# The first row that is about the message, and that holds, gives the remedy.
_ROWS = (
    *(_Row(one, _EMBEDDED_HAS_IT, _is_vector) for one in _NOT_AVAILABLE),
    *(_Row(one, _OURS_HAS_IT, _elsewhere) for one in _NOT_AVAILABLE),
    *(_Row(one, _NO_STAND_IN) for one in _NOT_AVAILABLE),
    _Row(
        r'extension "(?P<name>[^"]+)" has no (?:installation script|update path)',
        "the server has {name} in another version: leave the version out, or take a server that"
        " has this one: its programs by --schema-bin-dir=…, or --schema-dsn=…",
    ),
    _Row(
        r'permission denied to create extension "(?P<name>[^"]+)"',
        "name it under `database: {{extensions: {{{name}: {{schema: extensions}}}}}}`: it is then"
        " there before the role that runs the migrations comes, and `create extension if not"
        " exists` has nothing to do",
        _is_supabase,
    ),
    _Row(
        r'permission denied to create extension "(?P<name>[^"]+)"',
        "name it under `database: {{extensions: {{{name}: {{}}}}}}`: it is then there before the"
        " role that runs the migrations comes, and `create extension if not exists` has nothing"
        " to do",
    ),
    *(
        _Row(
            rf'(?:(?:schema|relation|type) "|function ){schema}[".].*does not exist',
            f"it comes with {extension}: `create extension {extension}` before, or name it in"
            f" `database: {{{{extensions: {{{{{extension}: {{{{}}}}}}}}}}}}`",
            _lacks(extension),
        )
        for schema, extension in _OF_EXTENSIONS.items()
    ),
    _Row(rf'schema "{_IN_SUPABASE}" does not exist', _SUPABASE, _is_plain),
    _Row(rf'role "{_ITS_ROLE}" does not exist', _SUPABASE, _is_plain),
    _Row(rf'(?:relation|type|function) "?{_IN_SUPABASE}\..*does not exist', _SUPABASE, _is_plain),
    _Row(
        r'role "[^"]+" does not exist',
        "no file before this one makes it, and roles belong to the server: create it in a file that"
        " `database: {{prepare: [roles.sql]}}` names",
    ),
    _Row(
        rf'role "(?P<name>{_ITS_ROLE})" already exists',
        _THERE + "leave the line out, or run it only if pg_catalog.to_regrole('{name}') is null",
        _is_supabase,
    ),
    _Row(
        rf'(?:schema|extension) "(?P<name>{_IN_SUPABASE}|pgcrypto|uuid-ossp|pg_stat_statements'
        r'|supabase_vault)" already exists',
        _THERE + "write `if not exists`",
        _is_supabase,
    ),
    _Row(
        r'publication "(?P<name>supabase_realtime)" already exists',
        _THERE + "leave the line out, or alter the publication",
        _is_supabase,
    ),
    _Row(
        r'extension "(?P<name>pg_graphql|pgjwt|pgsodium)" does not exist',
        "only older projects have it from the start: write `if exists`, or create it in a file"
        " that `database: {{prepare: [before.sql]}}` names",
        _is_supabase,
    ),
    _Row(
        r'permission denied to (?:create (?:event trigger|foreign-data wrapper) "'
        r'|set parameter "session_replication_role")'
        r"|permission denied for foreign-data wrapper |create FOR ALL TABLES publication"
        # It says "relation" about triggers and policies, whose table it is, and else "table".
        rf"|must be owner of relation {_OF_AUTH}$",
        "Supabase's server lets `postgres` do this, who is no superuser there either; this server"
        " has only superusers for it: leave `role` out under `migrations`",
        _is_supabase,
    ),
    _Row(
        _VECTOR,
        "it comes with pgvector: create extension vector before, or name it in"
        " `database: {{extensions: {{vector: …}}}}`",
        _lacks("vector"),
    ),
    _Row(
        _VECTOR,
        "pgvector is there, in the schema {schema}: write {schema}.{name}, or add the schema to"
        " the search_path",
    ),
    _Row(
        r'unrecognized configuration parameter "(?P<name>\w+)"',
        "this server has no {name}; a newer pg_dump wrote it? remove the line, or take a server of"
        " that version: its programs by --schema-bin-dir=…",
    ),
    _Row(r'at or near ":"$', "psql's variables (:name) are not filled in; write the value"),
)


def for_message(message: str, sqlstate: str, around: Callable[[], Around]) -> str:
    """Return a remedy for an error about something that is missing or there already, or "".

    What the database has is asked for only where a remedy depends on it.

    Those have the classes 42, 3F (schema), 0A and 58 (extension), and 22023 (its version). Others
    may quote a user's text that only looks like one of these messages.
    """
    if not sqlstate.startswith(("42", "3F", "0A", "58", "22023")):
        return ""
    about = [(row, found) for row in _ROWS if (found := re.search(row.message, message))]
    has = around() if about else Around()
    for row, found in about:
        name = found.groupdict().get("name", "")
        if row.holds(has, name):
            return row.remedy.format(name=name, schema=has.extensions.get("vector", ""))
    return ""
