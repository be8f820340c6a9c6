"""How kinds that are a name and a definition are made: with the words of their CREATE."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.kinds.making import Making, Statement, dropped, listed, words
from pytest_schemaverify.kinds.mentions import QUERIES, mentioned
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted

_NAMES = frozenset(
    {"template", "start", "gettoken", "end", "headline", "lextypes", "init", "lexize"}
)
"""Words that are followed by a name; those of a dictionary's options and of collations by a text.
"""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_brackets(noun: str) -> Statement:
    def create(whole: Whole) -> str:
        said = {word.lower(): _text(one) for word, one in _words(whole).items()}
        items = (
            f"{quoted(word)} = {one if word in _NAMES else literal(one)}"
            for word, one in said.items()
        )
        return words(f"create {noun} {whole.object}", listed(items))

    return create


def _words(whole: Whole) -> Mapping[str, Any]:
    """Return what stands behind the name; of another template no options that are there now."""
    said: Mapping[str, Any] = whole.said["definition"]
    own = getattr(whole.entry, "definition", None) or {}
    there = "" if whole.row is None else dict(whole.row.definition).get("template", "")
    template = str(own.get("template", there))
    if template.rpartition(".")[2] == there.rpartition(".")[2]:
        return said
    return {word: value for word, value in said.items() if word in own}


def _conversion(whole: Whole) -> str:
    said = whole.said["definition"]
    if not {"for", "to", "from"} <= said.keys():
        return ""
    default = "default " if _text(said.get("default")) == "true" else ""
    return words(
        f"create {default}conversion {whole.object} for {literal(said['for'])}",
        f"to {literal(said['to'])} from {said['from']}",
    )


def _transform(whole: Whole) -> str:
    said = whole.said["definition"]
    ways = [f"{way} sql with function {said[way]}(internal)" for way in ("from", "to")
            if way in said]  # fmt: skip
    return words(f"create transform for {whole.key[0]}", listed(ways))


def _access_method(whole: Whole) -> str:
    said = whole.said["definition"]
    if not {"type", "handler"} <= said.keys():
        return ""
    kind = f"type {said['type']} handler {said['handler']}"
    return words(f"create access method {whole.name}", kind)


def _operator_family(whole: Whole) -> str:
    schema, name = whole.key
    family = f"operator family {quoted(schema)}.{name}"
    said = whole.said.get("definition", {}).items()
    members = [member(word, value) for word, value in said]
    if not all(members):
        return ""
    return f"create {family};" + (f"\nalter {family} add {', '.join(members)};" if members else "")


_MEMBER = re.compile(r"(?:operator|function)\s+\d+\s+\(.*\)", re.IGNORECASE | re.DOTALL)


def member(word: str, value: object) -> str:
    """Return a member as `alter operator family … add` has it: `operator 1 < (box, box)`.

    "" for a word that names no member.
    """
    if not _MEMBER.fullmatch(word):
        return ""
    kind, number, types = word.split(maxsplit=2)
    if kind.lower() == "operator":
        return f"{kind} {number} {value} {types}"
    return f"{kind} {number} {types} {value}"


def _users(catalog: Catalog, family: str) -> Iterator[str]:
    """Yield the names of those that other objects need."""
    for of, names in _USERS.get(family, {}).items():
        for row in catalog.families[of].values():
            yield from names(row)


_USERS: Mapping[str, Mapping[str, Callable[[Row], list[str]]]] = {
    "collations": dict.fromkeys(("columns", "types"), lambda row: [row.collation]),
    "text_search_parsers": {"text_search_configurations": lambda row: [row.parser]},
    "text_search_templates": {
        "text_search_dictionaries": lambda row: [dict(row.definition)["template"]]
    },
    "text_search_dictionaries": {
        "text_search_configurations": lambda row: [one for _, one in row.mappings]
    },
    "operator_families": {
        "operator_classes": lambda row: [f"{row.operator_family} using {quoted(row.method)}"]
    },
    "access_methods": {
        "tables": lambda row: [row.access_method or ""],
        "indexes": lambda row: [row.method],
        "operator_classes": lambda row: [row.method],
    },
}


def _drop(row: Row, catalog: Catalog, family: str) -> str:
    names = {row.name, kind_of(family).own_name(row)}
    used = not names.isdisjoint(_users(catalog, family))
    if family == "collations":
        used |= mentioned(catalog, row.name, families=("indexes", *QUERIES))
    return "" if used else dropped(row, family)


_CREATE: Mapping[str, Statement] = {
    "collations": _in_brackets("collation"),
    "conversions": _conversion,
    "text_search_parsers": _in_brackets("text search parser"),
    "text_search_templates": _in_brackets("text search template"),
    "text_search_dictionaries": _in_brackets("text search dictionary"),
    "transforms": _transform,
    "operator_families": _operator_family,
    "access_methods": _access_method,
}
MAKINGS = {
    family: Making(
        create=create,
        drop=partial(_drop, family=family),
        needs=frozenset() if family == "operator_families" else frozenset({"definition"}),
    )
    for family, create in _CREATE.items()
}
