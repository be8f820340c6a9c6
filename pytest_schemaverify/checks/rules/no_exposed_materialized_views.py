from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog.reach import readable
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def query(scope: frozenset[str], clients: list[str]) -> sql.Composed:
    """Return the materialized views that the clients' roles can read."""
    return readable(scope, "m", clients)


def check(rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """No client's role can read a materialized view: row-level security does not hold for it."""
    for schema, relation, roles in rows:
        name = quoted(schema, relation)
        yield Finding(
            expected="no privileges for clients",
            actual=f"{', '.join(roles)} can read it",
            subject=name,
            fix=f"revoke all on {name} from {', '.join(map(quoted, roles))};",
        )
