"""What the checks look at, by the names of their parameters."""

from collections.abc import Mapping
from typing import Any

from pytest_schemaverify.checks import find
from pytest_schemaverify.plan import Planned

from . import access, deployed, files, objects, routines, rows, searches, unmanaged, vectors
from .gathered import Fact, Facts

__all__ = ["Facts", "given"]


def given(planned: Planned, facts: Facts) -> list[Any]:
    """Return the arguments of a planned check."""
    return [_FACTS[name](planned, facts) for name in find(planned.check).needs]


def _rows(planned: Planned, facts: Facts) -> list[tuple[Any, ...]]:
    check = find(planned.check)
    if check.query is None:
        raise TypeError(f"{check.name} wants rows, and has no query")
    return facts.query(check.query(*[_FACTS[name](planned, facts) for name in check.query_needs]))


_FACTS: Mapping[str, Fact] = {
    **objects.FACTS,
    **rows.FACTS,
    **files.FACTS,
    **deployed.FACTS,
    **vectors.FACTS,
    **searches.FACTS,
    **routines.FACTS,
    **access.FACTS,
    **unmanaged.FACTS,
    "rows": _rows,
}
