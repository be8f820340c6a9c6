"""Relations that row-level security cannot protect, and which clients can read."""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def exposed(rows: Iterable[tuple[Any, ...]]) -> Iterator[Finding]:
    """Yield a finding for each relation, of what `catalog.reach.readable` returns."""
    for schema, relation, roles in rows:
        name = quoted(schema, relation)
        yield Finding(
            expected="no privileges for clients",
            actual=f"{', '.join(roles)} can read it",
            subject=name,
            fix=f"revoke all on {name} from {', '.join(map(quoted, roles))};",
        )
