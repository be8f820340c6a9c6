"""Gives the scans of recursive queries names that do not depend on how the query was printed.

With `with recursive w as (select … union select … from w) select … from w` the server prints the
inner `w` as `w w_1`. When it plans what it has printed, EXPLAIN gives the two scans each other's
names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_schemaverify.sql.tokens import Token, text_at, tokens


def by_place(plan: Any) -> Any:
    """Return a plan whose scans of recursive queries are named by their place in the plan."""
    scans = list(_scans(plan))
    recursive = {one["CTE Name"] for one in scans if one["Node Type"] == "WorkTable Scan"}
    found = [one["Alias"] for one in scans if one["CTE Name"] in recursive]
    return _called(plan, {name: f"scan {at}" for at, name in enumerate(found)}) if found else plan


def _scans(plan: Any) -> Iterator[Any]:
    if "CTE Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _called(part: Any, names: Mapping[str, str]) -> Any:
    """Return a part of a plan with other names for some scans; no two in a plan have the same."""
    if isinstance(part, dict):
        return {
            key: names.get(value, value) if key == "Alias" else _called(value, names)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_called(one, names) for one in part]
    return _said(part, names) if isinstance(part, str) else part


def _said(text: str, names: Mapping[str, str]) -> str:
    """Return an expression of a plan with other names in front of columns."""
    found = tokens(text)
    said = [
        f'"{names[token.name]}"' if _is_scan(found, at) and token.name in names else token.text
        for at, token in enumerate(found)
    ]
    # A text without such a name stays as it is, since joined tokens have other spaces.
    return text if said == [token.text for token in found] else " ".join(said)


def _is_scan(found: list[Token], at: int) -> bool:
    """Return whether a token is the name of a scan in front of a column: it has a dot behind it."""
    return found[at].is_name and text_at(found, at + 1) == "." and text_at(found, at - 1) != "."
