"""How a type is made: a domain over another type, or another range, is a new type."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.form import ABSENT, Said
from pytest_schemaverify.kinds.making import Making, dropped, listed, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.sql.names import literal, quoted
from pytest_schemaverify.sql.yaml_names import in_sql

RANGE = {
    "subtype": "subtype", "operator_class": "subtype_opclass", "collation": "collation",
    "canonical": "canonical", "difference": "subtype_diff", "multirange": "multirange_type_name",
}  # fmt: skip
"""The words of DDL for the parts of a range."""


def as_range(name: str, said: Said) -> str:
    """Return the statement that makes a range type."""
    given = {key: said[key] for key in RANGE if said.get(key, ABSENT) != ABSENT}
    if "collation" in given:
        given["collation"] = in_sql(given["collation"])
    parts = [f"{RANGE[key]} = {value}" for key, value in given.items()]
    return f"create type {name} as range ({', '.join(parts)});"


def _create(whole: Whole) -> str:
    said = whole.said
    if "enum" in said:
        return f"create type {whole.object} as enum {listed(map(literal, said['enum']))};"
    if "composite" in said:
        return f"create type {whole.object} as {listed(said['composite'])};"
    parts = getattr(whole.entry, "range", None)
    if whole.row is None and isinstance(parts, Entry):
        values = {key: getattr(parts, key) for key in RANGE if key in parts.model_fields_set}
        return as_range(whole.object, values) if "subtype" in values else ""
    if "domain" in said:
        return words(
            f"create domain {whole.object} as {said['domain']}",
            f"collate {in_sql(said['collation'])}" if "collation" in said else "",
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
