from collections.abc import Iterator, Sequence

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Each role has at most one permissive policy for a command: all of them run for each row."""
    for table in catalog.families["tables"].values():
        if table.schema not in scope:
            continue
        policies = [
            policy
            for policy in catalog.of_table("policies", table.schema, table.name)
            if policy.permissive
        ]
        # Restrictive policies are joined with AND: none of them makes another needless.
        if len(policies) < 2:
            continue
        several: dict[str, list[str]] = {}
        for command in ("select", "insert", "update", "delete"):
            for role, names in _several(policies, command):
                several.setdefault(f"{', '.join(names)} for {role}", []).append(command)
        for found, commands in several.items():
            yield Finding(
                expected="one permissive policy for a role and command",
                actual=f"{', '.join(commands)}: {found}",
                subject=quoted(table.schema, table.name),
            )


def _several(policies: Sequence[Policy], command: str) -> Iterator[tuple[str, list[str]]]:
    """Yield roles with more than one policy for a command. What is for PUBLIC is for each."""
    members = [policy for policy in policies if policy.deciding(command)]
    roles = {role for policy in members for role in policy.roles}
    everybody = sorted(quoted(policy.name) for policy in members if "public" in policy.roles)
    if len(everybody) > 1:
        yield "public", everybody
    for role in sorted(roles - {"public"}):
        own = {quoted(policy.name) for policy in members if role in policy.roles}
        if own and len(own.union(everybody)) > 1:
            yield role, sorted(own.union(everybody))
