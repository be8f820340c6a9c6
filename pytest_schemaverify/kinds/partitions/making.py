"""How a partition is made, or attached where its table is there."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _values(whole: Whole) -> str:
    bound = str(whole.said["bound"]).strip()
    plain = bound.lower().startswith(("for values", "default"))
    return bound if plain else f"for values {bound}"


_STRATEGIES = {"from": "range", "in": "list", "with": "hash"}
"""How a table is divided whose partitions have bounds with these words."""


def _fits(whole: Whole) -> bool:
    """Return whether the table, if it is there, is divided in the way that the bound is for."""
    table = whole.catalog.find("tables", whole.around)
    bound = _values(whole).lower().removeprefix("for values").strip()
    word = next((one for one in _STRATEGIES if bound.startswith(one)), "")
    return table is None or table.partitioned_by.startswith(
        _STRATEGIES.get(word, ("list", "range"))
    )


def _create(whole: Whole) -> str:
    if not _fits(whole):
        return ""
    around = quoted(*whole.around)
    if whole.row is not None or whole.catalog.find("tables", whole.key) is not None:
        return words(f"alter table {around} attach partition {whole.object}", _values(whole))
    return words(f"create table {whole.object} partition of {around}", _values(whole))


def _drop(row: Row, catalog: Catalog) -> str:
    return f"alter table {row.partition_of} detach partition {quoted(row.schema, row.name)};"


MAKING = Making(
    create=_create, drop=_drop, needs=frozenset({"bound"}),
    risk="locks {object} and reads all of it",
)  # fmt: skip
