"""Relations that row-level security cannot protect, and which clients can read."""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql.names import quoted


def exposed(rows: Iterable[tuple[Any, ...]]) -> Iterator[Finding]:
    """Yield a finding for each relation, of what `catalog.reach.readable` returns."""
    for schema, relation, roles, grantees in rows:
        name = quoted(schema, relation)
        yield Finding(
            expected="no privileges for clients",
            actual=f"{', '.join(roles)} can read it",
            subject=name,
            fix=revoked("all", name, grantees),
        )


def revoked(privilege: str, relation: str, grantees: Iterable[str]) -> str:
    """Return the statement that takes a privilege on a relation and its columns from everybody.

    There is none for the owner's members and for superusers, to whom nothing is granted.
    """
    listed = ", ".join("public" if one == "public" else quoted(one) for one in grantees)
    return f"revoke {privilege} on {relation} from {listed};" if listed else ""
