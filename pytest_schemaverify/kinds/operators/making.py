"""How an operator is made: `alter operator` leaves it its function."""

from pytest_schemaverify.kinds.making import Making
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted, split


def _create(whole: Whole) -> str:
    schema, sign, types = whole.key
    sides = dict(zip(("leftarg", "rightarg"), split(types), strict=True))
    arguments = [f"{side} = {one}" for side, one in sides.items() if one.lower() != "none"]
    listed = ", ".join([f"function = {whole.said['function']}", *arguments])
    return f"create operator {quoted(schema)}.{sign} ({listed});"


MAKING = Making(
    inside={"returns": "-"},  # its function has the type
    create=_create,
    needs=frozenset({"function"}),
    loses="what the entry does not say of it, such as its commutator",
)
