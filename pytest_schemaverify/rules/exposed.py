"""Relations that row-level security cannot protect, and which clients can read."""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql.names import quoted


def exposed(rows: Iterable[tuple[Any, ...]]) -> Iterator[Finding]:
    """Yield a finding for each row of `catalog.reach.readable`: schema, name, roles, grantees."""
    for schema, relation, roles, grantees in rows:
        name = quoted(schema, relation)
        yield Finding(
            expected="no privileges for clients",
            actual=f"{', '.join(roles)} can read it",
            subject=name,
            fix=revoked("all", name, grantees),
        )


def revoked(privilege: str, relation: str, grantees: Iterable[str]) -> str:
    """Return the statement that revokes a privilege on a relation from `grantees`, "" for none.

    Members of the owner and superusers need no grant, so nothing can be revoked from them.
    """
    # PUBLIC is a keyword: in double quotes it would be a role of that name. A REVOKE on the whole
    # relation takes privileges on its columns, too.
    listed = ", ".join("public" if one == "public" else quoted(one) for one in grantees)
    return f"revoke {privilege} on {relation} from {listed};" if listed else ""
