"""How a table is added to a publication: `set table` would have to name all others, too."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, listed, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    publication, *table = whole.key
    return words(
        f"alter publication {quoted(publication)} add table {quoted(*table)}",
        listed(whole.said["columns"]) if whole.said.get("columns") else "",
        whole.word("where", "where ({})"),
    )


def _drop(row: Row, catalog: Catalog) -> str:
    table = quoted(row.schema, row.name)
    return f"alter publication {quoted(row.publication)} drop table {table};"


MAKING = Making(create=_create, drop=_drop)
