"""The form of a JSON Schema: as few alternatives as say the same, and nothing said twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Node = dict[str, Any]
VARIABLE: Node = {
    "$comment": "A variable of the file, `${name}`, or of the environment, `${env:NAME}`.",
    "type": "string",
    "pattern": r"^\$\{[^{}]+\}$",
    "patternErrorMessage": "expected a value, or a variable: ${name}",
}
_ABOUT = ("description", "default", "examples")
"""Keywords that stand beside alternatives, and not in one of them."""
_ONE_TYPE: Mapping[str, set[str]] = {
    "string": {"pattern", "patternErrorMessage", "minLength", "format"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "array": {"items", "minItems", "maxItems"},
    "object": {
        "properties", "patternProperties", "additionalProperties", "propertyNames", "required",
        "minProperties", "maxProperties", "title", "if", "then",
    },
}  # fmt: skip
"""Keywords that say something of values of one type, so that others can stand beside them."""


def flat(node: Node) -> Node:
    """Return a schema of a value with as few alternatives as say the same, variables among them."""
    about = {key: node[key] for key in _ABOUT if key in node}
    forms: list[Node] = []
    for one in _forms({key: part for key, part in node.items() if key not in about}):
        _join(forms, _inner(one))
    if _closed(forms):
        forms.append({"$ref": "#/$defs/Variable"})
    return {**about, **(forms[0] if len(forms) == 1 else {"anyOf": forms})}


def _forms(node: Node) -> Iterator[Node]:
    """Yield the alternatives of a schema, none of which has alternatives only."""
    forms = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    for one in forms:
        yield from _forms(one)
    if not forms:
        yield node


def _inner(node: Node) -> Node:
    """Return one alternative with flat schemas inside."""
    made = dict(node)
    for key in ("properties", "$defs"):
        if key in node:
            made[key] = {name: flat(one) for name, one in node[key].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            made[key] = flat(node[key])
    return made


def types(node: Node) -> list[str]:
    """Return the types that a schema names."""
    named = node.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def _join(forms: list[Node], new: Node) -> None:
    """Add an alternative: to one that is about other types, if there is one."""
    if new in forms:
        return
    for one in forms if _plain(new) else ():
        if not _plain(one) or _numbers(one) & _numbers(new) or {*types(one)} & {*types(new)}:
            continue
        if not one.keys() & new.keys() - {"type"}:
            one |= {**new, "type": [*types(one), *types(new)]}
            return
    forms.append(new)


def _plain(node: Node) -> bool:
    """Return whether each keyword is about a type that is named."""
    named = types(node)
    allowed = {"type"}.union(*(_ONE_TYPE.get(one, set()) for one in named))
    return bool(named) and node.keys() <= allowed


def _numbers(node: Node) -> set[str]:
    return {"number"} & {one.replace("integer", "number") for one in types(node)}


def _closed(forms: list[Node]) -> bool:
    """Return whether texts may stand there that do not admit `${name}`, or no texts."""
    open_ = any(
        not one or ("string" in types(one) and not one.keys() & {"enum", "const"} and _admits(one))
        for one in forms
    )
    narrow = {"enum", "const", "pattern"}
    return not open_ and any(
        one.keys() & narrow or {*types(one)} & {"boolean", "integer", "number"} for one in forms
    )


def _admits(node: Node) -> bool:
    return re.search(node.get("pattern", ""), "${name}") is not None


def shared(document: Node, shapes: Mapping[str, Node]) -> Node:
    """Return a document that says once, under `$defs`, what is in it several times.

    `shapes` are flat schemas by the names that they get there. A key that several entries have
    with one meaning is said under `Shared`.
    """
    short = {json.dumps(one, sort_keys=True): name for name, one in shapes.items()}

    def named(node: Any) -> Any:
        if isinstance(node, list):
            return [named(one) for one in node]
        if not isinstance(node, dict):
            return node
        about = {key: node[key] for key in _ABOUT if isinstance(node.get(key), (str, list, bool))}
        rest = {key: part for key, part in node.items() if key not in about}
        if name := short.get(json.dumps(rest, sort_keys=True)):
            return {**about, "$ref": f"#/$defs/{name}"}
        return {key: part if key in about else named(part) for key, part in node.items()}

    made = named(document)
    made["$defs"] |= shapes
    return _with_shared_keys(made)


def _with_shared_keys(document: Node) -> Node:
    every = [*_entries(document)]
    said = Counter((key, json.dumps(one)) for e in every for key, one in e["properties"].items())
    often: dict[str, str] = {}
    for (key, text), times in said.most_common():
        if times > 2 and len(text) > 80:
            often.setdefault(key, text)
    for entry in every:
        for key, one in entry["properties"].items():
            if often.get(key) == json.dumps(one):
                entry["properties"][key] = {"$ref": f"#/$defs/Shared/properties/{key}"}
    keys = {key: json.loads(often[key]) for key in sorted(often)}
    document["$defs"]["Shared"] = {
        "description": "Keys that several entries have with one meaning.", "properties": keys,
    }  # fmt: skip
    return document


def _entries(document: Node) -> Iterator[Node]:
    for definition in document["$defs"].values():
        for one in (definition, *definition.get("anyOf", ())):
            if "properties" in one:
                yield one
