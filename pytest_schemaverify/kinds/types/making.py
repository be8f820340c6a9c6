"""How a type is made: a domain over another type, or another range, is a new type."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted


def _create(whole: Whole) -> str:
    said = whole.said
    if "enum" in said:
        return f"create type {whole.object} as enum {listed(map(literal, said['enum']))};"
    if "composite" in said:
        return f"create type {whole.object} as {listed(said['composite'])};"
    if "domain" in said:
        return words(
            f"create domain {whole.object} as {said['domain']}",
            whole.word("collation", "collate {}"),
            whole.word("default", "default {}"),
            "not null" if said.get("nullable") is False else "",
        )
    return ""


def drop(row: Row, catalog: Catalog) -> str:
    """Return the statement that drops a type which nothing has or takes."""
    name = quoted(row.schema, row.name)
    columns = (one.type for one in catalog.families["columns"].values())
    taken = (p.type for one in catalog.families["functions"].values() for p in one.parameters)
    others = (one.base for one in catalog.families["types"].values())
    used = {text.split("(")[0].removesuffix("[]") for of in (columns, taken, others) for text in of}
    return "" if used & {name, row.name} else dropped(row, "types")


def _domain(whole: Whole) -> bool:
    domain = whole.row is not None and whole.row.kind == "domain"
    return domain and not {"enum", "composite"} & whole.said.keys()


MAKING = Making(create=_create, drop=drop, again=_domain, inside={"kind": "-"})
