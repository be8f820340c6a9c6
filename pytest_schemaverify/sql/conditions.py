"""Conditions in PL/pgSQL that hold only where a table is there."""

import re
from typing import Any

_THERE = re.compile(
    r"\bto_regclass\s*\(\s*'([^']+)'(?:::\w+)?\s*\)\s+is\s+not\s+null\b", re.IGNORECASE
)
_OTHERWISE = re.compile(r"\bor\b|\bnot\s*\(", re.IGNORECASE)
"""What lets a condition hold without its parts."""


BRANCHES = {"PLpgSQL_stmt_if": "then_body", "PLpgSQL_if_elsif": "stmts"}
"""Where the statements are that run only if a condition holds."""


def asked_for(condition: dict[str, Any]) -> frozenset[str]:
    """Return the tables, as they are written, without which a condition does not hold."""
    text = condition["PLpgSQL_expr"]["query"]
    if _OTHERWISE.search(text):
        return frozenset()
    return frozenset(name.replace('"', "") for name in _THERE.findall(text))
