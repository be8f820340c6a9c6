"""Contracts of the Open Data Contract Standard as the tests compare them and build them."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

TYPES = ("physicalType", "logicalType")


def named(element: dict[str, Any]) -> str:
    """Return the name that the database has."""
    return str(element.get("physicalName") or element["name"])


def called(contract: dict[str, Any], path: tuple[Any, ...]) -> tuple[str, str]:
    """Return the table and the column that a path leads into."""
    one = contract["schema"][path[1]]
    return named(one), named(one["properties"][path[3]])


def resolved(contract: dict[str, Any]) -> dict[str, Any]:
    """Return a contract whose relationships lead to names of the database, however written."""
    found = copy.deepcopy(contract)
    places: dict[str, str] = {}
    for one in found["schema"]:
        for inner in one.get("properties", []):
            place = f"{named(one)}({named(inner)})"
            places[f"{one['name']}.{inner['name']}"] = place
            places[f"schema/{one.get('id')}/properties/{inner.get('id')}"] = place
    for element in [
        *found["schema"],
        *(i for o in found["schema"] for i in o.get("properties", [])),
    ]:
        for one in element.get("relationships", []):
            for key in {"from", "to"} & one.keys():
                ends = one[key] if isinstance(one[key], list) else [one[key]]
                one[key] = [places.get(end, end) for end in ends]
    return found


def without(contract: dict[str, Any], paths: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Return a contract without what stands at some paths."""
    found = copy.deepcopy(contract)
    for path in paths:
        inner: Any = found
        for part in path[:-1]:
            inner = inner[part]
        if isinstance(inner, dict):
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = None
    return found


def alike(contract: dict[str, Any], guessed: set[tuple[str, str]]) -> dict[str, Any]:
    """Return what a contract says, in one spelling of it; the types of some columns left out."""
    head = ("id", "name", "version", "status", "domain", "tenant")
    return {
        **{key: contract.get(key) for key in head},
        "servers": [one for one in contract.get("servers") or () if one],
        "objects": {named(one): of_object(one, guessed) for one in contract["schema"] if one},
    }


def of_object(one: dict[str, Any], guessed: set[tuple[str, str]]) -> dict[str, Any]:
    properties = one.get("properties", [])
    keyed = [inner for inner in properties if inner.get("primaryKey")]
    keyed.sort(key=lambda inner: inner.get("primaryKeyPosition", -1))
    rules: list[tuple[str | None, Any]] = [(None, rule) for rule in one.get("quality", [])]
    ends = [(rel["from"], rel["to"]) for rel in one.get("relationships", []) if rel]
    for inner in properties:
        # A query belongs to its table, wherever it stands.
        rules += [
            (None if rule and rule.get("type") == "sql" else named(inner), rule)
            for rule in inner.get("quality", [])
        ]
        ends += [
            ([f"{named(one)}({named(inner)})"], rel["to"])
            for rel in inner.get("relationships", [])
            if rel
        ]
    return {
        "kind": one.get("physicalType", "table"),
        "description": one.get("description"),
        "columns": {named(i): of_column(i, (named(one), named(i)) in guessed) for i in properties},
        "primary key": [named(inner) for inner in keyed],
        "foreign keys": sorted(map(repr, {repr(end): end for end in ends}.values())),
        "rules": sorted(repr((place, of_rule(rule))) for place, rule in rules if rule),
    }


def of_column(one: dict[str, Any], guessed: bool) -> dict[str, Any]:
    options = {k: v for k, v in one.get("logicalTypeOptions", {}).items() if v is not None}
    types = {} if guessed else {key: one.get(key) for key in TYPES}
    flags = {key: bool(one.get(key)) for key in ("required", "unique")}
    return types | flags | {"description": one.get("description"), "options": options}


def of_rule(one: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in one.items() if (key, value) not in DEFAULTS}
    if "rule" in found:  # as 3.0 calls it
        found["metric"] = {"duplicateCount": "duplicateValues"}[found.pop("rule")]
    label = found.pop("name", None) or found.pop("description", None)
    query = found.pop("query", None)
    if query:
        for placeholder, name in (("{object}", "air_quality"), ("{property}", "data_value")):
            query = query.replace(placeholder, name)
        label = label or "a rule of air_quality"
        found["query"] = query.strip()
    return dict(sorted({**found, "label": label}.items(), key=lambda one: one[0]))


# A list, because values may be lists, which no set can look for.
DEFAULTS = [("type", "library"), ("unit", "rows"), ("severity", "error")]


OTHER_TYPES = {
    ("integer", "i64"): "bigint", ("string", 20): "varchar(20)", ("object", None): "jsonb",
    ("timestamp", False): "timestamp", ("array", None): "text[]", ("integer", None): "integer",
}  # fmt: skip
"""Types of columns of which the contracts only say the logical type, and one of its options."""


def statements(contract: dict[str, Any]) -> Iterator[str]:
    """Yield what makes the tables of a contract; it is written for those of the tests."""
    contract = resolved(contract)
    known = {named(one) for one in contract["schema"]}
    foreign = []
    for one in contract["schema"]:
        if one.get("physicalType", "table") == "table":
            table, columns = named(one), {named(inner): inner for inner in one["properties"]}
            defined = [definition(name, inner) for name, inner in columns.items()]
            keyed = [name for name, inner in columns.items() if inner.get("primaryKey")]
            keyed.sort(key=lambda name: columns[name].get("primaryKeyPosition", 0))
            yield f"create table {table} ({', '.join(defined)}, primary key ({', '.join(keyed)}))"
            for place, element in [(f"table {table}", one)] + [
                (f"column {table}.{name}", inner) for name, inner in columns.items()
            ]:
                if "description" in element:
                    yield f"comment on {place} is $${element['description']}$$"
            for name, inner in columns.items():
                foreign += [(table, [f"{table}({name})"], to) for to in led(inner)]
            foreign += [(table, rel["from"], rel["to"]) for rel in one.get("relationships", [])]
    for table, own, to in {repr(one): one for one in foreign}.values():
        target = to[0].partition("(")[0]
        if target in known:
            here, there = (", ".join(e.partition("(")[2][:-1] for e in ends) for ends in (own, to))
            yield f"alter table {table} add foreign key ({here}) references {target} ({there})"
    if "latest_quality" in known:
        yield "create view latest_quality as select unit from air_quality"


def led(one: dict[str, Any]) -> list[list[str]]:
    return [relationship["to"] for relationship in one.get("relationships", [])]


def definition(name: str, one: dict[str, Any]) -> str:
    options = [*one.get("logicalTypeOptions", {}).values(), None]
    kind = one.get("physicalType") or OTHER_TYPES[one["logicalType"], options[0]]
    words = [word for key, word in (("required", "not null"), ("unique", "unique")) if one.get(key)]
    return " ".join([name, kind, *words])
