"""What the pages of roles and privileges cannot show."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.catalog import granted
from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.spec import load
from tests.pages import Case, results


def test_a_privilege_that_there_is_not_is_refused_at_its_place() -> None:
    with pytest.raises(SpecError) as error:
        load("tables:\n  notes:\n    grants: {anon: [selct]}\n", "expectations.yaml")
    assert str(error.value).startswith("expectations.yaml:3:")
    assert "`selct` is no privilege" in str(error.value)


def test_privileges_of_several_grantors_add_up() -> None:
    acl = ["=r/postgres", "app=r*w/postgres", "app=r/other", '"a ""b"""=X/postgres']
    assert granted(acl) == {
        "public": {"select": False},
        "app": {"select": True, "update": False},
        'a "b"': {"execute": False},
    }


def test_roles_that_nobody_has_named_are_told_and_those_of_the_server_are_not(
    connection: Connection[Any], server: Server
) -> None:
    case = Case("", sql='create role "In T";', yaml="roles: {exact: true, anon: {}}")
    found = [f.subject for result in results(case, connection, server) for f in result.findings]
    assert '"In T"' in found
    assert "anon" not in found
    assert not any(role.startswith("pg_") for role in found)
