"""Reads the JSON Schema of a file of expectations, to make values from it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent

Node = dict[str, Any]


@cache
def document() -> Node:
    """Return the schema as `make generate` writes it."""
    text = (ROOT / "pytest_schemaverify/expectations.schema.json").read_text(encoding="utf-8")
    loaded: Node = json.loads(text)
    return loaded


def resolved(node: Any) -> Node:
    """Return what a node refers to, or the node itself; `true` is a node without conditions."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node if isinstance(node, dict) else {}


def branches(node: Any) -> list[Node]:
    """Return the alternatives at a place, none of which has alternatives of its own."""
    node = resolved(node)
    alternatives = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    return [leaf for one in alternatives for leaf in branches(one)] if alternatives else [node]


def types(node: Node) -> list[str]:
    """Return the types that a node without alternatives admits."""
    named = node.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def named_entries(node: Node) -> Any:
    """Return the schema of entries under names that the user chooses, None where there are none."""
    more = node.get("additionalProperties")
    return more if more not in (None, False) else None
