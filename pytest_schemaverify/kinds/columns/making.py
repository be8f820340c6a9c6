"""How a column is added: one that is computed can be dropped and added again."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, listed, told, words
from pytest_schemaverify.kinds.mentions import QUERIES, mentioned
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted

_LATER = {
    "storage": "set storage {}", "compression": "set compression {}",
    "statistics": "set statistics {}", "n_distinct": "set (n_distinct = {})",
}  # fmt: skip


def definition(whole: Whole) -> str:
    """Return a column as DDL has it, behind its name."""
    said = whole.said
    how = "virtual" if said.get("stored") is False else "stored"
    texts = [
        said["type"],
        whole.word("collation", "collate {}"),
        whole.word("generated", f"generated always as ({{}}) {how}"),
        whole.word("identity", "generated {} as identity"),
        "not null" if said.get("nullable") is False else "",
        "" if "generated" in said else whole.word("default", "default {}"),
    ]
    return " ".join(filter(None, texts))


def _create(whole: Whole) -> str:
    statement = words(f"alter table {whole.table} add column {whole.name}", definition(whole))
    said = whole.said
    risk = f"locks {whole.table}"
    if "generated" in said:
        risk += "" if said.get("stored") is False else " and rewrites it"
    elif said.get("nullable") is False and not {"default", "identity"} & said.keys():
        risk += ", and fails where there are rows: they have no value for it"
    return told(statement, risk)


def later(whole: Whole) -> list[str]:
    """Return the statements for what a column's definition cannot say."""
    return [*_later(whole), *(_index(one, whole) for one in _indexes(whole))]


def _later(whole: Whole) -> Iterator[str]:
    for key, change in _LATER.items():
        if key in whole.said:
            change = whole.word(key, change)
            yield f"alter table {whole.table} alter column {whole.name} {change};"
    if "comment" in whole.said and whole.row is None:
        yield f"comment on column {whole.object} is {literal(whole.said['comment'])};"


def _drop(row: Row, catalog: Catalog) -> str:
    on_table = any(row.name in f"{one.using} {one.with_check}"
                   for one in catalog.of_table("policies", row.schema, row.table))  # fmt: skip
    if on_table or mentioned(catalog, row.name, row.table, families=QUERIES):
        return ""
    return f"alter table {quoted(row.schema, row.table)} drop column {quoted(row.name)};"


def _computed(whole: Whole) -> bool:
    """Return whether a column has no own values, and nothing but indexes needs it."""
    row = whole.row
    assert row is not None
    needed = any(
        row.name in one.columns or row.name in (one.expression or "")
        for one in whole.catalog.of_table("constraints", row.schema, row.table)
    )
    return ("generated" in whole.said or row.generated is not None) and not needed


def _indexes(whole: Whole) -> list[Row]:
    """Return the indexes that are dropped with a column."""
    row = whole.row
    if row is None:
        return []
    found = whole.catalog.of_table("indexes", row.schema, row.table)
    return [one for one in found if row.name in f"{one.keys} {one.include} {one.where}"]


def _index(row: Row, whole: Whole) -> str:
    """Return the statement that makes an index again, which its own kind cannot be asked for."""
    columns = {one.name for one in whole.catalog.of_table("columns", row.schema, row.table)}
    keys = [
        str(one._replace(expression=quoted(one.expression)) if one.expression in columns else one)
        for one in row.keys
    ]
    return words(
        f"create {'unique ' if row.unique else ''}index if not exists {quoted(row.name)}",
        f"on {whole.table} using {row.method} {listed(keys)}",
        f"include {listed(map(quoted, row.include))}" if row.include else "",
        "nulls not distinct" if row.nulls_not_distinct else "",
        f"with {listed(row.options)}" if row.options else "",
        f"where {row.where}" if row.where else "",
    )


MAKING = Making(
    create=_create,
    drop=_drop,
    needs=frozenset({"type"}),
    loses="the values of {object}",
    then=later,
    again=_computed,
    inside=dict.fromkeys(("type", "nullable", "default", "identity", "collation", *_LATER), "-"),
)
