"""How a range type is made: nothing alters what it is made of."""

from pytest_schemaverify.kinds.making import Making
from pytest_schemaverify.kinds.types.making import drop
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted

_WORDS = {
    "subtype": "subtype", "operator_class": "subtype_opclass", "collation": "collation",
    "canonical": "canonical", "difference": "subtype_diff", "multirange": "multirange_type_name",
}  # fmt: skip


def _create(whole: Whole) -> str:
    parts = [f"{word} = {whole.said[key]}" for key, word in _WORDS.items() if key in whole.said]
    return f"create type {quoted(*whole.key)} as range ({', '.join(parts)});"


MAKING = Making(create=_create, drop=drop, needs=frozenset({"subtype"}))
