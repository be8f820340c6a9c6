"""How a unique constraint is made: `alter constraint` defers foreign keys only."""

from pytest_schemaverify.kinds.constraints.making import added, waiting
from pytest_schemaverify.kinds.making import listed, settings
from pytest_schemaverify.kinds.whole import Whole


def _definition(whole: Whole) -> str:
    said = whole.said
    texts = [
        "unique",
        "nulls not distinct" if said.get("nulls") == "not distinct" else "",
        listed(said["columns"]),
        f"include {listed(said['include'])}" if said.get("include") else "",
        f"with {settings(said['with'])}" if said.get("with") else "",
        waiting(whole),
    ]
    return " ".join(filter(None, texts))


MAKING = added(
    _definition, needs=frozenset({"columns"}), risk="locks {table} while its index is built"
)
