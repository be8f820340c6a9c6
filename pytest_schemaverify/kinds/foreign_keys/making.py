"""How a foreign key is made: `alter constraint` changes when it is looked at, and no more."""

from collections.abc import Iterable

from pytest_schemaverify.kinds.constraints.making import added, waiting
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import key_columns, signature, split
from pytest_schemaverify.sql.yaml_names import in_sql, key_column, qualified

_WORDS = {"match": "match {}", "on_update": "on update {}", "on_delete": "on delete {}"}


def _fits(whole: Whole) -> bool:
    """Return whether the columns that are referred to are there, and have the same types."""
    table, columns = signature(whole.said["references"])
    other = qualified(table, whole.look.schema or "public")
    if whole.catalog.find("tables", other) is None:
        return False
    if columns is None:
        return True
    return _typed(whole, whole.key[:2], split(_columns(whole))) == _typed(whole, other, columns)


def _typed(whole: Whole, table: tuple[str, ...], columns: Iterable[str]) -> list[tuple[str, bool]]:
    """Return the types of columns, each with whether it is a range that may not overlap."""
    there = {one.name: one.type for one in whole.catalog.of_table("columns", *table)}
    keys = [key_column(one, foreign=True) for one in columns]
    return [(there.get(name, ""), ranged) for name, ranged in keys]


def _definition(whole: Whole) -> str:
    said = whole.said
    if not _fits(whole):
        return ""
    off = said.get("enforced") is False and _stated(whole, "enforced")
    texts = [
        f"foreign key ({_columns(whole)}) references {_target(said['references'])}",
        *(whole.word(key, text) for key, text in _WORDS.items()),
        waiting(whole),
        "not enforced" if off else "",
        "not valid"
        if said.get("validated") is False and _stated(whole, "validated") and not off
        else "",
    ]
    return " ".join(filter(None, texts))


def _target(text: str) -> str:
    """Return a table, perhaps with its columns, as a statement has it."""
    table, columns = signature(text)
    listed = key_columns((key_column(one, foreign=True) for one in columns or ()), foreign=True)
    return f"{in_sql(table)}({listed})" if columns else in_sql(table)


def _stated(whole: Whole, key: str) -> bool:
    """Return whether the file wants what is there; without a word every row is to be checked."""
    return whole.entry is None or key in whole.entry.model_fields_set


def _columns(whole: Whole) -> str:
    """Return the columns of the key; a file that has its own name instead does not say them."""
    if whole.row is not None:
        return key_columns(whole.row.key, foreign=True)
    return key_columns(
        (key_column(one, foreign=True) for one in split(whole.key[-1])), foreign=True
    )


def _name(whole: Whole) -> str:
    # One that is missing gets the name that the server would give it.
    return "" if whole.row is None else whole.name


MAKING = added(
    _definition,
    needs=frozenset({"references"}),
    name=_name,
    risk="locks {table} and the other table, and reads all of it",
)
