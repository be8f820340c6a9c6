"""Words that name nothing are findings without a fix, and no internal errors."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from tests.pages import Case, results

SQL = "create operator family fam using btree;"
KEY = "operator_families"


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("fam using hash: {}", "create operator family public.fam using hash;"),
        ("new using hash: {definition: {storage: int}}", ""),
        ("fam using btree: {definition: {operator 1: <}}", ""),
        ("fam using btree: {definition: {nothing: 1}}", ""),
        (
            "fam using btree: {definition: {'operator 1 (integer, integer)': <}}",
            "alter operator family public.fam using btree add operator 1 < (integer, integer);",
        ),
    ],
)
def test_a_family_is_made_of_what_names_its_members(
    said: str, fix: str, connection: Connection[Any], server: Server
) -> None:
    found = results(Case("", sql=SQL, yaml=f"{KEY}:\n  {said}\n"), connection, server)
    assert not [one.undetermined for one in found if one.undetermined]
    assert [one.fix for result in found for one in result.findings] == [fix]
