"""The SQL statements in the body of a function, with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.catalog import Function
from pytest_schemaverify.migrations import sql
from pytest_schemaverify.migrations.sql import Unparsed, walk
from pytest_schemaverify.migrations.static.bodies import expressions

_ASSIGNED = 2
"""Parse modes from here on are assignments: `x := expression`, and `x.y := expression`."""
_KINDS = frozenset({"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})
"""What the server looks at when it parses a statement; others it reads when they run."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement or expression of a body."""

    text: str
    """As the server can parse it: an expression is a query."""
    line: int
    """Of the body, from 1, where the language tells."""
    unread: str = ""
    """Why it is not known."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a function consists of."""

    statements: tuple[Statement, ...]
    variables: dict[str, str]
    """Types of variables and arguments by name; "" for one that is not known."""
    made: frozenset[str]
    """Names of tables that it makes itself."""


def body(function: Function, definition: str) -> Body:
    """Return the statements of a function in SQL or PL/pgSQL; `definition` creates it."""
    arguments = {one.name: one.type for one in function.parameters if one.name}
    if function.language == "sql":
        return Body(tuple(_plain(function.source)), arguments, frozenset())
    rows: dict[str, str] = {}
    try:
        tree = _parsed(definition, rows)
    except Unparsed as error:
        return Body((Statement("", 1, error.reason),), arguments, frozenset())
    found = list(expressions(tree, 1))
    variables = {**dict(_variables(tree)), **rows, **arguments}
    statements = [one for line, mode, text, dynamic in found
                  for one in _statements(line, mode, text, dynamic=dynamic)]  # fmt: skip
    return Body(tuple(statements), variables, frozenset(_made(found)))


def _parsed(definition: str, rows: dict[str, str]) -> list[sql.Node]:
    """Return the tree of a function; `rows` gets the types of variables that the parser misses.

    It knows no tables, and no types of other schemas: what is a row of one has to be called a
    record, anything else a text. Raises Unparsed.
    """
    while True:
        try:
            return sql.routine(definition)
        except Unparsed as error:
            changed = _simpler(definition, error.reason, rows)
            if changed is None or changed == definition:
                raise
            definition = changed


def _simpler(definition: str, reason: str, rows: dict[str, str]) -> str | None:
    """Return a function with types that the parser knows in place of what it stopped at."""
    if "LookupExplicitNamespace" in reason:
        quote = _AS.search(definition)
        body = quote.end() if quote else len(definition)
        head = _OF_SCHEMA.sub("text", definition[:body])
        return head + _DECLARED.sub(lambda found: _records(found[0], rows), definition[body:])
    if "cannot accept type" in reason:
        return _ARRAY.sub("text[]", definition, count=20)
    unknown = _UNKNOWN.match(reason)
    if unknown is None:
        return None
    declared = re.search(rf"\b{unknown[1]}{_TYPE}", definition, re.IGNORECASE)
    if declared is None:
        return None
    rows.setdefault(unknown[1], declared[1])
    return f"{definition[: declared.start(1)]}record{definition[declared.end() :]}"


def _records(declarations: str, rows: dict[str, str]) -> str:
    def record(found: re.Match[str]) -> str:
        of = (found["of"] or "").lower()
        rows[found["name"].lower()] = "" if of == "%type" else found["type"]
        return f"{found['name']}{found['space']}{'record' if of == '%rowtype' else 'text'}"

    return _DECLARATION.sub(record, declarations)


_ARRAY = re.compile(r"(?:[\w\"]+\.)?[\w\"]+\[\]")
_SCHEMA_TYPE = r"""(?!pg_catalog\.)(?:"[^"]+"|[a-z_]\w*)\.(?:"[^"]+"|[a-z_]\w*)(?:\.\w+)?"""
_OF_SCHEMA = re.compile(rf"(?<=[\s(,]){_SCHEMA_TYPE}(?:%(?:row)?type)?(?=[\s,)\[])", re.IGNORECASE)
_DECLARATION = re.compile(
    rf"\b(?P<name>\w+)(?P<space>\s+(?:constant\s+)?)(?P<type>{_SCHEMA_TYPE})"
    r"(?P<of>%(?:row)?type)?(?=[\s;:])",
    re.IGNORECASE,
)
_DECLARED = re.compile(r"\bdeclare\b(?:(?!\bbegin\b).)*+", re.IGNORECASE | re.DOTALL)
_AS = re.compile(r"\bas\s+(?:\$|')", re.IGNORECASE)
_TYPE = r"\s+((?:[\w\"]+\.)?[\w\"]+)(%rowtype)?"
_UNKNOWN = re.compile(r'"(\w+)\.\w+" is not a known variable')


def _plain(source: str) -> Iterator[Statement]:
    for one in sql.statements(source):
        yield Statement(one.text, one.line)


def _statements(line: int, mode: int, text: str, *, dynamic: bool) -> Iterator[Statement]:
    if dynamic:
        if not _constant(text):
            yield Statement("", line, "it is put together when it runs")
            return
        text, mode = _constant(text), 0
    if mode > _ASSIGNED:
        target, text = _assignment(text)
        if "." in target:
            yield Statement(f"select {target}", line)
    query = text if mode == 0 else f"select {text}"
    try:
        kinds = {tree.kind for tree in sql.tree(query)}
    except Unparsed:
        kinds = set()  # the server may be newer than the parser
    if kinds <= _KINDS:
        yield Statement(query, line)


def _assignment(text: str) -> tuple[str, str]:
    """Return both sides of `x := value`."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "=" and not depth:
            return text[:place].rstrip(" :\n\t"), text[place + 1 :]
    return "", text


def _constant(text: str) -> str:
    try:
        constant = sql.expression(text).get("A_Const", {})
    except Unparsed:
        return ""
    return str(constant.get("sval", {}).get("sval", ""))


def _made(found: list[tuple[int, int, str, bool]]) -> Iterator[str]:
    for _, mode, text, dynamic in found:
        if mode or dynamic:
            continue
        try:
            trees = sql.tree(text)
        except Unparsed:
            continue
        for tree in trees:
            relation = tree.node.get("relation") or tree.node.get("into", {}).get("rel", {})
            if tree.kind in ("CreateStmt", "CreateTableAsStmt") and "relname" in relation:
                yield relation["relname"]


def _variables(node: Any) -> Iterator[tuple[str, str]]:
    for key, value in walk(node):
        if key in ("PLpgSQL_var", "PLpgSQL_rec", "PLpgSQL_row") and "refname" in value:
            type_ = value.get("datatype", {}).get("PLpgSQL_type", {}).get("typname", "")
            yield value["refname"], "" if type_ in ("UNKNOWN", "record", "refcursor") else type_
