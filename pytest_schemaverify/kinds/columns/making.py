"""How a column is added: one that is computed can be dropped and added again."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import QUERIES, Whole, mentioned
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
    return words(f"alter table {whole.table} add column {whole.name}", definition(whole))


def later(whole: Whole) -> list[str]:
    """Return the statements for what a column's definition cannot say."""
    return list(_later(whole))


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
    """Return whether a column is not needed by an index or constraint, and has no own values."""
    row = whole.row
    assert row is not None
    beside = (row.schema, row.table)
    indexed = any(row.name in str(one.keys) for one in whole.catalog.of_table("indexes", *beside))
    return ("generated" in whole.said or row.generated is not None) and not indexed


MAKING = Making(
    create=_create,
    drop=_drop,
    needs=frozenset({"type"}),
    risk="locks {table}, and fails for NOT NULL without a default where there are rows",
    loses="the values of {object}",
    then=later,
    again=_computed,
    inside=dict.fromkeys(("type", "nullable", "default", "identity", "collation", *_LATER), "-"),
)
