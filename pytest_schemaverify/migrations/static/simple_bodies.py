"""Functions and blocks in PL/pgSQL, read by a parser that knows few types, without a server."""

import re
from collections.abc import Iterator

from pytest_schemaverify.migrations.static.nodes import name, strings
from pytest_schemaverify.sql import declarations
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.declarations import Declaration
from pytest_schemaverify.sql.statements import Unparsed

_GIVEN_BACK = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_INOUT", "FUNC_PARAM_TABLE"})
"""Modes of parameters that a function gives back."""


def begun_with(source: str, parsed: list[sql.Node]) -> Iterator[tuple[int, str]]:
    """Yield line and text of what rows and records begin with: libpg_query leaves it out."""
    rows = {
        datum["PLpgSQL_rec"]["refname"]
        for one in parsed for datum in one["PLpgSQL_function"].get("datums", ())
        if "PLpgSQL_rec" in datum
    } - {"new", "old"}  # fmt: skip
    text = _text(sql.tree(source)[0].node) if rows else ""
    begun = "|".join(map(re.escape, rows))
    if rows and re.search(rf"\b(?:{begun})\"?\s[^;:=]*(?::?=|\bdefault\b)", text, re.IGNORECASE):
        _, body = declarations.options(text)
        for one in (one for part in declarations.blocks(body) for one in part.declarations):
            if one.name in rows and one.default:
                yield one.line, one.default


def routine(source: str) -> list[sql.Node]:
    """Return a function or a block in PL/pgSQL, of whatever types. Raises Unparsed."""
    try:
        return sql.routine(source)
    except Unparsed as error:
        reason = error
    # libpg_query knows few types of other schemas, and takes `a[f(x)] :=` of an array for no
    # assignment. Only the statements count here, so that simple types do.
    node = sql.tree(source)[0].node
    for fields in (True, False):
        try:
            return sql.routine(_simple(node, fields=fields))
        except Unparsed:
            continue
    raise reason


def _text(node: sql.Node) -> str:
    """Return the body of a function or a block."""
    options = [one["DefElem"] for one in node.get("options") or node.get("args") or ()]
    (argument,) = (one["arg"] for one in options if one["defname"] == "as")
    return strings(argument.get("List", {}).get("items") or [argument])[0]


def _simple(node: sql.Node, *, fields: bool) -> str:
    """Return a function or a block with simple types; with records where `fields` are named."""
    _, source = declarations.options(_text(node))
    written = source if fields else ""
    parameters = [one["FunctionParameter"] for one in node.get("parameters", ())]
    arguments = {
        one["name"]: declarations.guess(
            Declaration(one["name"], name(one["argType"]["names"])[1], 1, (0, 0)), written
        )
        for one in parameters
        if "name" in one
    }
    returned = node.get("returnType", {})
    outputs = any(one["mode"] in _GIVEN_BACK for one in parameters)
    kind = name(returned["names"])[1] if returned else "" if outputs else "void"
    return declarations.alone(
        declarations.simplified(
            source, declarations.blocks(source), lambda one: declarations.guess(one, written)
        ),
        arguments, kind, outputs=outputs, rows=bool(returned.get("setof")),
    )  # fmt: skip
