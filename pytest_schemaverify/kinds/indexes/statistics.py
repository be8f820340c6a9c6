from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.form import ABSENT, pairs
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.indexes.targets import an_expression, statement
from pytest_schemaverify.language.matchers import same
from pytest_schemaverify.language.own_keys import EXACT
from pytest_schemaverify.sql.names import quoted


def check(expected: dict[str, object], actual: Index) -> Iterator[Finding]:
    """Key columns of the index have the declared statistics targets; others may have one too."""
    found = pairs(actual.statistics)
    wanted = {name: value for name, value in expected.items() if name != EXACT}
    if expected.get(EXACT) is True:
        wanted = {**dict.fromkeys(found, ABSENT), **wanted}
    for number, value in wanted.items():
        there = found.get(number, ABSENT)
        if value != there and (ABSENT in (value, there) or not same(value, there)):
            wrong = _no_target(actual, int(number) - 1) or _too_high(value)
            yield Finding(
                expected=_said(number, value),
                actual=_said(number, there),
                hint=wrong,
                fix="" if wrong else _statement(actual, number, value),
            )


def _no_target(actual: Index, at: int) -> str:
    """Return why a key can have no target; "" for one that can."""
    if not 0 <= at < len(actual.keys):
        return f"the index has no key column {at + 1}"
    if an_expression(actual.keys[at].expression):
        return ""
    return f"column {at + 1} is no expression: it has the target of the table's column"


def _too_high(value: object) -> str:
    # The server lowers what is above its most.
    return f"the highest target is {_MOST}" if isinstance(value, int) and value > _MOST else ""


def _said(number: str, value: object) -> str:
    target = "the default target" if value == ABSENT else f"statistics {value}"
    return f"column {number} has {target}"


def _statement(actual: Index, number: str, value: object) -> str:
    """Return the statement that sets a target; "" for one that the server does not take."""
    target = "-1" if value == ABSENT else str(value)
    if target != "-1" and not target.isdecimal():
        return ""
    return statement(quoted(actual.schema, actual.name), number, target)


_MOST = 10_000
