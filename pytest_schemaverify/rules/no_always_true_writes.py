import re
from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.reach import BYPASSING
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import WRITES, Policy
from pytest_schemaverify.sql.lexical import STRING
from pytest_schemaverify.sql.names import quoted

from .asking import for_signed_in
from .kept_by_trigger import sets_new_rows
from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def query() -> sql.SQL:
    """Return the roles that row-level security does not hold for."""
    return BYPASSING


def check(
    catalog: Catalog, policy_scope: frozenset[str], server: Canonical, rows: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    """No permissive policy lets everybody that it is for write every row."""
    bypassing, reached = {role for (role,) in rows}, Reached(catalog)
    for policy in catalog.families["policies"].values():
        if policy.schema not in policy_scope or not policy.permissive or policy.command == "select":
            continue
        # For such roles the policy is needless rather than open.
        if bypassing.issuperset(policy.roles):
            continue
        for clause, expression in _deciding(policy):
            if not _always_true(_for_signed_in(expression, policy), server):
                continue
            # Which rows are written is asked by `using`, and a trigger may set what they become.
            if clause == "using" or not sets_new_rows(policy, catalog, reached):
                yield Finding(
                    expected="a condition on the row",
                    actual=f"{policy.command} to {', '.join(policy.roles)} {clause} ({expression})",
                    subject=quoted(policy.schema, policy.table, policy.name),
                )
                break


def _deciding(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the expressions that decide about rows to be written or deleted."""
    deciding = {text for command in WRITES for text in policy.deciding(command) or ()}
    for clause, text in (("using", policy.using), ("with check", policy.with_check)):
        if text in deciding:
            yield clause, text


def _for_signed_in(expression: str, policy: Policy) -> str:
    """Return an expression as it is for whoever has signed in, about rows that are there."""
    # What a new row holds, a trigger may set.
    return expression if policy.command == "insert" else for_signed_in(expression)


def _always_true(expression: str, server: Canonical) -> bool:
    """Return whether the planner folds an expression of constants alone to true."""
    # Any other word is a column, a function or a setting, for which some row may differ.
    plain = _SUBQUERY.sub(r"\1", expression)
    if set(_WORD.findall(_TEXT.sub("''", plain))) - _CONSTANT:
        return False
    return server.same_expression("true", plain, "t", ())


_TEXT = re.compile(rf"{STRING}(?:::[\w ]+(?:\[\])?)?")
_SUBQUERY = re.compile(rf"({STRING})|(?<=\()\s*SELECT\s+|\s+AS \w+(?=\s*\))")
"""The words around the value in `( SELECT true AS bool)`; texts are matched to stay as they are.

The planner does not fold a subquery, so that it has to go before the server is asked.
"""
_WORD = re.compile(r"[a-z_]\w*", re.IGNORECASE)
_CONSTANT = frozenset({"true", "false", "AND", "OR", "NOT", "IS", "NULL", "DISTINCT", "FROM"})
