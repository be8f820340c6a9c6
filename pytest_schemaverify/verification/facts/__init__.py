"""Facts for checks, by the names of the checks' parameters."""

from functools import cache
from importlib import import_module
from typing import Any

from pytest_schemaverify.kinds import find
from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts

__all__ = ["Facts", "given"]


def given(needs: tuple[str, ...], planned: Planned, facts: Facts) -> list[Any]:
    """Return the facts of these names for a planned check."""
    return [find_fact(planned, facts) for find_fact in _found_by(needs)]


@cache
def _found_by(needs: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(map(_fact, needs))


def _rows_of_query(planned: Planned, facts: Facts) -> list[tuple[Any, ...]]:
    check = find(planned.check)
    if check.query is None:
        raise TypeError(f"{check.name} wants rows, and has no query")
    return facts.query(check.query(*given(check.query_needs, planned, facts)))


_TOPICS = (
    "objects", "rows", "unmanaged", "declared_privileges", "files", "deployed",
    "vectors", "routines", "searches", "access", "permission",
    "default_privileges", "details",
)  # fmt: skip
"""Modules with facts, those first that cost least to import."""


@cache
def _fact(name: str) -> Fact:
    """Return the function that finds a fact; modules of other facts need not be imported."""
    if name == "rows":
        return _rows_of_query
    for topic in _TOPICS:
        found: dict[str, Fact] = import_module(f"{__name__}.{topic}").FACTS
        if name in found:
            return found[name]
    raise LookupError(f"no check can ask for {name}")
