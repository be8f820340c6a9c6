"""How an extension is installed."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    return words(f"create extension {whole.name}", whole.word("schema", "schema {}"))


def _drop(row: Row, catalog: Catalog) -> str:
    return f"drop extension {quoted(row.name)};"


MAKING = Making(create=_create, drop=_drop, loses="its objects", again=lambda whole: False)
