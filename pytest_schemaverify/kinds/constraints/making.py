"""How constraints of all kinds are added to a table, and dropped."""

from collections.abc import Callable, Mapping

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import parts, quoted

from .referring import referring

Definition = Callable[[Whole], str]
"""Returns a constraint as DDL has it, behind its name."""


def drop(row: Row, catalog: Catalog) -> str:
    """Return the statement that drops a constraint, and before it what refers to it."""
    if row.kind in ("unique", "primary key") and referring(row, catalog):
        return ""  # foreign keys would have to be dropped, and made again
    there = catalog.find("tables", (row.schema, row.table))
    inherits = there.inherits if there is not None else ()
    if any(catalog.find("constraints", (*parts(one), row.name)) for one in inherits):
        return ""  # it goes with that of the parent
    table, name = quoted(row.schema, row.table), quoted(row.name)
    return f"alter table {table} drop constraint if exists {name};"


def waiting(whole: Whole) -> str:
    """Return whether a constraint can wait for the end of a transaction, and does."""
    deferred = whole.said.get("initially_deferred")
    able = "deferrable" if whole.said.get("deferrable") or deferred else ""
    return f"{able} initially deferred" if deferred else able


def added(
    definition: Definition,
    *,
    needs: frozenset[str],
    name: Callable[[Whole], str] = lambda whole: whole.name,
    risk: str = "",
    inside: Mapping[str, str] | None = None,
) -> Making:
    """Return how a kind of constraint is made."""

    def create(whole: Whole) -> str:
        own, text = name(whole), definition(whole)
        if not text:
            return ""
        named = f" constraint {own}" if own else ""
        made = words(f"alter table {whole.table} add{named}", text)
        if whole.row is None and whole.catalog.find("indexes", whole.key) is not None:
            # An index that is no constraint's has the name.
            made = f"drop index if exists {quoted(whole.key[0], whole.key[2])};\n{made}"
        return made

    return Making(create=create, drop=drop, needs=needs, risk=risk, inside=inside or {})
