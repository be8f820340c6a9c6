import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Function
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import parts, split

_SET = re.compile(r"setof\s+", re.IGNORECASE)
_TABLE = re.compile(r"table\s*\((?P<columns>.*)\)\s*", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(r"""(?P<name>"(?:[^"]|"")+"|\S+)\s+(?P<type>.+)""", re.DOTALL)
_LENGTH = re.compile(r"\([^)]*\)")
_PSEUDO = frozenset({"event_trigger", "record", "trigger", "void"})
"""Results that are no types of a value, so that the server cannot be asked about one."""


def check(expected: str, actual: Function, server: Canonical) -> Iterator[Finding]:
    """The function returns the declared type."""
    if not _is(expected, actual.returns, server):
        yield Finding(
            expected=f"returns {expected}",
            actual=f"returns {actual.returns}" if actual.returns else "returns nothing",
        )


def _is(expected: str, actual: str, server: Canonical) -> bool:
    wanted, found = expected.strip().lower(), actual.lower()
    table = _TABLE.fullmatch(actual)
    if wanted == "table" or wanted == found:
        return table is not None if wanted == "table" else True
    written = _TABLE.fullmatch(expected.strip())
    if table or written:
        return bool(table and written) and _same_columns(written, table, server)
    set_wanted, set_found = _SET.match(wanted), _SET.match(found)
    if bool(set_wanted) != bool(set_found) or not actual:
        return False
    plain, stored = _SET.sub("", expected.strip(), count=1), _SET.sub("", actual, count=1)
    if {plain.lower(), stored.lower()} & _PSEUDO:
        return plain.lower() == stored.lower()
    return _same_type(plain, stored, server)


def _same_type(expected: str, actual: str, server: Canonical) -> bool:
    # The server keeps no lengths here: what returns varchar(10) returns character varying.
    return expected == actual or _LENGTH.sub("", server.type(expected)) == actual


def _same_columns(
    expected: re.Match[str] | None, actual: re.Match[str] | None, server: Canonical
) -> bool:
    wanted, found = (
        [_COLUMN.fullmatch(column) for column in split(match["columns"])] if match else []
        for match in (expected, actual)
    )
    return len(wanted) == len(found) and all(
        w is not None
        and f is not None
        and parts(w["name"]) == parts(f["name"])
        and _same_type(w["type"], f["type"], server)
        for w, f in zip(wanted, found, strict=True)
    )
