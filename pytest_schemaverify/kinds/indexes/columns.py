import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Same, key_text, same_key
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.indexes.row import Index, IndexKey, parameters
from pytest_schemaverify.sql.names import BadName, masked, parts, quoted, split

# An operator class may be left out, so the words behind it must not be taken for one. Quoted
# names are masked as \x00, hence that sign beside \w.
_KEY = re.compile(
    r"(?P<expression>.+?)"
    r"(?:\s+collate\s+(?P<collation>[\w.\x00]+))?"
    r"(?:\s+(?!asc\b|desc\b|nulls\b)(?P<operator_class>[\w.\x00]+(?:\s+\x00+)?))?"
    r"(?:\s+(?P<direction>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*$",
    re.IGNORECASE | re.DOTALL,
)
"""A key as DDL has it, with quotes and brackets masked."""

Columns = dict[str, Column]


def check(expected: list[str], actual: Index, same: Same, catalog: Catalog) -> Iterator[Finding]:
    """The index has the declared keys, in order, with their operator classes and directions."""
    if not same_keys(expected, actual, same, catalog):
        found = ", ".join(key_shown(actual, catalog))
        yield Finding(expected=", ".join(expected), actual=found)


def same_keys(expected: list[str], index: Index, same: Same, catalog: Catalog) -> bool:
    """Return whether an index has the declared keys, in order."""
    columns = _columns(index, catalog)
    return len(expected) == len(index.keys) and all(
        _same_key(text.strip(), key, columns, same)
        for text, key in zip(expected, index.keys, strict=True)
    )


def key_shown(index: Index, catalog: Catalog) -> list[str]:
    """Return the keys of an index as DDL has them."""
    columns = _columns(index, catalog)
    return [_key_clause(key, columns) for key in index.keys]


def _columns(index: Index, catalog: Catalog) -> Columns:
    return {c.name: c for c in catalog.of_table("columns", index.schema, index.table)}


def _same_key(text: str, key: IndexKey, columns: Columns, same: Same) -> bool:
    usual = key.default_operator_class and not (key.descending or key.nulls_first or key.parameters)
    if text == key.expression == text.lower() and usual and _inherited(key, columns):
        return True  # a plain column, as most keys are
    match = _KEY.match(masked(text))
    if match is None:
        return False

    def said(part: str) -> str:
        return text[slice(*match.span(part))] if match[part] else ""

    descending = said("direction").lower() == "desc"
    # NULLs are first with DESC and last otherwise, where nothing is said:
    # https://www.postgresql.org/docs/current/sql-createindex.html
    nulls_first = said("nulls").lower() == "first" if said("nulls") else descending
    operator_class, parameters = _operator_class(said("operator_class"))
    return (
        (key.descending, key.nulls_first) == (descending, nulls_first)
        and _same_name(operator_class, key.operator_class, key.default_operator_class)
        and parameters == key.parameters
        and _same_name(said("collation"), key.collation, _inherited(key, columns))
        and same_key(said("expression"), key.expression, columns, same)
    )


def _operator_class(text: str) -> tuple[str, str]:
    """Return name and parameters of `tsvector_ops (siglen=100)`, these as a row has them."""
    name, _, given = text.removesuffix(")").partition("(") if text.endswith(")") else (text, "", "")
    said = (one.partition("=")[::2] for one in split(given))
    return name.strip(), parameters(f"{name.strip()}={value.strip()}" for name, value in said)


def _same_name(text: str, actual: str, implied: bool) -> bool:
    """Return whether a name is the expected one without its schema; "" means the usual one."""
    try:
        return parts(text)[-1] == actual if text else implied
    except BadName as error:
        remedy = "write it as in `create index`: `found tsvector_ops (siglen=100)`"
        raise CannotDetermine(f"reading `{text}`", because=str(error), remedy=remedy) from None


def _inherited(key: IndexKey, columns: Columns) -> bool:
    """Return whether a key has the collation of its column, or that which follows from it.

    True where that is not known: for a column of a type that has its own collation.
    """
    column = columns.get(key.expression)
    if column is None:
        return not key.collated
    if not (column.collation or column.type.startswith(("text", "character"))):
        return True
    return key.collation == (column.collation or "default")


def _key_clause(key: IndexKey, columns: Columns) -> str:
    words = [key_text(key.expression, columns)]
    if not _inherited(key, columns):
        words.append(f"collate {quoted(key.collation)}")
    if key.parameters or not key.default_operator_class:
        words.append(key.operator_class)
    if key.parameters:
        words.append(f"({key.parameters})")
    if key.descending:
        words.append("desc")
    if key.nulls_first != key.descending:
        words.append("nulls first" if key.nulls_first else "nulls last")
    return " ".join(words)
