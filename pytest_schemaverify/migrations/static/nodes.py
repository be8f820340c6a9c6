"""Names, types and constants in the nodes of libpg_query's parse tree."""

from collections.abc import Callable
from hashlib import blake2b
from sys import intern
from typing import Any, NamedTuple

from pytest_schemaverify.sql.statements import Node

Name = tuple[str, str]
"""Schema and name; the schema is "" where none was written."""

_PLAIN = {
    "int2": "smallint", "int4": "integer", "int8": "bigint", "bool": "boolean", "float4": "real",
    "float8": "double precision", "bpchar": "character", "varchar": "character varying",
    "serial4": "serial", "serial8": "bigserial", "serial2": "smallserial", "decimal": "numeric",
    "timetz": "time with time zone",
}  # fmt: skip
"""Names of types as PostgreSQL documents them, where the parser has others."""


class Type(NamedTuple):
    """A type as it is written in a statement."""

    name: Name
    modifiers: tuple[str, ...] = ()
    """What stands in brackets behind it: `10, 2`."""
    dimensions: int = 0
    """Of an array."""
    location: int = 0

    def __str__(self) -> str:
        schema, name = self.name
        text = f"{schema}.{name}" if schema else _PLAIN.get(name, name)
        if self.modifiers:
            text += f"({', '.join(self.modifiers)})"
        return text + "[]" * self.dimensions


def strings(items: list[Node] | None) -> list[str]:
    """Return the texts of a list of String nodes."""
    # Interned, here and below: thousands of objects are kept, and few names are new.
    return [intern(item["String"].get("sval", "")) for item in items or () if "String" in item]


def name(items: list[Node] | None) -> Name:
    """Return schema and name of a list of String nodes."""
    parts = strings(items)
    return (parts[-2] if len(parts) > 1 else "", parts[-1] if parts else "")


def relation(node: Node) -> Name:
    """Return schema and name of a RangeVar."""
    return (intern(node.get("schemaname", "")), intern(node.get("relname", "")))


def type_of(node: Node) -> Type:
    """Return the type of a TypeName."""
    # The grammar puts pg_catalog in front of its own words: `int` is pg_catalog.int4.
    schema, bare = name(node.get("names"))
    return Type(
        ("" if schema == "pg_catalog" else schema, bare),
        tuple(constant(item) for item in node.get("typmods", ())),
        len(node.get("arrayBounds", ())),
        node.get("location", 0),
    )


def constant(node: Node) -> str:
    """Return the text of a constant; "" for anything else."""
    value = node.get("A_Const", {})
    if "ival" in value:
        # libpg_query's JSON leaves out fields with their default: 0 is {}.
        return str(value["ival"].get("ival", 0))
    for kind, key in (("sval", "sval"), ("fval", "fval")):
        if kind in value:
            return str(value[kind].get(key, ""))
    return "NULL" if value.get("isnull") else ""


def canonical(node: Any, plain: Callable[[Node], Node] = dict) -> str:
    """Return a text that is equal for equal expressions, wherever they stand.

    `plain` returns what a node is taken for. The text is short: thousands of definitions are kept
    to be compared with later ones.
    """
    parts: list[str] = []
    # No recursion: a thousand terms joined with OR are nested a thousand deep.
    stack = [node]
    while stack:
        here = stack.pop()
        if type(here) is tuple:
            parts += here
        elif type(here) is dict:
            here = plain(here)
            stack.append(("}",))
            for key in sorted(here, reverse=True):
                if not key.endswith("location"):
                    stack += here[key], (key, ":")
            parts.append("{")
        elif type(here) is list:
            stack += ("]",), *reversed(here)
            parts.append("[")
        else:
            # Quoted and followed by a comma, so that neighbours never read as one value.
            parts += repr(here), ","
    return intern(blake2b("".join(parts).encode(), digest_size=16).hexdigest())
