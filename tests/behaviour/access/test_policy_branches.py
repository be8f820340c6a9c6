"""Into which ways through a policy an expression is split, and which columns they name."""

import pytest

from pytest_schemaverify.behaviour.access.tenants.policy_branches import alternatives, columns_in

SPLIT = {
    "user_id = auth.uid()": ["user_id = auth.uid()"],
    "((a = 1) OR (b = 'x OR y'::text) OR ((c = 2) AND (d > 3)))": [
        "a = 1", "b = 'x OR y'::text", "(c = 2) AND (d > 3)",
    ],
    "(((a = 1) OR b) AND (c IS NULL))": ["(a = 1) AND (c IS NULL)", "(b) AND (c IS NULL)"],
    "a and (b or (c and (d or e)))": [
        "(a) AND (b)", "(a) AND ((c) AND (d))", "(a) AND ((c) AND (e))",
    ],
    "((a OR b) OR c)": ["a", "b", "c"],
    "a between 1 and 2 and b": ["a between 1 and 2 and b"],
    "case when a or b then c else d end": ["case when a or b then c else d end"],
    "(NOT (a OR b))": ["NOT (a OR b)"],
    "(id IN ( SELECT n.id FROM n WHERE ((a = 1) OR b)))": [
        "id IN ( SELECT n.id FROM n WHERE ((a = 1) OR b))"
    ],
    "a = $$ or $$ -- or\n or \"or\"": ["a = $$ or $$ -- or", '"or"'],
    "a or": ["a or"],
    "(a) or (b))": ["(a) or (b))"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SPLIT.items(), ids=SPLIT)
def test_an_expression_has_the_branches_that_or_connects(text: str, found: list[str]) -> None:
    assert alternatives(text) == found


def test_an_expression_with_too_many_branches_stays_whole() -> None:
    many = " and ".join(f"(a{number} or b{number})" for number in range(5))
    assert alternatives(many) == [many]
    many = " or ".join(f"a{number}" for number in range(17))
    assert alternatives(many) == [many]


def test_columns_are_words_and_no_constants() -> None:
    assert columns_in("state = 'level' and \"Kind\" > 1", ["state", "level", "Kind"]) == {
        "state", "Kind",
    }  # fmt: skip
