import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import BadName, masked, parts, split

_LIST = re.compile(r"\b(from|to|in|with)\s*(\x00+)", re.IGNORECASE)
"""A word and the values in brackets after it, with the brackets masked."""


def check(expected: str, actual: Table, catalog: Catalog, server: Canonical) -> Iterator[Finding]:
    """The partition takes the declared rows."""
    wanted, found = _bound(expected), _bound(actual.bound)
    if set(wanted) == set(found):
        types = _types(actual, catalog)
        if all(_same_values(word, wanted[word], found[word], types, server) for word in wanted):
            return
    yield Finding(expected=expected, actual=actual.bound.lower() if not found else actual.bound)


def _bound(text: str) -> dict[str, list[str]]:
    """Return the lists of values by the word before them; none for a default partition."""
    found = {
        match[1].lower(): split(text[match.start(2) + 1 : match.end(2) - 1])
        for match in _LIST.finditer(masked(text))
    }
    if not found and text.strip().lower() != "default":
        raise CannotDetermine(
            f"reading the bound `{text}`",
            because="it has no values in brackets and is not `default`",
            remedy="write `from (…) to (…)`, `in (…)`, `with (modulus …, remainder …)`",
        )
    return found


def _types(partition: Table, catalog: Catalog) -> list[str]:
    """Return the types of the partition key's columns; none where a key is an expression."""
    table = catalog.find("tables", parts(partition.partition_of))
    if table is None:
        return []
    columns = {
        column.name: column.type for column in catalog.of_table("columns", table.schema, table.name)
    }
    keys = split(table.partitioned_by.partition("(")[2].rpartition(")")[0])
    try:
        types = [columns.get(parts(key)[-1], "") for key in keys]
    except BadName:
        return []
    return types if all(types) else []


def _same_values(
    word: str, expected: list[str], actual: list[str], types: list[str], server: Canonical
) -> bool:
    # The modulus and the remainder of a hash are numbers, of no column's type; without types
    # the server cannot be asked, and the words decide.
    if word == "with" or not types:
        return [_spaced(text) for text in expected] == [_spaced(text) for text in actual]
    # The values of a list have no order; the bounds of a range belong to the columns one by one.
    if word == "in":
        left = [text for text in expected if not _among(text, actual, types[0], server)]
        return not left and len(expected) == len(actual)
    return len(expected) == len(actual) == len(types) and all(
        _same_value(*values, server) for values in zip(expected, actual, types, strict=True)
    )


def _among(text: str, values: list[str], type_: str, server: Canonical) -> bool:
    return any(_same_value(text, value, type_, server) for value in values)


def _same_value(expected: str, actual: str, type_: str, server: Canonical) -> bool:
    words = {expected.lower(), actual.lower()}
    # They are no values, so the server cannot be asked about them.
    if not words.isdisjoint({"minvalue", "maxvalue"}):
        return len(words) == 1
    return server.same_default(expected, actual, type_)


def _spaced(text: str) -> str:
    return " ".join(text.lower().split())
