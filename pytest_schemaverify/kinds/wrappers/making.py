"""How a foreign data wrapper is made."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.catalog.options import Option
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted


def options(whole: Whole) -> str | None:
    """Return the clause for the options of foreign data; None where one may be a secret."""
    found = [Option(name, _text(value)) for name, value in whole.said.get("options", {}).items()]
    there = () if whole.row is None else whole.row.options
    if not all(one.public for one in (*found, *there)):
        return None
    items = [f"{quoted(one.name)} {literal(one.value)}" for one in found]
    return f"options {listed(items)}" if items else ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create(whole: Whole) -> str:
    said = options(whole)
    if said is None:
        return ""
    return words(
        f"create foreign data wrapper {whole.name}",
        whole.word("handler", "handler {}"),
        whole.word("validator", "validator {}"),
        said,
    )


def _drop(row: Row, catalog: Catalog) -> str:
    used = any(one.wrapper == row.name for one in catalog.families["foreign_servers"].values())
    return "" if used or row.of_extension else dropped(row, "wrappers")


MAKING = Making(create=_create, drop=_drop)
