from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql.names import quoted, single, split

from .statements import replaced


def check(expected: str, actual: Constraint) -> Iterator[Finding]:
    """The declared action is taken when the referenced row is deleted."""
    if _parts(actual.on_delete) != _parts(expected):
        fix = replaced(actual._replace(on_delete=expected))
        yield Finding(expected=expected, actual=actual.on_delete, fix=fix)


def _parts(action: str) -> tuple[str, frozenset[str]]:
    """Return the action and the columns that it is for, where it is not for all of them."""
    # `set null (a, b)` names columns since PostgreSQL 15; their order means nothing.
    words, _, columns = action.partition("(")
    return words.strip(), frozenset(quoted(single(name)) for name in split(columns.rstrip(")")))
