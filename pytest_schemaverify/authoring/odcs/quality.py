"""Expectations about rows as rules of data quality."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Untaken
from pytest_schemaverify.authoring.odcs.column_types import WITH_BOUNDS
from pytest_schemaverify.authoring.odcs.rules import SEVERITIES, SIGNS
from pytest_schemaverify.authoring.odcs.sheet import Key, Sheet
from pytest_schemaverify.language.conditions import is_condition, number, parts
from pytest_schemaverify.language.data import Accepted
from pytest_schemaverify.sql.names import literal, quoted, signature
from pytest_schemaverify.sql.names import parts as name_parts
from pytest_schemaverify.sql.yaml_names import single
from pytest_schemaverify.verification.planning import Planned

_OPERATORS = {sign: "".join(map(str.capitalize, name.split("_"))) for name, sign in SIGNS.items()}
_OPERATORS = {sign: name[0].lower() + name[1:] for sign, name in _OPERATORS.items()}
_OPERATORS |= {"<>": "mustNotBe", "=": "mustBe", "==": "mustBe"}


def rows(sheet: Sheet, one: Planned) -> None:
    """Carry the number of rows."""
    key, entry = _of(one)
    query = f"select count(*) from {sheet.in_sql(key)}"
    rule = {"metric": "rowCount"}
    if entry.where:
        rule = {"type": "sql", "query": f"{query} where {entry.where}"}
    for operator in operators(one.expected):
        _add(sheet.object(key), one, rule | operator)


def not_null(sheet: Sheet, one: Planned) -> None:
    """Carry that a column is never NULL."""
    key, entry = _of(one)
    column = single(one.expected)
    rule = {"metric": "nullValues", "mustBe": 0}
    if entry.where:
        rule = _counting(sheet, key, f"({entry.where}) and {quoted(column)} is null")
    _add(sheet.property(key, column), one, rule)


def unique(sheet: Sheet, one: Planned) -> None:
    """Carry that the values of columns occur once."""
    key, entry = _of(one)
    columns = [single(column) for column in one.expected]
    if entry.where:
        listed = ", ".join(map(quoted, columns))
        given = " and ".join(f"{quoted(column)} is not null" for column in columns)
        repeated = f"select from {sheet.in_sql(key)} where ({entry.where}) and {given}"
        query = f"select count(*) from ({repeated} group by {listed} having count(*) > 1) as twice"
        _add(sheet.object(key), one, {"type": "sql", "query": query, "mustBe": 0})
    else:
        once(sheet, one, key, columns)


def once(sheet: Sheet, one: Planned, key: Key, columns: list[str]) -> None:
    """Add the rule that the values of columns occur once."""
    rule: dict[str, Any] = {"metric": "duplicateValues"}
    element = sheet.property(key, columns[0]) if len(columns) == 1 else sheet.object(key)
    if len(columns) > 1:
        rule["arguments"] = {"properties": columns}
    _add(element, one, rule | {"mustBe": 0})


def accepted(sheet: Sheet, one: Planned) -> None:
    """Carry what the values of a column may be."""
    key, entry = _of(one)
    written, wanted = one.expected
    column = single(written)
    element = sheet.property(key, column)
    convert = _constant(element.get("logicalType", ""))
    bounds = [None if bound is None else convert(bound) for bound in wanted.between or ()]
    if entry.where or (bounds and not _has_bounds(element, bounds)):
        condition = f"({entry.where or 'true'}) and not ({_condition(quoted(column), wanted)})"
        _add(element, one, _counting(sheet, key, condition))
    elif bounds:
        named = zip(("minimum", "maximum"), bounds, strict=True)
        element["logicalTypeOptions"] = {name: bound for name, bound in named if bound is not None}
    else:
        values = {"validValues": [convert(value) for value in wanted.one_of or ()]}
        _add(element, one, {"metric": "invalidValues", "arguments": values, "mustBe": 0})


def references(sheet: Sheet, one: Planned) -> None:
    """Carry that the values of a column are found in another table."""
    key, entry = _of(one)
    written, target = one.expected
    column = quoted(single(written))
    name, columns = signature(target)
    *table, other = (*name_parts(name), *(name_parts(part)[0] for part in columns or ()))
    there = f"select from {quoted(*table)} as there where there.{quoted(other)} = here.{column}"
    query = (
        f"select count(*) from {sheet.in_sql(key)} as here where ({entry.where or 'true'}) "
        f"and here.{column} is not null and not exists ({there})"
    )
    rule = {"type": "sql", "query": query, "mustBe": 0}
    _add(sheet.property(key, single(written)), one, rule)


def returns(sheet: Sheet, one: Planned) -> None:
    """Carry what a query returns, as a rule of the first table that it names."""
    query = str(getattr(one.entry, "sql", "")).strip().rstrip(";").rstrip()
    found = {_place(query, key): key for key in reversed(sheet.objects)}
    found.pop(-1, None)
    if not found:
        raise Untaken("the query names no table of the file, and a rule belongs to one")
    wanted = one.expected
    if wanted in ("nothing", []):
        query, wanted = f"select count(*) from (\n{query}\n) as found", 0
    for operator in operators(wanted):
        rule = {"name": str(one.path[-1]), "type": "sql", "query": query} | operator
        _add(sheet.object(found[min(found)]), one, rule)


def operators(expected: Any) -> list[dict[str, Any]]:
    """Return the operators that say what a value must be, all of them together. Raises Untaken."""
    if isinstance(expected, str) and is_condition(expected) and (found := parts(expected)):
        if [sign for sign, _ in found] == [">", "<"]:
            return [{"mustBeBetween": [_number(value) for _, value in found]}]
        return [{_OPERATORS[sign]: _number(value)} for sign, value in found]
    if isinstance(expected, bool | int | float | str):
        return [{"mustBe": expected}]
    raise Untaken("a rule compares one number, text or truth value")


def _of(one: Planned) -> tuple[Key, Any]:
    if one.subject is None:
        raise Untaken("it is about no table")
    return one.subject.key, one.entry


def _add(element: dict[str, Any], one: Planned, rule: dict[str, Any]) -> None:
    """Add a rule, unless it is there already."""
    named = {expectation: name for name, expectation in SEVERITIES.items()}
    if severity := named.get(one.under.severity):
        rule = rule | {"severity": severity}
    if rule not in element.setdefault("quality", []):
        element["quality"].append(rule)


def _counting(sheet: Sheet, key: Key, condition: str) -> dict[str, Any]:
    query = f"select count(*) from {sheet.in_sql(key)} where {condition}"
    return {"type": "sql", "query": query, "mustBe": 0}


def _place(query: str, key: Key) -> int:
    """Return where a query names a table, -1 where it does not."""
    name = re.escape(key[-1])
    found = re.search(rf'(?<![\w$])"?{name}"?(?![\w$])', query, re.IGNORECASE)
    return found.start() if found else -1


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _constant(logical: str) -> Callable[[str], Any]:
    """Return what makes a value for the contract of the text of a constant."""

    def value(text: str) -> Any:
        found = number(text) if logical in ("integer", "number") else None
        if logical == "boolean" and text in ("true", "false"):
            return text == "true"
        return text if found is None else _number(found)

    return value


def _has_bounds(element: dict[str, Any], bounds: list[Any]) -> bool:
    logical = element.get("logicalType")
    numbers = logical in ("integer", "number")
    return logical in WITH_BOUNDS and not any(numbers and isinstance(b, str) for b in bounds)


def _condition(column: str, wanted: Accepted) -> str:
    if wanted.one_of is not None:
        return f"{column} in ({', '.join(map(literal, wanted.one_of))})"
    signs = zip((">=", "<="), wanted.between or (), strict=True)
    return " and ".join(f"{column} {sign} {literal(b)}" for sign, b in signs if b is not None)
