"""How an aggregate is made: nothing alters what it is made of."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted

_WORDS = {
    "state_function": "sfunc", "state_type": "stype", "final_function": "finalfunc",
    "combine_function": "combinefunc", "sort_operator": "sortop",
}  # fmt: skip


def _create(whole: Whole) -> str:
    row = whole.row
    if row is None:
        return ""
    said = whole.said
    parts = [f"{word} = {said[key]}" for key, word in _WORDS.items() if key in said]
    parts += [f"initcond = {literal(said['initial'])}"] if "initial" in said else []
    parts += [f"parallel = {row.parallel}"] if row.parallel != "unsafe" else []
    name = f"{quoted(row.schema, row.name)}({row.arguments or '*'})"
    return f"create aggregate {name} ({', '.join(parts)});"


def _drop(row: Row, catalog: Catalog) -> str:
    return dropped(row, "functions")


MAKING = Making(create=_create, drop=_drop, needs=frozenset({"state_function", "state_type"}))
