import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.lexical import QUOTED, STRING
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Policies ask who is there once for a statement, `(select auth.uid())`, not for each row."""
    for policy in catalog.families["policies"].values():
        if policy.schema not in scope:
            continue
        calls = [*_per_row(policy.using or ""), *_per_row(policy.with_check or "")]
        if calls:
            # One example is enough; the shortest is the easiest to find.
            first = min(calls, key=len)
            yield Finding(
                expected=f"(select {first})",
                actual=f"{first}, called for each row",
                subject=quoted(policy.schema, policy.table, policy.name),
                hint="alter the policy with each call in a select of its own",
            )


def _per_row(expression: str) -> Iterator[str]:
    """Yield the calls that are in no subquery, or in one that reads rows itself.

    A subquery without FROM depends on no row: the planner makes an InitPlan of it, which runs once.
    """
    # Blanked and not removed, so that offsets stay those of the expression.
    text = _TEXT.sub(lambda match: "_" * len(match.group()), expression)
    for call in _CALL.finditer(text):
        start = _subquery(text, call.start())
        if start is None or _FROM.search(_level(text[start:])):
            yield expression[call.start() : call.end()]


def _subquery(text: str, offset: int) -> int | None:
    """Return where the innermost subquery around an offset starts."""
    # Backwards from the call, so that the innermost bracket comes first.
    depth = 0
    for at in range(offset - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth < 0:
            depth = 0
            if _SELECT.match(text, at):
                return at + 1
    return None


def _level(text: str) -> str:
    """Return what stands directly in the brackets that the text starts in."""
    depth, found = 0, []
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
        if depth == 0:
            found.append(character)
    return "".join(found)


_TEXT = re.compile(rf"{STRING}|{QUOTED}")
# Supabase's functions, and what they read; the server prints them without blanks in front of (.
_CALL = re.compile(r"\b(?:auth\.(?:uid|jwt|role|email)\(\)|current_setting\([^()]*\))")
_SELECT = re.compile(r"\(\s*select\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
