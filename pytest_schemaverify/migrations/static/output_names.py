"""The output names of a query: https://www.postgresql.org/docs/current/sql-select.html."""

from typing import Any

from pytest_schemaverify.migrations.static.nodes import strings
from pytest_schemaverify.sql.statements import Node


def output_names(query: Node) -> frozenset[str] | None:
    """Return the names of the columns of a SelectStmt; None where they cannot be read.

    They cannot for `*`, for VALUES, and for an expression whose name the server makes up.
    """
    while "larg" in query:  # UNION, INTERSECT and EXCEPT take the names of their first query
        query = query["larg"]
    if not query.get("targetList"):
        return None
    names = [_name(item["ResTarget"]) for item in query["targetList"]]
    return None if None in names else frozenset(filter(None, names))


def _name(target: Node) -> str | None:
    if "name" in target:
        return str(target["name"])
    kind, value = next(iter(target["val"].items()))
    return _implied(kind, value)


def _implied(kind: str, value: Any) -> str | None:
    """Return the name that the server gives to an expression without one."""
    if kind == "ColumnRef":
        fields = strings(value["fields"])
        return fields[-1] if len(fields) == len(value["fields"]) else None
    if kind == "FuncCall":
        return strings(value["funcname"])[-1]
    return None
