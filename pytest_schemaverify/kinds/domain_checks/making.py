"""How a check of a domain is made: nothing alters its expression."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    return words(
        f"alter domain {whole.table} add constraint {whole.name}",
        f"check ({whole.said['expression']})",
        "not valid" if whole.said.get("validated") is False else "",
    )


def _drop(row: Row, catalog: Catalog) -> str:
    return f"alter domain {quoted(row.schema, row.domain)} drop constraint {quoted(row.name)};"


MAKING = Making(
    create=_create,
    drop=_drop,
    needs=frozenset({"expression"}),
    risk="locks each table with such a column and reads all of it",
)
