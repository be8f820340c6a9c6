"""What a file plans, and what of it would say nothing."""

import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning.expectations import plan


def planned(text: str, *, rollback: bool = False) -> list[str]:
    spec, positions = load(text, "e.yaml")
    return [one.name for one in plan(spec, positions, "e.yaml", rollback=rollback)]


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        planned(text)
    return caught.value.problems


def test_naming_a_thing_plans_that_it_exists_and_each_of_its_attributes() -> None:
    assert planned("tables: {users: {columns: {id: uuid not null}}}") == [
        "tables.users::exists",
        "tables.users.columns.id::exists",
        "tables.users.columns.id::type",
        "tables.users.columns.id::nullable",
    ]


@pytest.mark.parametrize(
    "text",
    ["tables: {old: absent}", "tables: {old: {absent: true}}", "tables: {~old: absent}"],
    ids=["word", "key", "tilde"],
)
def test_what_must_not_exist_plans_that_alone(text: str) -> None:
    [name] = planned(text)
    assert name.endswith("old::absent")


def test_policies_say_that_they_are_in_force_and_that_there_are_no_others() -> None:
    assert planned("tables: {users: {rls: {policies: {}}}}") == [
        "tables.users::exists",
        "tables.users.rls::enabled",
        "tables.users.rls.policies::exact",
    ]
    assert "tables.users.rls.policies::exact" not in planned(
        "tables: {users: {rls: {policies: {exact: false}}}}"
    )


def test_a_list_plans_a_check_for_each_item_at_its_place() -> None:
    spec, positions = load(
        "tables:\n  users:\n    unique:\n      - [a]\n      - [b, c]\n", "e.yaml"
    )
    items = [(one.name, one.line) for one in plan(spec, positions, "e.yaml")]
    assert items[1:] == [("tables.users::unique[0]", 4), ("tables.users::unique[1]", 5)]


def test_null_is_what_a_query_may_return() -> None:
    assert planned("data: {queries: {q: {sql: select null, returns: null}}}") == [
        "data.queries.q::returns"
    ]


def test_the_option_plans_the_way_back_once() -> None:
    text = "migrations: {directory: m, rollback: back.sql}"
    assert "migrations::reversible" not in planned(text)
    assert planned(text, rollback=True).count("migrations::reversible") == 1
    both = "migrations: {directory: m, rollback: back.sql, reversible: true}"
    assert planned(both, rollback=True).count("migrations::reversible") == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "data: {memories: {where: x}}",
            "e.yaml:1:8: data.memories: nothing is expected here; possible are `rows`, "
            "`not_null`, `unique`, `references`, `accepted`",
        ),
        (
            "schema_version: {table: x}",
            "e.yaml:1:1: schema_version: nothing is expected here; possible are `contains`, "
            "`exact`",
        ),
        (
            "tables: {users: {primary_key: }}",
            "e.yaml:1:18: tables.users.primary_key: nothing is given; write a value, or leave the "
            "key out",
        ),
        ("rules: {primary_key: false}", "e.yaml:1:1: nothing would be checked; name at least one "
         "table, rule or query"),
        (
            "tables: {a.b.c: {}}",
            "e.yaml:1:10: tables.a.b.c: 'a.b.c' has more parts than schema and name; if the dots "
            "are a part of the name, write '\"a.b.c\"'",
        ),
    ],
    ids=["rows-of-nothing", "no-version", "no-value", "rule-off", "no-name"],
)  # fmt: skip
def test_what_would_check_nothing_is_a_problem_with_its_place(text: str, problem: str) -> None:
    assert problems(text) == [problem]
