from collections import defaultdict
from collections.abc import Iterator, Mapping

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import WRITES, Policy
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import text_at, tokens

USE = Use(category="RLS policies", exempting=True)


Bodies = Mapping[str, Mapping[str, list[str]]]
"""The bodies of functions, by name and schema."""


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No permissive policy is for writes by PUBLIC or `anon`, unless it asks who is there."""
    bodies: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for function in catalog.families["functions"].values():
        bodies[function.name][function.schema].append(function.source)
    for policy in catalog.families["policies"].values():
        if policy.schema not in scope or not policy.permissive or policy.command == "select":
            continue
        anybody = [role for role in policy.roles if role in ("public", "anon")]
        if anybody and not _asks_who(policy, bodies):
            yield Finding(
                expected="writes only by who has logged in",
                actual=f"{policy.command} to {', '.join(anybody)}",
                subject=quoted(policy.schema, policy.table, policy.name),
            )


def _asks_who(policy: Policy, bodies: Bodies) -> bool:
    """Return whether the expression for each kind of write asks who writes, or is never true."""
    deciding = {found[0] for command in WRITES if (found := policy.deciding(command))}
    return all(one in ("false", "(false)") or _asks(one, bodies, set()) for one in deciding)


def _asks(text: str, bodies: Bodies, seen: set[tuple[str, str]]) -> bool:
    """Return whether an expression, or the body of a function that it calls, asks who writes.

    What becomes of the answer is not looked at. A name without a schema may be any function.
    """
    found = tokens(text)
    for at, token in enumerate(found):
        schema = found[at - 2].name if text_at(found, at - 1) == "." and at > 1 else ""
        if schema == "auth" or (schema in ("", "pg_catalog") and token.text in _ASKING):
            return True
        if not token.is_name or text_at(found, at + 1) != "(":
            continue
        for one, sources in bodies.get(token.name, {}).items():
            # Functions may call each other in turn.
            if schema in ("", one) and (one, token.name) not in seen:
                seen.add((one, token.name))
                if any(_asks(source, bodies, seen) for source in sources):
                    return True
    return False


# What PostgreSQL itself says of the session; `user` is another word for current_user.
_ASKING = frozenset({"current_setting", "current_user", "current_role", "session_user", "user"})
