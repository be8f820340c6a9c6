"""Conditions in PL/pgSQL that hold only where a table is there."""

import re
from collections.abc import Iterator
from typing import Any

_REGCLASS = r"\bto_regclass\s*\(\s*'([^']+)'(?:::\w+)?\s*\)\s+is\s+"
_EXISTS = r"""\bexists\s*\(\s*select\b [^()]* \bfrom\s+(?:information_schema\.tables
    |(?:pg_catalog\.)?pg_(?:tables|class))\b ([^()]*) \)"""
_FLAGS = re.IGNORECASE | re.VERBOSE
_THERE = re.compile(rf"{_REGCLASS}not\s+null\b | (?<!\bnot\s){_EXISTS}", _FLAGS)
_MISSING = re.compile(rf"\s*(?: {_REGCLASS}null | not\s+{_EXISTS} )\s*", _FLAGS)
_NAMED = re.compile(r"\b(?:table_name|tablename|relname)\s*=\s*'([^']+)'", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:table_schema|schemaname)\s*=\s*'([^']+)'", re.IGNORECASE)
_OTHERWISE = re.compile(r"\bor\b|\bnot\s*\(", re.IGNORECASE)
"""What lets a condition hold without its parts."""
_ERROR = 21
"""The level of `raise exception`, as elog.h has it since PostgreSQL 13."""

BRANCHES = {"PLpgSQL_stmt_if": "then_body", "PLpgSQL_if_elsif": "stmts"}
"""Where the statements are that run only if a condition holds."""


def asked_for(condition: dict[str, Any]) -> frozenset[str]:
    """Return the tables, as they may be written, without which a condition does not hold."""
    text = condition["PLpgSQL_expr"]["query"]
    if _OTHERWISE.search(text):
        return frozenset()
    return frozenset(name for match in _THERE.finditer(text) for name in _names(match))


def left_without(statement: Any) -> frozenset[str]:
    """Return the tables without which nothing runs that follows a statement of a block.

    `if to_regclass('t') is null then return; end if;`
    """
    node = statement.get("PLpgSQL_stmt_if") if type(statement) is dict else None
    if node is None or "else_body" in node or "elsif_list" in node or not node.get("then_body"):
        return frozenset()
    match = _MISSING.fullmatch(node["cond"]["PLpgSQL_expr"]["query"])
    return frozenset(_names(match)) if match and _leaves(node["then_body"][-1]) else frozenset()


def _leaves(statement: dict[str, Any]) -> bool:
    """Return whether nothing behind a statement runs."""
    ((kind, node),) = statement.items()
    raises = kind == "PLpgSQL_stmt_raise" and node.get("elog_level") == _ERROR
    return raises or kind == "PLpgSQL_stmt_return"


def _names(match: re.Match[str]) -> Iterator[str]:
    name, where = match.groups()
    if name is not None:
        yield name.replace('"', "")
        return
    within = _WITHIN.search(where)
    for named in _NAMED.findall(where):
        yield named
        yield f"{within[1] if within else 'public'}.{named}"
