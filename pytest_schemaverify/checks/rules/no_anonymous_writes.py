import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Policy
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No permissive policy is for writes by PUBLIC or `anon`, unless it asks who is there."""
    for policy in catalog.families["policies"].values():
        if policy.schema not in scope or not policy.permissive or policy.command == "select":
            continue
        anybody = [role for role in policy.roles if role in ("public", "anon")]
        if anybody and not _asks_who(policy):
            yield Finding(
                expected="writes only by who has logged in",
                actual=f"{policy.command} to {', '.join(anybody)}",
                subject=f"{quoted(policy.schema, policy.table)}.{quoted(policy.name)}",
            )


def _asks_who(policy: Policy) -> bool:
    """Return whether what decides about a write depends on the user, or is never true.

    The server prints names outside pg_catalog with their schema: `auth.uid()`, `public.is_admin()`.
    """
    deciding = policy.with_check if policy.command == "insert" else policy.using
    text = deciding or ""
    return text in ("false", "(false)") or _WHO.search(text) is not None


_WHO = re.compile(r"\bcurrent_setting\(|\b(?:CURRENT|SESSION)_USER\b|[\w\"]\.[\w\"]+\(")
