"""What a rule finds can be exempted from it, by the name that the finding has."""

from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds import every
from pytest_schemaverify.language.yaml import Document
from tests.pages import Case, cases, results

CASES = {
    f"{check.name}: {case.title}": (check.name.partition(".")[2], case)
    for check in every().values()
    if check.name.startswith("rules.")
    for case in cases(check.page)
    if "    expected    " in case.text
}

NOT_MEANT = {
    "apis": "a schema in which a rule has to look, and that is not there, is written in the rule",
}
"""What no exemption is meant for, and why."""


def with_exceptions(case: Case, rule: str, subjects: list[str]) -> Case:
    """Return a case in which one rule has these exemptions and no others."""
    data: Any = Document(case.yaml).data
    said = data["rules"].get(rule)
    own = dict(said) if isinstance(said, dict) else {}
    own["except"] = dict.fromkeys(subjects, "tried here")
    data["rules"] = {rule: own}
    return Case(case.title, case.sql, yaml.safe_dump(data), case.text, case.files)


def named(finding: Finding) -> str:
    """Return what an exemption from a finding is called: its object, or its line of a file."""
    return finding.subject or finding.place.rpartition(":")[0]


def ran(
    case: Case, rule: str, connection: Connection[Any], server: Server
) -> tuple[list[Finding], list[str]]:
    """Return what a rule finds, and why it cannot tell."""
    with connection.transaction(force_rollback=True):
        of_rule = [
            one for one in results(case, connection, server) if one.planned.check == f"rules.{rule}"
        ]
    findings = [finding for result in of_rule for finding in result.findings]
    return findings, [result.undetermined for result in of_rule]


@pytest.mark.parametrize(("rule", "case"), CASES.values(), ids=CASES)
def test_what_is_found_can_be_exempted(
    rule: str, case: Case, connection: Connection[Any], server: Server, available: set[str]
) -> None:
    reason = case.unfit(connection.info.server_version)
    if reason or (missing := case.extensions() - available):
        pytest.skip(reason or f"the server has no {', '.join(sorted(missing))}")
    found, unknown = ran(with_exceptions(case, rule, []), rule, connection, server)
    assert found or any(unknown)
    told = [named(one) for one in found]
    for names in unique([told, [name.removeprefix("public.") for name in told]]):
        left, unknown_then = ran(with_exceptions(case, rule, names), rule, connection, server)
        assert unknown_then == unknown
        assert [(one.subject, one.actual) for one in left if named(one) not in NOT_MEANT] == []


def unique(lists: list[list[str]]) -> list[list[str]]:
    """Return the lists that say something else than those before."""
    return [one for at, one in enumerate(lists) if one not in lists[:at]]


SQL = """
create schema "Odd Schema";
create table "Odd Schema"."T(1)" ("Id.x" int, at timestamp);
alter table "Odd Schema"."T(1)" add constraint "c 1" check ("Id.x" > 0) not valid;
create table "Odd*" (id int primary key, parent int);
alter table "Odd*" add constraint "p)" foreign key (parent) references "Odd*";
create index "i 1" on "Odd*" (lower(id::text));
create index "i 2" on "Odd*" (lower(id::text));
create policy "Users can (all)" on "Odd*" using (true);
create function "F 1"("Odd*", numeric(10, 2), text[]) returns int
language sql security definer as 'select 1';
create function "F 1"() returns int
language sql security definer as 'select 1';
"""
ODD = {
    "primary_key": ('"Odd Schema"."T(1)"', '"Odd Schema".*'),
    "timestamps_with_time_zone": ('"Odd Schema"."T(1)".at', '"Odd Schema".*.at'),
    "constraints_validated": ('"Odd Schema"."T(1)"."c 1"', '"Odd Schema".*."c 1"'),
    "foreign_keys_indexed": ('"Odd*"."p)"', '"Odd*".*'),
    "no_duplicate_indexes": ('"Odd*"."i 2"', '"Odd*".*'),
    "policies_in_force": ('"Odd*"', "public.*"),
    "no_always_true_writes": ('public."Odd*"."Users can (all)"', '"Odd*".*'),
}
FUNCTIONS = {
    "each": ['"F 1"("Odd*", decimal, _text)', '"F 1"()'],
    "both": ['public."F 1"'],
    "pattern": ["*1"],
}


def left(rules: dict[str, list[str]], connection: Connection[Any], server: Server) -> set[str]:
    """Return what some rules find in the odd schema beside the exemptions from them."""
    said = {
        "rules": {
            rule: {"schemas": ["public", "Odd Schema"], "except": dict.fromkeys(exempted, "odd")}
            for rule, exempted in rules.items()
        }
    }
    with connection.transaction(force_rollback=True):
        found = results(Case("", sql=SQL, yaml=yaml.safe_dump(said)), connection, server)
        assert not [one.undetermined for one in found if one.undetermined]
        return {
            f"{one.planned.check} {finding.subject}" for one in found for finding in one.findings
        }


@pytest.mark.parametrize("place", [0, 1], ids=["name", "pattern"])
def test_odd_names_can_be_exempted(place: int, connection: Connection[Any], server: Server) -> None:
    without = left({rule: [] for rule in ODD}, connection, server)
    assert {one.partition(" ")[0] for one in without} == {f"rules.{rule}" for rule in ODD}
    assert left({r: [one[place]] for r, one in ODD.items()}, connection, server) == set()


@pytest.mark.parametrize("exempted", FUNCTIONS.values(), ids=FUNCTIONS)
def test_odd_functions_can_be_exempted(
    exempted: list[str], connection: Connection[Any], server: Server
) -> None:
    assert left({"no_security_definer": exempted}, connection, server) == set()


def test_what_is_no_name_is_said_to_be_none(connection: Connection[Any], server: Server) -> None:
    case = Case("", sql="create table a ()", yaml="rules: {primary_key: {except: {a..b: why so}}}")
    [result] = results(case, connection, server)
    assert [(one.subject, one.hint.partition(" (")[0]) for one in result.findings] == [
        ("public.a", ""),
        ("a..b", "'a..b' is no name without quotes of SQL; with them it is written '\"a..b\"'"),
    ]
