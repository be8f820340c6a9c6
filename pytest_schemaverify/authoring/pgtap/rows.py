"""Assertions of pgTAP about rows, as queries of `data`, where nothing before changes the rows."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.pgtap.calls import Call
from pytest_schemaverify.authoring.pgtap.constants import Value, constant
from pytest_schemaverify.sql.tokens import Token, closing, items, tokens

_READS = re.compile(r"\s*\(*\s*(?:select|with|values|table)\b", re.IGNORECASE)
_BOTH = "(({left}) {without} ({right})) union all (({right}) {without} ({left}))"


def facts(call: Call, used: Container[tuple[str, ...]]) -> Iterator[Fact]:
    """Yield the query that says what a call says, under a path not in use. Raises Untaken."""
    if call.changed:
        raise Untaken(f"{call.changed}; write a test with fixtures, or `access` for what roles may")
    texts = [_argument(call, place) for place in range(min(2, len(call.values)))]
    query, returns = _COMPARED[call.function](call, texts)
    why = call.values[-1]
    named = (why.value if why else "") if len(call.values) > _COUNTS.get(call.function, 2) else ""
    words = "_".join(re.findall(r"[^\W_]+", str(named or "").lower())[:8])
    name, number = words or call.function, 1
    while ("data", "queries", slug := name if number == 1 else f"{name}_{number}") in used:
        number += 1
    yield Fact(("data", "queries", slug), {"sql": query, "returns": returns})


def _argument(call: Call, place: int) -> str:
    """Return the query that an argument stands for. Raises Untaken."""
    value = call.values[place]
    if value is not None and value.type.endswith("[]"):
        return f"select unnest({call.sources[place]})"
    if place and call.function in _COUNTS:
        return ""
    if value is None or not isinstance(value.value, str) or value.type == "refcursor":
        raise Untaken("its query is no constant text; write it under `data.queries`")
    name = value.value.strip().removeprefix("execute ").strip()
    query = call.prepared.get(name.strip('"'), value.value).strip().rstrip(";").rstrip()
    if not _READS.match(query):
        raise Untaken(
            "it is no query that only reads; what a role may do to rows is said under `access`"
        )
    return query


def _inside(query: str) -> str:
    """Return a query that may stand in brackets, which no comment hides."""
    return f"{query}\n" if "--" in query else query


def _none(_: Call, texts: Sequence[str]) -> tuple[str, Any]:
    return texts[0], "nothing"


def _some(_: Call, texts: Sequence[str]) -> tuple[str, Any]:
    return f"select exists ({_inside(texts[0])})", True


def _difference(without: str, pattern: str, *, differs: bool = False) -> Callable[..., Any]:
    """Return what compares two queries as sets or bags."""

    def compared(call: Call, texts: Sequence[str]) -> tuple[str, Any]:
        if len(texts) < 2:
            raise Untaken("it has one argument only")
        left, right = map(_inside, texts)
        query = pattern.format(left=left, right=right, without=without)
        return (f"select exists ({query})", True) if differs else (query, "nothing")

    return compared


def _in_order(call: Call, texts: Sequence[str]) -> tuple[str, Any]:
    value = call.values[1] if len(call.values) > 1 else None
    if value is not None and isinstance(value.value, list):
        rows = [[one] for one in value.value]
    else:
        listed = rows_of(texts[1]) if len(texts) > 1 else None
        if listed is None:
            raise Untaken("the order of two queries' rows; write the rows as `returns: [[…], …]`")
        rows = listed
    return texts[0], rows or "nothing"


def _row(call: Call, texts: Sequence[str]) -> tuple[str, Any]:
    found = call.arguments[1] if len(call.arguments) > 1 else []
    end = closing(found, 1) if [one.text for one in found[:2]] == ["row", "("] else 0
    row = _constants(found[2:end]) if end else None
    if row is None:
        raise Untaken("its row is no constant; write it as `returns: […]`")
    return texts[0], row


def rows_of(query: str) -> list[list[Any]] | None:
    """Return the rows of `values (1, 'a'), (2, 'b')`, None for any other query."""
    found = tokens(query)
    if not found or found[0].text != "values":
        return None
    rows = [_constants(one[1:-1]) for one in items(found[1:]) if len(one) > 1]
    known = [row for row in rows if row is not None]
    return known if len(known) == len(rows) else None


def _constants(found: Sequence[Token]) -> list[Any] | None:
    values: list[Value | None] = [constant(one) for one in items(found)]
    known = [one.value for one in values if one is not None]
    return known if len(known) == len(values) else None


_COUNTS = {"is_empty": 1, "isnt_empty": 1, "row_eq": 2}
"""How many arguments are no queries, or only one is; a further one is the description."""
_COMPARED: dict[str, Callable[[Call, Sequence[str]], tuple[str, Any]]] = {
    "is_empty": _none,
    "isnt_empty": _some,
    "results_eq": _in_order,
    "row_eq": _row,
    "set_eq": _difference("except", _BOTH),
    "set_ne": _difference("except", _BOTH, differs=True),
    "set_has": _difference("except", "({right}) {without} ({left})"),
    "set_hasnt": _difference("intersect", "({left}) {without} ({right})"),
    "bag_eq": _difference("except all", _BOTH),
    "bag_ne": _difference("except all", _BOTH, differs=True),
    "bag_has": _difference("except all", "({right}) {without} ({left})"),
    "bag_hasnt": _difference("intersect all", "({left}) {without} ({right})"),
}
ROWS = frozenset(_COMPARED)
"""Functions about rows."""
