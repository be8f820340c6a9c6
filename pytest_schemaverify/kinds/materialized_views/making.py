"""How a materialized view is made: nothing alters its query."""

from pytest_schemaverify.kinds.making import Making, settings, words
from pytest_schemaverify.kinds.views.making import drop
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    said = whole.said
    return words(
        f"create materialized view {whole.object}",
        f"with {settings(said['with'])}" if said.get("with") else "",
        f"as\n{said['definition'].strip().removesuffix(';')}",
        "" if said.get("populated", True) else "with no data",
    )


MAKING = Making(
    inside={"columns": "definition"},
    create=_create, drop=drop, needs=frozenset({"definition"}), risk="runs its query on all rows",
)  # fmt: skip
