"""What users say about themselves: `user_metadata` of the token, and where it comes from."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pytest_schemaverify.sql.statements import Node, tree, walk
from pytest_schemaverify.sql.tokens import Token

EDITABLE = re.compile(r"\b(?:raw_)?user_meta_?data\b")
"""The claim of the token, and the column of auth.users that it comes from."""


def mentioned(found: Iterable[Token]) -> str:
    """Return what users can edit of what some tokens name, "" for nothing."""
    for token in found:
        # A constant may be a path, such as '{user_metadata,role}'.
        if token.kind in ("string", "name", "quoted") and (one := EDITABLE.search(token.text)):
            return one.group()
    return ""


def names_it(node: Any, columns: Iterable[str] = ()) -> bool:
    """Return whether a tree names what users can edit, or one of some columns that hold it."""
    known = frozenset(columns)
    return any(_is_it(kind, one, known) for kind, one in walk([node]))


def _is_it(kind: str, node: Node, columns: frozenset[str]) -> bool:
    if kind == "A_Const":
        return bool(EDITABLE.search(node.get("sval", {}).get("sval", "")))
    if kind == "ColumnRef":
        # Of a record with it, each field may be it.
        names = [one.get("String", {}).get("sval", "") for one in node["fields"]]
        return any(EDITABLE.fullmatch(name) or name in columns for name in names)
    return False


_DECIDING = ("whereClause", "havingClause", "quals")
"""Where a query has the conditions on its rows."""


def columns_with_it(query: str, known: Iterable[str] = ()) -> frozenset[str] | None:
    """Return the columns of a view that hold what users can edit; None where its rows depend on it.

    `known` are columns of other views that do. Raises Unparsed.
    """
    parsed = [{one.kind: one.node} for one in tree(query)]
    of_others, found, before = frozenset(known), frozenset[str](), None
    while found != before:  # a query within the query has names for them, too
        before = found
        found = frozenset(_targets(parsed, of_others | found))
    conditions = (node[key] for _, node in walk(parsed) for key in _DECIDING if key in node)
    return None if any(names_it(one, of_others | found) for one in conditions) else found


def _targets(parsed: list[Node], columns: Iterable[str]) -> Iterator[str]:
    for kind, node in walk(parsed):
        if kind == "ResTarget" and names_it(node.get("val", {}), columns):
            yield node.get("name") or _own_name(node["val"])


def _own_name(value: Node) -> str:
    fields = value.get("ColumnRef", {}).get("fields", [{}])
    return str(fields[-1].get("String", {}).get("sval", ""))
