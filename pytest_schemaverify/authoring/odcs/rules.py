"""Rules of data quality as facts about rows."""

import re
from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.odcs.model import Rule
from pytest_schemaverify.language.conditions import is_condition
from pytest_schemaverify.language.conditions import parts as is_number
from pytest_schemaverify.sql.yaml_names import plain

SEVERITIES = {"warning": "warn", "info": "info"}
"""Severities of the standard that are not an expectation's own, `error`."""
SIGNS = {
    "must_not_be": "!=",
    "must_be_greater_than": ">",
    "must_be_greater_or_equal_to": ">=",
    "must_be_less_than": "<",
    "must_be_less_or_equal_to": "<=",
}
"""Signs of conditions by operators."""
_OF_3_0 = {
    "duplicateCount": "duplicateValues",
    "validValues": "invalidValues",
    "nullCheck": "nullValues",
}
_OF_OBJECT, _OF_PROPERTY = ("object", "table", "model"), ("property", "column", "field")
# `{a}` may be an array of SQL, and only the standard's own names are placeholders without a `$`.
_PLACEHOLDER = re.compile(rf"(?<!\$)\{{({'|'.join([*_OF_OBJECT, *_OF_PROPERTY])})\}}|\$\{{(\w+)\}}")


def facts(
    rule: Rule, table: str, column: str, in_sql: tuple[str, str], label: str
) -> Iterator[Fact]:
    """Yield what a rule says of a table, or of one of its columns. Raises Untaken.

    `table` and `column` are their names in the file, `in_sql` those in a query, and `label` what a
    query is called. Of a rule about the whole table `column` is empty.
    """
    if rule.type == "sql":
        yield from _query(rule, in_sql, label)
    elif rule.type in ("text", "custom"):
        reader = "people" if rule.type == "text" else "another tool"
        raise Untaken(f"it is for {reader}; write what it means as a query under `data: queries`")
    else:
        yield _metric(rule, ("data", table), column)


def unkept(rule: Rule) -> list[str]:
    """Return the keys of a rule that is taken which say something that is not."""
    given = {key for key in ("name", "description", "severity", "unit") if getattr(rule, key)}
    if rule.type == "sql":  # one of the two is what the query is called
        given -= {"name"} if rule.name else {"description"}
    if rule.severity == "error" or (rule.type == "sql" and rule.severity in SEVERITIES):
        given -= {"severity"}
    return sorted(given - {"unit"} if rule.unit == "rows" else given)


def _metric(rule: Rule, path: tuple[str, str], column: str) -> Fact:
    metric = rule.metric or _OF_3_0.get(rule.rule or "", rule.rule)
    if metric is None:
        raise Untaken("it names no metric; write one, such as `rowCount`, or `type: sql`")
    if metric == "rowCount" and not column and rule.unit in (None, "rows"):
        return Fact((*path, "rows"), condition(rule))
    if metric in ("nullValues", "duplicateValues", "invalidValues"):
        _require_none(rule)
    match metric, bool(column), rule.arguments:
        case "nullValues", True, {**others} if not others:
            return Fact((*path, "not_null"), [column])
        case "duplicateValues", True, {**others} if not others:
            return Fact((*path, "unique"), [[column]])
        case "duplicateValues", False, {"properties": [*named], **others} if not others:
            return Fact((*path, "unique"), [[plain(str(one)) for one in named]])
        case "invalidValues", True, {"validValues": [*values], **others} if not others:
            # NULL is accepted anyway.
            return Fact((*path, "accepted", column), [one for one in values if one is not None])
    raise Untaken(
        f"the metric `{metric}` has no key with these arguments; write a query under `data: "
        "queries` that counts such rows"
    )


def condition(rule: Rule) -> Any:
    """Return a number, or the condition that an operator stands for. Raises Untaken for none."""
    given = {one for one in rule.model_fields_set if getattr(rule, one) is not None}
    found = [f"{sign} {getattr(rule, one)}" for one, sign in SIGNS.items() if one in given]
    if rule.must_be_between is not None:
        # As docs/data-quality.md of the standard has it, neither end is meant.
        found += [f"> {rule.must_be_between[0]}", f"< {rule.must_be_between[1]}"]
    if "must_be" in given and not found:
        return rule.must_be
    if "must_be" in given or not is_number(", ".join(found)):
        raise Untaken("it does not say what must be, as `mustBe: 0` or `mustBeLessThan: 10` does")
    return ", ".join(found)


def _require_none(rule: Rule) -> None:
    wanted = condition(rule)
    if wanted != 0 or isinstance(wanted, bool):
        raise Untaken(
            "only `mustBe: 0` has a key; write a query under `data: queries` that counts such rows "
            "and `returns: '< 10'`"
        )


def _query(rule: Rule, in_sql: tuple[str, str], label: str) -> Iterator[Fact]:
    wanted = condition(rule)
    if isinstance(wanted, str) and wanted == rule.must_be and (
        is_condition(wanted) or wanted == "nothing"
    ):  # fmt: skip
        raise Untaken(
            f"`returns: {wanted}` would not mean this text; write a query that returns true"
        )
    path = ("data", "queries", label)
    yield Fact((*path, "sql"), written_out(rule.query or "", in_sql))
    yield Fact((*path, "returns"), wanted)
    if rule.severity in SEVERITIES:
        yield Fact((*path, "severity"), SEVERITIES[rule.severity])


def written_out(query: str, in_sql: tuple[str, str]) -> str:
    """Return a query with names for `{object}` and `{property}`. Raises Untaken."""
    if not query.strip():
        raise Untaken("it has no query; write one that returns what is compared")

    def name(found: re.Match[str]) -> str:
        called = found[1] or found[2]
        known = {**dict.fromkeys(_OF_OBJECT, in_sql[0]), **dict.fromkeys(_OF_PROPERTY, in_sql[1])}
        if not known.get(called):
            raise Untaken(f"`{found[0]}` stands for something that the contract does not say here")
        return known[called]

    return _PLACEHOLDER.sub(name, query).strip().rstrip(";").rstrip()
