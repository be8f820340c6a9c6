import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.names import BadName, parts, split

from .naming import in_signature

_SET = re.compile(r"setof\s+", re.IGNORECASE)
_TABLE = re.compile(r"table\s*\(.*\)", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(r"""(?P<name>"(?:[^"]|"")+"|\S+)\s+(?P<type>.+)""", re.DOTALL)
_PSEUDO = frozenset({"event_trigger", "trigger"})
"""Results that no value can have, so that the server cannot be asked for the type."""


def check(expected: str, actual: Function, server: Canonical) -> Iterator[Finding]:
    """The function returns the declared type."""
    if not _same_result(expected, actual.returns, server):
        yield Finding(
            expected=f"returns {expected}",
            actual=f"returns {actual.returns}" if actual.returns else "returns nothing",
        )


def _same_result(expected: str, actual: str, server: Canonical) -> bool:
    written, stored = _TABLE.fullmatch(expected), _TABLE.fullmatch(actual)
    if expected.lower() == "table":
        return stored is not None
    if written or stored:
        return bool(written and stored) and _same_columns(expected, actual, server)
    if bool(_SET.match(expected)) != bool(_SET.match(actual)):
        return False
    return _same_type(_SET.sub("", expected, count=1), _SET.sub("", actual, count=1), server)


def _same_type(expected: str, actual: str, server: Canonical) -> bool:
    if expected.lower() in _PSEUDO:
        return expected.lower() == actual
    return expected == actual or in_signature(expected, server) == actual


def _same_columns(expected: str, actual: str, server: Canonical) -> bool:
    wanted, found = _columns(expected), _columns(actual)
    return [name for name, _ in wanted] == [name for name, _ in found] and all(
        _same_type(one, other, server) for (_, one), (_, other) in zip(wanted, found, strict=True)
    )


def _columns(text: str) -> list[tuple[str, str]]:
    """Return the names and types in `table (id bigint, rank real)`."""
    columns = []
    for column in split(text[text.index("(") + 1 : text.rindex(")")]):
        match = _COLUMN.fullmatch(column)
        if match is None:
            raise BadName(f"{column!r} is not a name and a type, as in `table (id bigint)`")
        columns.append((parts(match["name"])[0], match["type"]))
    return columns
