"""Gives what a plan scans names that do not depend on how the text, or the server's print, has it.

`select q.n from (select count(*) as n from notes) as q` is the same with other words for `q` and
`n`. With `with recursive w as (select … union select … from w) select … from w` the server prints
the inner `w` as `w w_1`. When it plans what it has printed, EXPLAIN gives the two scans each
other's names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_schemaverify.sql.statements import Unparsed, tree
from pytest_schemaverify.sql.tokens import Token, text_at, tokens

from .given_names import Given, given

Known = Mapping[str, Mapping[str, str]]
"""By name of a scan, and then of a column, another name of that column."""


def by_place(plan: Any, query: str) -> Any:
    """Return the plan of a query in which names that the query gives are told by their place.

    Tables keep their names, since these say what is read.
    """
    scans = [one for one in _scans(plan) if _is_named(one)]
    if not scans:
        return plan
    try:
        names = given([{one.kind: one.node} for one in tree(query)])
    except Unparsed:
        return plan
    called, columns = {}, {}  # type: dict[str, str], dict[str, dict[str, str]]
    for scan in scans:
        alias, found = scan["Alias"], _columns(scan, names)
        if found is None:
            continue
        if not alias.startswith(_BRANCH):
            called[alias] = f"scan {len(called)}"
        columns[alias] = {name: f"?{at}" for at, name in enumerate(found) if name}
    withs = dict.fromkeys(one["CTE Name"] for one in scans if "CTE Name" in one)
    queries = {f"CTE {name}": f"query {at}" for at, name in enumerate(withs)}
    return _called(plan, called, columns, queries) if columns else plan


_BRANCH = "*SELECT*"
"""How the server calls a part of UNION, INTERSECT and EXCEPT, which has no name."""


def _columns(scan: Any, names: Given) -> tuple[str | None, ...] | None:
    """Return the columns of a scan in their order; None for a scan that keeps its name."""
    if scan["Alias"].startswith(_BRANCH):  # it returns all columns, in their order
        return tuple(tokens(text)[-1].name for text in scan["Output"])
    if "CTE Name" in scan:
        return names.queries.get(scan["CTE Name"])
    return names.columns.get(scan["Alias"]) or None


def _is_named(scan: Any) -> bool:
    """Return whether a scan is of something whose name the text gives."""
    # Rows that stand in for a table are told by their alias, which is the table's name.
    return "CTE Name" in scan or scan["Node Type"] == "Subquery Scan" or (
        scan["Node Type"] == "Function Scan" and scan.get("Function Name") != "json_to_record"
    )  # fmt: skip


def _scans(plan: Any) -> Iterator[Any]:
    if "Alias" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _called(
    part: Any, names: Mapping[str, str], columns: Known, queries: Mapping[str, str]
) -> Any:  # fmt: skip
    """Return a part of a plan with other names for some scans; no two in a plan have the same."""
    if isinstance(part, dict):
        return {
            key: names.get(value, value) if key == "Alias"
            else queries.get(f"CTE {value}", value) if key == "CTE Name"
            else queries.get(value, value) if key == "Subplan Name"
            else _called(value, names, columns, queries)
            for key, value in part.items()
        }  # fmt: skip
    if isinstance(part, list):
        return [_called(one, names, columns, queries) for one in part]
    return _said(part, names, columns) if isinstance(part, str) else part


def _said(text: str, names: Mapping[str, str], columns: Known) -> str:
    """Return an expression of a plan with other names of scans, and of their columns."""
    found = tokens(text)
    said = [token.text for token in found]
    for at, token in enumerate(found):
        if not _is_scan(found, at) or token.name not in columns:
            continue
        said[at] = f'"{names.get(token.name, token.name)}"'
        of = columns[token.name]
        if found[at + 2].is_name and found[at + 2].name in of:
            said[at + 2] = f'"{of[found[at + 2].name]}"'
    # A text without such a name stays as it is, since joined tokens have other spaces.
    return text if said == [token.text for token in found] else " ".join(said)


def _is_scan(found: list[Token], at: int) -> bool:
    """Return whether a token is the name of a scan in front of a column: it has a dot behind it."""
    is_dotted = found[at].is_name and text_at(found, at + 1) == "." and at + 2 < len(found)
    return is_dotted and text_at(found, at - 1) != "."
