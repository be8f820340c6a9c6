"""The same for several objects: by name with `each`, or by a pattern of names."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning.expectations import plan
from tests.pages import Case, results
from tests.projects import EXPECTATIONS, MIGRATION, Project
from tests.projects import project as project

SQL = """
create table audit_a (id bigint primary key, created_at timestamptz not null);
create table audit_b (id bigint primary key, created_at timestamp not null, "Odd*" int);
create table other (id bigint, seen_at timestamptz);
create schema app;
create table app.audit_c (id bigint primary key);
create function audit_f(integer) returns integer language sql stable as 'select 1';
create function audit_f(text) returns integer language sql volatile as 'select 1';
"""


def found(yaml: str, connection: Connection[Any], server: Server) -> dict[str, list[str]]:
    """Return, by the name of what does not hold, what is said."""
    with connection.transaction(force_rollback=True):
        return {
            one.planned.name: [one.skipped or one.undetermined]
            if one.skipped or one.undetermined
            else [f"{f.subject}: {f.actual}" for f in one.findings]
            for one in results(Case("", sql=SQL, yaml=yaml), connection, server)
            if not one.passed
        }


def names(text: str) -> list[str]:
    return [one.name for one in plan(*load(text, "e.yaml"), "e.yaml")]


def test_each_plans_the_entry_for_every_name() -> None:
    assert names("tables: {audited: {each: [a, app.b], columns: {at: date}}, c: {}}") == [
        "tables.audited[a]::exists",
        "tables.audited[app.b]::exists",
        "tables.audited[a].columns.at::exists",
        "tables.audited[a].columns.at::type",
        "tables.audited[app.b].columns.at::exists",
        "tables.audited[app.b].columns.at::type",
        "tables.c::exists",
    ]


def test_each_is_for_columns_and_rows_too() -> None:
    text = "tables: {t: {columns: {times: {each: [a, b], nullable: false}}}}"
    assert "tables.t.columns.times[b]::nullable" in names(text)
    assert names("data: {all: {each: [a, b], rows: 0}}") == [
        "data.all[a]::rows",
        "data.all[b]::rows",
    ]


def test_what_each_names_counts_as_named(connection: Connection[Any], server: Server) -> None:
    yaml = "tables: {exact: true, ours: {each: [audit_a, other]}}"
    assert found(yaml, connection, server) == {
        "tables::exact": ["public.audit_b: the table is there"]
    }


def test_one_of_each_can_be_asked_for(project: Project) -> None:
    project.write("migrations/001_users.sql", MIGRATION.replace("email", "since"))
    project.expect(
        "migrations: {directory: migrations}\n"
        "tables:\n  users: {columns: {all: {each: [id, since], nullable: false}}}\n"
    )
    item = "expectations.yaml::tables.users.columns.all[since]::nullable"
    project.run(item).assert_outcomes(passed=1)
    project.run("-k", "since and nullable", "expectations.yaml").assert_outcomes(
        passed=1, deselected=6
    )


def test_a_pattern_is_one_item_for_all_that_match(
    connection: Connection[Any], server: Server
) -> None:
    yaml = 'tables: {"audit_*": {primary_key: [id], columns: {created_at: timestamptz not null}}}'
    assert names(yaml) == [
        "tables.audit_*::exists",
        "tables.audit_*::primary_key",
        "tables.audit_*.columns.created_at::exists",
        "tables.audit_*.columns.created_at::type",
        "tables.audit_*.columns.created_at::nullable",
    ]
    assert found(yaml, connection, server) == {
        "tables.audit_*.columns.created_at::type": [
            "public.audit_b.created_at: timestamp without time zone"
        ]
    }


PATTERNS: dict[str, dict[str, list[str]]] = {
    '{tables: {"*.audit_?": {columns: {created_at: {}}}}}': {
        "tables.*.audit_?.columns.created_at::exists": ["app.audit_c.created_at: no such column"]
    },
    '{tables: {"nope_*": {primary_key: [id]}}}': {
        "tables.nope_*::exists": [": none does"],
        "tables.nope_*::primary_key": ["no table matches nope_*"],
    },
    '{tables: {"nope_*": absent}}': {},
    '{tables: {"~audit_*": {absent: true}}}': {
        "tables.~audit_*::absent": [
            "public.audit_a: the table is there",
            "public.audit_b: the table is there",
        ]
    },
    '{tables: {"*": {columns: {"*_at": timestamptz}}}}': {
        "tables.*.columns.*_at::type": ["public.audit_b.created_at: timestamp without time zone"]
    },
    '{tables: {exact: true, "a*": {columns: {exact: true, id: {}, "*_at": {}}}}}': {
        "tables.a*.columns::exact": ['public.audit_b: "Odd*": the column is there'],
        "tables::exact": ["public.other: the table is there"],
    },
    '{tables: {audit_b: {columns: {\'"Odd*"\': bigint}}}}': {
        'tables.audit_b.columns."Odd*"::type': [": integer"]
    },
    '{functions: {"audit_*": {volatility: stable}}}': {
        "functions.audit_*::volatility": ["public.audit_f(text): volatile"]
    },
    '{data: {"audit_*": {rows: 0}}}': {},
    '{data: {"audit_*": {rows: 1}}}': {
        "data.audit_*::rows": ["public.audit_a: 0 rows", "public.audit_b: 0 rows"]
    },
}  # fmt: skip


@pytest.mark.parametrize(("yaml", "expected"), PATTERNS.items(), ids=PATTERNS)
def test_findings_of_a_pattern_name_the_objects(
    yaml: str, expected: dict[str, list[str]], connection: Connection[Any], server: Server
) -> None:
    assert found(yaml, connection, server) == expected


def test_a_pattern_that_cannot_be_read_is_a_problem() -> None:
    with pytest.raises(SpecError) as caught:
        names("tables: {'\"a*': {}}")
    assert caught.value.problems == [
        "e.yaml:1:10: tables.\"a*: '\"a*' is no name without quotes of SQL; "
        'with them it is written \'"""a*"\''
    ]


def test_patterns_work_in_workers_too(project: Project) -> None:
    project.expect(EXPECTATIONS.replace("  users:\n    columns", '  "use*":\n    columns'))
    project.run("-n", "2").assert_outcomes(passed=12)


def test_what_patterns_and_each_name_is_managed(
    connection: Connection[Any], server: Server
) -> None:
    yaml = "unmanaged: {tables: fail}\ntables: {'audit_*': {}, exact: false}"
    assert found(yaml, connection, server) == {"unmanaged::tables": ["public.other: it is there"]}
    yaml = "unmanaged: {tables: {schemas: [app]}}\ndata: {all: {each: [other], rows: 0}}"
    assert found(yaml, connection, server) == {"unmanaged::tables": ["app.audit_c: it is there"]}
