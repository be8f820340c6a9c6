"""How an index is made: nothing but a new one has other keys."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.indexes.targets import an_expression, statement
from pytest_schemaverify.kinds.making import Making, listed, settings, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    said = whole.said
    return words(
        f"create {'unique ' if said.get('unique') else ''}index {whole.name} on {whole.table}",
        whole.word("method", "using {}"),
        listed(_with_schemas(one, whole.catalog) for one in said["columns"]),
        f"include {listed(said['include'])}" if "include" in said else "",
        "nulls not distinct" if said.get("nulls_not_distinct") else "",
        f"with {settings(_with(whole))}" if _with(whole) else "",
        whole.word("tablespace", "tablespace {}"),
        whole.word("where", "where {}"),
    )


def _with_schemas(key: str, catalog: Catalog) -> str:
    """Return a key of an index with the schema of its operator class, where somebody made that."""
    for schema, name, *_ in catalog.families["operator_classes"]:
        words = [quoted(schema, name) if one == quoted(name) else one for one in key.split(" ")[1:]]
        key = " ".join([key.split(" ")[0], *words])
    return key


def _with(whole: Whole) -> dict[str, Any]:
    """Return the storage parameters; those that are there are none of another method."""
    said, row = whole.said.get("with", {}), whole.row
    if row is None or row.method == whole.said.get("method", row.method):
        return dict(said)
    own = getattr(whole.entry, "with_", None) or {}
    return {name: value for name, value in said.items() if name in own}


def _drop(row: Row, catalog: Catalog) -> str:
    # That of a constraint is dropped with the constraint only.
    own = catalog.find("constraints", (row.schema, row.table, row.name)) is None
    return f"drop index if exists {quoted(row.schema, row.name)};" if own else ""


def _marks(whole: Whole) -> Iterator[str]:
    if whole.said.get("clustered"):
        yield f"alter table {whole.table} cluster on {whole.name};"
    if whole.said.get("replica_identity"):
        yield f"alter table {whole.table} replica identity using index {whole.name};"
    keys = whole.said["columns"]
    for number, target in whole.said.get("statistics", {}).items():
        # A target that is there may be that of a key which is none any more.
        if int(number) <= len(keys) and an_expression(keys[int(number) - 1]):
            index = f"{quoted(whole.key[0])}.{whole.name}"
            yield statement(index, number, str(target))


MAKING = Making(
    # There may be no tablespace of the name, and a plain column has no target of its own.
    inside={"tablespace": "-", "statistics": "-"},
    create=_create,
    drop=_drop,
    needs=frozenset({"columns"}),
    risk="locks {table} against writes while it is built",
    then=lambda whole: list(_marks(whole)),
)
