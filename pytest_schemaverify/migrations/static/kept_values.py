"""Assignments of an UPDATE after which every value that was there is still there."""

from pytest_schemaverify.migrations.static.nodes import strings
from pytest_schemaverify.sql.statements import Node


def keeps(column: str, value: Node) -> bool:
    """Return whether a value is the column's own, wherever that is not null.

    `coalesce(x, 0)` and `case when x is null then 0 else x end` are; `lower(x)` and `x + 1` are
    not, as nobody can tell what x was.
    """
    kind, inner = next(iter(value.items()), ("", Node()))
    if kind == "MultiAssignRef":  # (a, b) = (coalesce(a, 0), b)
        parts = inner["source"].get("RowExpr", {}).get("args", [])
        return len(parts) >= inner["colno"] and keeps(column, parts[inner["colno"] - 1])
    if kind == "ColumnRef":
        return strings(inner["fields"])[-1:] == [column]
    if kind == "CoalesceExpr":
        return keeps(column, inner["args"][0])
    if kind == "CaseExpr":
        branches = [item["CaseWhen"] for item in inner["args"]]
        otherwise = "defresult" in inner and keeps(column, inner["defresult"])
        fine = all(
            keeps(column, one["result"]) or ("arg" not in inner and _is_null(column, one["expr"]))
            for one in branches
        )
        return otherwise and fine
    return False


def _is_null(column: str, condition: Node) -> bool:
    """Return whether a condition holds only where a column is null."""
    test, both = condition.get("NullTest", {}), condition.get("BoolExpr", {})
    if both.get("boolop") == "AND_EXPR":
        return any(_is_null(column, part) for part in both["args"])
    if both.get("boolop") == "OR_EXPR":
        return all(_is_null(column, part) for part in both["args"])
    return test.get("nulltesttype") == "IS_NULL" and keeps(column, test["arg"])
