"""A public bucket is told with the statement that named it last."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from tests.pages import Case, results

FILES = {
    "migrations/001_files.sql": "insert into storage.buckets (id, name) values ('bills', 'bills');",
    "migrations/002_share.sql": (
        "create table notes (id int primary key);\n"
        "update storage.buckets set public = true where id = 'bills';\n"
        "comment on table notes is 'bills';"
    ),
}


@pytest.mark.parametrize("named", ["'bills'", "any (array['bills', 'faces'])"])
def test_the_last_statement_that_names_it(
    named: str, connection: Connection[Any], server: Server
) -> None:
    files = {path: text.replace("id = 'bills'", f"id = {named}") for path, text in FILES.items()}
    case = Case(
        "",
        yaml="{database: {platform: supabase}, migrations: {directory: migrations},"
        " rules: {no_public_buckets: true}}",
        files=files,
    )
    found = [one for result in results(case, connection, server) for one in result.findings]
    assert [(one.subject, one.place) for one in found] == [
        ("bills", "migrations/002_share.sql:2:1")
    ]


def test_a_database_without_storage_has_none(connection: Connection[Any], server: Server) -> None:
    yaml = "{migrations: {directory: migrations}, rules: {no_public_buckets: true}}"
    case = Case("", yaml=yaml, files={"migrations/001.sql": "create table storage (public int);"})
    ours = [one for one in results(case, connection, server) if "buckets" in one.planned.check]
    assert [(one.findings, one.undetermined, one.skipped) for one in ours] == [((), "", "")]
