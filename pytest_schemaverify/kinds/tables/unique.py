from collections.abc import Iterator

from pytest_schemaverify.canonical import Same, key_text, same_key
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.expected_names import as_key
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import BadName, key_column, key_columns, quoted, single

USE = Use(each=True, unmatched="a list of lists")


def check(expected: list[str], actual: Table, catalog: Catalog, same: Same) -> Iterator[Finding]:
    """Values of the columns occur once: a unique constraint or index covers just them."""
    columns = {c.name for c in catalog.of_table("columns", actual.schema, actual.name)}
    keys = [
        one for one in catalog.of_table("constraints", actual.schema, actual.name)
        if one.without_overlaps and one.kind in ("primary key", "unique")
    ]  # fmt: skip
    # The index of a key WITHOUT OVERLAPS is not unique, so the constraint has to tell.
    if any(map(_is_range, expected)):
        yield from _without_overlaps(expected, actual, keys)
        return
    indexes = [i for i in catalog.of_table("indexes", actual.schema, actual.name) if i.unique]
    expected = [_in_sql(text, columns) for text in expected]
    of_columns = [index for index in indexes if _covers(index, expected, columns, same)]
    if any(_whole(index) for index in of_columns):
        return
    listed = ", ".join(expected)
    found = sorted(_unique_clause(index, columns) for index in indexes if _whole(index))
    found += [f"unique ({key_columns(one.key)})" for one in keys]
    yield Finding(
        expected=f"unique ({listed})",
        actual="; ".join(found) or "nothing unique",
        hint="; ".join(map(_why_not, of_columns)) or _together(expected, indexes, columns),
        fix=_fix(expected, quoted(actual.schema, actual.name)),
    )


def _in_sql(text: str, columns: set[str]) -> str:
    """Return a column or expression as SQL has it; people write `first name` without its quotes."""
    try:
        single(text)
    except BadName:
        return quoted(text) if text in columns else text
    return text


def _together(expected: list[str], indexes: list[Index], columns: set[str]) -> str:
    """Return how columns that are unique only together are written."""
    if len(expected) > 1:
        return ""
    lists = [
        [key_text(key.expression, columns) for key in one.keys] for one in indexes if _whole(one)
    ]
    found = next((keys for keys in lists if len(keys) > 1 and expected[0] in keys), None)
    if found is None:
        return ""
    return f"{' and '.join(found)} are unique together: `unique: [[{', '.join(found)}]]`"


def _is_range(text: str) -> bool:
    try:
        return key_column(text)[1]
    except BadName:  # an expression
        return False


def _without_overlaps(
    expected: list[str], table: Table, keys: list[Constraint]
) -> Iterator[Finding]:
    wanted = as_key(expected)
    if not any(sorted(one.key) == sorted(wanted) for one in keys):
        listed, name = key_columns(wanted), quoted(table.schema, table.name)
        yield Finding(
            expected=f"unique ({listed})",
            actual="; ".join(f"unique ({key_columns(one.key)})" for one in keys)
            or "no unique constraint without overlaps",
            fix=f"alter table {name} add unique ({listed});",
        )


def _fix(expected: list[str], table: str) -> str:
    try:
        return f"alter table {table} add unique ({', '.join(quoted(single(t)) for t in expected)});"
    except BadName:  # an expression
        return f"create unique index on {table} ({', '.join(expected)});"


def _covers(index: Index, expected: list[str], columns: set[str], same: Same) -> bool:
    keys = [key.expression for key in index.keys]
    for text in expected:
        match = next((key for key in keys if same_key(text, key, columns, same)), None)
        if match is None:
            return False
        keys.remove(match)
    return not keys


def _whole(index: Index) -> bool:
    # A partial unique index lets the rows that it leaves out repeat; an invalid one checks nothing.
    return index.valid and index.where is None


def _why_not(index: Index) -> str:
    name = quoted(index.name)
    return f"{name} is only for rows where {index.where}" if index.where else f"{name} is invalid"


def _unique_clause(index: Index, columns: set[str]) -> str:
    return f"unique ({', '.join(key_text(key.expression, columns) for key in index.keys)})"
