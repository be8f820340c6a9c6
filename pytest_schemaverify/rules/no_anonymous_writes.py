from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import WRITES, Policy
from pytest_schemaverify.sql.names import quoted

from .asking import asks_who
from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, policy_scope: frozenset[str]) -> Iterator[Finding]:
    """No permissive policy is for writes by PUBLIC or `anon`, unless it asks who is there."""
    reached = Reached(catalog)
    for policy in catalog.families["policies"].values():
        if policy.schema not in policy_scope or not policy.permissive or policy.command == "select":
            continue
        anybody = [role for role in policy.roles if role in ("public", "anon")]
        if anybody and not _asks_who(policy, reached):
            yield Finding(
                expected="writes only by who has logged in",
                actual=f"{policy.command} to {', '.join(anybody)}",
                subject=quoted(policy.schema, policy.table, policy.name),
            )


def _asks_who(policy: Policy, reached: Reached) -> bool:
    """Return whether the expression for each kind of write asks who writes, or is never true."""
    deciding = {found[0] for command in WRITES if (found := policy.deciding(command))}
    return all(one in ("false", "(false)") or asks_who(one, reached) for one in deciding)
