"""How a view is made: with other columns than it has, it has to be dropped first."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.mentions import mentioned
from pytest_schemaverify.kinds.whole import Whole


def _create(whole: Whole) -> str:
    said = whole.said
    options = [f"{key} = true" for key in ("security_invoker", "security_barrier") if said.get(key)]
    options += [f"check_option = {said['check_option']}"] if "check_option" in said else []
    return words(
        f"create view {whole.object}",
        f"with {listed(options)}" if options else "",
        f"as\n{said['definition'].strip().removesuffix(';')}",
    )


def drop(row: Row, catalog: Catalog) -> str:
    """Return the statement that drops a view which no other object needs."""
    return "" if mentioned(catalog, row.name, families=("views",)) else dropped(row, "views")


MAKING = Making(
    create=_create, drop=drop, needs=frozenset({"definition"}), inside={"columns": "definition"}
)
