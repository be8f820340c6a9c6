import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Function
from pytest_schemaverify.findings import Finding

_SET = re.compile(r"setof\s+", re.IGNORECASE)


def check(expected: str, actual: Function, server: Canonical) -> Iterator[Finding]:
    """The function returns the declared type."""
    if not _is(expected, actual.returns, server):
        yield Finding(
            expected=f"returns {expected}",
            actual=f"returns {actual.returns}" if actual.returns else "returns nothing",
        )


def _is(expected: str, actual: str, server: Canonical) -> bool:
    if expected.lower() == "table":
        return actual.upper().startswith("TABLE(")
    if expected.lower() == actual.lower():
        return True
    if actual.upper().startswith("TABLE("):
        return False
    wanted, found = _SET.match(expected), _SET.match(actual)
    if bool(wanted) != bool(found):
        return False
    return server.same_type(_SET.sub("", expected), _SET.sub("", actual))
