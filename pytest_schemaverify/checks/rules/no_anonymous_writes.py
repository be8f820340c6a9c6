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
    """Return whether what decides about a write depends on the user, or is never true."""
    deciding = policy.with_check if policy.command == "insert" else policy.using
    text = (deciding or "").lower()
    return text in ("false", "(false)") or any(word in text for word in _WHO)


_WHO = ("auth.", "current_setting(", "current_user", "session_user", "jwt")
