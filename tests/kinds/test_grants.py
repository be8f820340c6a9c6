"""What the pages of roles and privileges cannot show."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.catalog import granted, possible
from pytest_schemaverify.catalog.privileges import KINDS
from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.kinds.triggers.shorthand import trigger
from tests.pages import Case, results


def test_a_privilege_that_there_is_not_is_refused_at_its_place() -> None:
    with pytest.raises(SpecError) as error:
        load("tables:\n  notes:\n    grants: {anon: [selct]}\n", "expectations.yaml")
    assert str(error.value).startswith("expectations.yaml:3:")
    assert "`selct` is no privilege" in str(error.value)


def test_a_privilege_on_columns_is_led_to_where_it_stands() -> None:
    text = "tables:\n  notes:\n    grants: {anon: [delete, 'SELECT (id, body)']}\n"
    with pytest.raises(SpecError) as error:
        load(text, "expectations.yaml")
    assert str(error.value).startswith("expectations.yaml:3:")
    assert "`columns: {id: {grants: {role: [select]}}}`" in str(error.value)


def test_what_is_granted_with_grant_option_on_a_column_is_more_than_on_the_table(
    connection: Connection[Any], server: Server
) -> None:
    case = Case(
        "",
        sql="create role web; create table notes (id int, body text); grant select on notes to web;"
        " grant select (id) on notes to web; grant select (body) on notes to web"
        " with grant option;",
        yaml="tables: {notes: {grants: {exact: false, web: [select]}}}",
    )
    (found,) = [f for result in results(case, connection, server) for f in result.findings]
    assert found.actual == "select, select (body) with grant option"
    assert found.fix == "revoke grant option for select (body) on table public.notes from web;"
    connection.execute(found.fix.encode())
    again = Case("", sql="", yaml=case.yaml)
    assert not [f for result in results(again, connection, server) for f in result.findings]


def test_privileges_of_several_grantors_add_up() -> None:
    acl = ["=r/postgres", "app=r*w/postgres", "app=r/other", '"a ""b"""=X/postgres']
    assert granted(acl) == {
        "public": {"select": False},
        "app": {"select": True, "update": False},
        'a "b"': {"execute": False},
    }


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"column"}))
def test_the_privileges_of_a_kind_are_those_that_the_server_gives_an_owner(
    connection: Connection[Any], kind: str
) -> None:
    if kind == "parameter" and connection.info.server_version < 150000:
        pytest.skip("nothing is granted on parameters before PostgreSQL 15")
    letter = LETTERS.get(kind, kind[0])
    query = """
        select lower(privilege_type) from aclexplode(acldefault(%s::"char", 7)) where grantee = 7
    """
    given = {name for (name,) in connection.execute(query, [letter])}
    assert given == set(possible(kind, connection.info.server_version))


LETTERS = {
    "table": "r", "view": "r", "schema": "n", "type": "T", "foreign server": "S",
    "foreign data wrapper": "F", "large object": "L", "tablespace": "t",
}  # fmt: skip
"""What acldefault() calls kinds of objects that do not begin with its letter."""


def test_roles_that_nobody_has_named_are_told_and_those_of_the_server_are_not(
    connection: Connection[Any], server: Server
) -> None:
    case = Case("", sql='create role "In T";', yaml="roles: {exact: true, anon: {}}")
    found = [f.subject for result in results(case, connection, server) for f in result.findings]
    assert '"In T"' in found
    assert "anon" not in found
    assert not any(role.startswith("pg_") for role in found)
    assert connection.info.user not in found  # initdb has made it


def test_a_role_without_rights_reads_everything_there_is_to_expect(
    connection: Connection[Any],
) -> None:
    connection.execute("""
        create foreign data wrapper w;
        create server s foreign data wrapper w options (password 's3cret');
        create user mapping for public server s options (password 's3cret');
        create subscription sub connection 'password=s3cret' publication p with (connect = false);
        create role nobody;
        set local role nobody;
    """)
    catalog = read(connection)
    assert catalog.find("user_mappings", ("s", "public")) is not None
    assert catalog.find("subscriptions", ("sub",)) is not None
    assert "s3cret" not in repr(catalog.families)


def test_the_short_form_of_a_trigger_takes_what_ddl_has() -> None:
    assert trigger(
        "constraint after insert or update of a, b on t deferrable initially deferred "
        "for each row when (new.a > 0) execute function f()"
    ) == {
        "timing": "after", "events": ["insert", "update of a, b"], "level": "row", "enabled": True,
        "function": "f()", "constraint": True, "deferrable": True, "initially_deferred": True,
        "when": "new.a > 0",
    }  # fmt: skip
    found = trigger(
        'after delete referencing old table as "Old" for each statement execute function f()'
    )
    assert found["old_table"] == '"Old"'
    assert "constraint" not in found
