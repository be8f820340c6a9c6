"""The ways in which policies let a row through: what `or` connects, each by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.statements import Unparsed, expression
from pytest_schemaverify.sql.tokens import spans

COMMANDS = ("select", "insert", "update", "delete")
MOST = 16
"""Branches of one expression; one that has more stays whole."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way in which permissive policies of a table let rows through."""

    condition: str
    policy: str
    """The first that has it."""
    commands: tuple[str, ...]
    """Commands for which a row of this kind is let through."""


def branches(catalog: Catalog, table: Table) -> list[Branch]:
    """Return the ways through the permissive policies of a table, each once."""
    found: dict[str, tuple[str, list[str]]] = {}
    for policy in catalog.of_table("policies", *table):
        if policy.permissive:
            for command, condition in _deciding(policy):
                for one in alternatives(condition):
                    commands = found.setdefault(one, (policy.name, []))[1]
                    commands += [command] if command not in commands else []
    return [Branch(one, name, tuple(commands)) for one, (name, commands) in found.items()]


def deciding(catalog: Catalog, table: Table) -> dict[str, set[str]]:
    """Return the expressions of a table's policies with the commands about which they decide."""
    found: dict[str, set[str]] = {}
    for policy in catalog.of_table("policies", *table):
        for command in COMMANDS:
            for one in policy.deciding(command) or ():
                found.setdefault(one, set()).add(command)
    return found


def _deciding(policy: Policy) -> Iterator[tuple[str, str]]:
    for command in COMMANDS:
        if expressions := policy.deciding(command):
            # Of an update, the expression on the rows that are there.
            yield command, expressions[0]


def alternatives(condition: str) -> list[str]:
    """Return what `or` connects, also below an `and`: each of them is enough.

    An expression that the parser cannot read, or with too many of them, is the only one.
    """
    text = without_brackets(condition)
    try:
        node = expression(f"({text}\n)")
    except Unparsed:  # the server may be newer than the parser
        return [text]
    operator = node.get("BoolExpr", {}).get("boolop", "")
    if operator == "OR_EXPR":
        found = [one for part in connected(text, "or") for one in alternatives(part)]
        return found if len(found) <= MOST else [text]
    parts = connected(text, "and") if operator == "AND_EXPR" else []
    # `between … and …` is none that connects, and the parser knows how many there are.
    if len(parts) < 2 or len(parts) != len(node["BoolExpr"]["args"]):
        return [text]
    each = [alternatives(part) for part in parts]
    if not 1 < prod(map(len, each)) <= MOST:
        return [text]
    return [" AND ".join(map(_bracketed, ones)) for ones in product(*each)]


def connected(text: str, word: str) -> list[str]:
    """Return the parts of an expression between words such as `or`, outside of brackets."""
    parts, begun, depth = [], 0, 0
    for token, start, end in spans(text):
        opens = token.text in ("(", "[") or (token.kind == "name" and token.text == "case")
        closes = token.text in (")", "]") or (token.kind == "name" and token.text == "end")
        depth += opens - closes
        if not depth and token.kind == "name" and token.text == word:
            parts.append(text[begun:start].strip())
            begun = end
    return [*parts, text[begun:].strip()]


def without_brackets(text: str) -> str:
    """Return an expression without brackets around all of it."""
    text = text.strip()
    while text.startswith("(") and _closes_last(text):
        text = text[1:-1].strip()
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for token, _, end in spans(text):
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            return end == len(text)
    return False


def _bracketed(text: str) -> str:
    return text if text.startswith("(") and _closes_last(text) else f"({text})"


def columns_in(condition: str, columns: Sequence[str]) -> set[str]:
    """Return the columns whose names are words of a condition."""
    words = {token.name for token, _, _ in spans(condition) if token.is_name}
    return words & {*columns}
