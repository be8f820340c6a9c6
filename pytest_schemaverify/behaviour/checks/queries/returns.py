import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from psycopg import sql

from pytest_schemaverify.databases.reading import Rows
from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.language.conditions import compare, holds, is_condition, parts
from pytest_schemaverify.sql.row_values import unmarked
from pytest_schemaverify.sql.secrets import secret_name


def query(statement: str) -> sql.SQL:
    """Return what the user wrote."""
    return sql.SQL(statement)


def check(expected: Any, rows: Rows) -> Iterator[Finding]:
    """The query returns what is declared: nothing, one value, one row or all rows."""
    wanted, found = _expected_rows(expected), [[_plain(value) for value in row] for row in rows]
    if not _same(wanted, found):
        # A query may select a password; its column's name is all that tells.
        hidden = {at for at, name in enumerate(rows.names) if secret_name(name)}
        condition = isinstance(expected, str) and is_condition(expected) and parts(expected)
        expected = expected if condition else unmarked(_shown(wanted, hidden))
        actual = _shown(found, hidden)
        yield Finding(
            expected=expected,
            actual=actual,
            identity=expected if found else f"{expected}, not nothing",
            hint=_hint(wanted, found),
            unlike=not _comparable(wanted, found),
        )


def _expected_rows(expected: Any) -> list[list[Any]]:
    if expected in ("nothing", []):
        return []
    if not isinstance(expected, list):
        return [[_plain(expected)]]
    rows = expected if isinstance(expected[0], list) else [expected]
    return [[_plain(v) for v in row] if isinstance(row, list) else [_plain(row)] for row in rows]


def _plain(value: Any) -> Any:
    """Return a value as YAML can write it; numbers are exact, whatever their type."""
    if value is None or isinstance(value, bool | str):
        return value
    # By its text: the Decimal of the float 0.1 has 55 digits. A bool, which is an int in Python,
    # has been returned above.
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return str(value)


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_same(wanted[k], found[k]) for k in wanted)
    if isinstance(found, Decimal):
        if isinstance(wanted, Decimal):
            return compare("=", found, wanted)
        return (
            isinstance(wanted, str)
            and bool(parts(wanted))
            and is_condition(wanted)
            and holds(wanted, found)
        )
    # `1` is no `true`, and the text '5' no 5, though Python or YAML may take them for equal.
    return type(wanted) is type(found) and bool(wanted == found)


def _comparable(wanted: Any, found: Any) -> bool:
    """Return whether every condition meets a number, and no number what only looks like one."""
    if isinstance(wanted, str):
        return not is_condition(wanted) or isinstance(found, Decimal) == bool(parts(wanted))
    if isinstance(wanted, dict):
        values = found if isinstance(found, dict) else {}
        return all(_comparable(one, values.get(key)) for key, one in wanted.items())
    if isinstance(wanted, list):
        there = found if isinstance(found, list) and len(found) == len(wanted) else ()
        return all(_comparable(*pair) for pair in zip_longest(wanted, there))
    return True


def _hint(wanted: Any, found: Any) -> str:
    """Return why a condition does not hold, of one value, where that is not plain."""
    match wanted, found:
        case [[str(text)]], [[Decimal()]] if is_condition(text) and not parts(text):
            return f"`{text}` is not a condition on a number"
        case [[str(text)]], [[str()]] if is_condition(text) and parts(text):
            return (
                "it is a text, and not a number: a condition compares numbers, cast it to numeric"
            )
    return ""


def _shown(rows: list[list[Any]], hidden: Collection[int]) -> str:
    """Return some rows in one line, without what is in the hidden columns."""
    if not rows:
        return "nothing"
    texts = (
        json.dumps(row[0] if len(row) == 1 else row, default=_number, ensure_ascii=False)
        for row in (_masked(row, hidden) for row in rows[:3])
    )
    more = len(rows) - 3  # of very many rows not all were fetched
    listed = samples(texts, width=80)
    if more > 0:
        listed += " and over 1,000 more" if more > 1000 else f" and {more} more"
    return listed


def _masked(row: list[Any], hidden: Collection[int]) -> list[Any]:
    return ["***" if at in hidden and one is not None else one for at, one in enumerate(row)]


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite():
        return float(value)
    if abs(value.adjusted()) > _DIGITS or Decimal(str(float(value))) != value:
        return str(value)  # another number would be shown
    return int(value) if value == value.to_integral_value() else float(value)


_DIGITS = 300
"""Digits up to which a number is written out."""
