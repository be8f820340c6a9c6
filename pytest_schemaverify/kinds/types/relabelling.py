"""How an enum gets other labels: no statement removes a label or moves one, so it is made anew."""

import re
from collections.abc import Iterator, Sequence

from pytest_schemaverify.catalog import Catalog, Row, granted
from pytest_schemaverify.kinds.mentions import QUERIES, mentioned
from pytest_schemaverify.kinds.types.row import Type
from pytest_schemaverify.sql.lexical import remark
from pytest_schemaverify.sql.names import literal, quoted


def relabelled(expected: Sequence[str], actual: Type, catalog: Catalog) -> str:
    """Return the statements; "" where more than columns of tables and their defaults need it."""
    name, old = quoted(actual.schema, actual.name), quoted(f"{actual.name}_before")
    columns = [one for one in catalog.families["columns"].values() if _base(one.type) == name]
    granted_to = granted(actual.acl).keys() - {actual.owner, "public"}
    free = all(_movable(one, catalog) for one in columns) and not _needed(actual, catalog)
    if granted_to or not free:
        return ""
    made = f"create type {name} as enum ({', '.join(map(literal, expected))});"
    return "\n".join([
        f"alter type {name} rename to {old};",
        made,
        *(_moved(one, name) for one in columns),
        f"drop type {quoted(actual.schema)}.{old};",
        *_described(actual, name),
    ])  # fmt: skip


def _base(text: str) -> str:
    return text.removesuffix("[]")


def _movable(column: Row, catalog: Catalog) -> bool:
    """Return whether nothing but its default has the column's type in an expression."""
    table = (column.schema, column.table)
    there = catalog.find("tables", table)
    if there is None or there.kind != "table" or column.inherited or column.generated is not None:
        return False
    if there.partition_of or mentioned(catalog, column.name, column.table, families=QUERIES):
        return False
    word = re.compile(rf"\b{re.escape(column.name)}\b")
    texts = [f"{one.using} {one.with_check}" for one in catalog.of_table("policies", *table)]
    texts += [one.expression or "" for one in catalog.of_table("constraints", *table)]
    texts += [one.where or "" for one in catalog.of_table("indexes", *table)]
    texts += [
        key.expression
        for one in catalog.of_table("indexes", *table)
        for key in one.keys
        if key.expression != column.name
    ]
    texts += [one.generated or "" for one in catalog.of_table("columns", *table)]
    return not any(map(word.search, texts))


def _needed(actual: Type, catalog: Catalog) -> bool:
    """Return whether another object than a column has the type."""
    word = re.compile(rf"(?<![\w.]){re.escape(quoted(actual.schema, actual.name))}(?!\w)")
    texts = [f"{one.signature} {one.returns}" for one in catalog.families["functions"].values()]
    texts += [f"{one.base} {one.attributes}" for one in catalog.families["types"].values()]
    texts += [str(key) for key in catalog.families["casts"]]
    texts += [str(key) for key in catalog.families["operators"]]
    texts += [str(key) for key in catalog.families["transforms"]]
    return any(map(word.search, texts))


def _moved(column: Row, name: str) -> str:
    table, own = quoted(column.schema, column.table), quoted(column.name)
    many = column.type[len(_base(column.type)) :]
    alter = f"alter column {own}"
    parts = [f"{alter} type {name}{many} using {own}::text{many}::{name}{many}"]
    if column.default is not None:
        parts = [f"{alter} drop default", *parts, f"{alter} set default {column.default}"]
    risk = f"locks and rewrites {table}, and fails where a row has a label that is gone"
    return f"alter table {table} {', '.join(parts)}; {remark(risk)}"


def _described(actual: Type, name: str) -> Iterator[str]:
    yield f"alter type {name} owner to {quoted(actual.owner)};"
    if actual.comment:
        yield f"comment on type {name} is {literal(actual.comment)};"
