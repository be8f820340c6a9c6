from collections.abc import Iterator
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.reach import BYPASSING
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import WRITES, Policy
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import tokens

from .asking import asks_who, for_signed_in
from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def query() -> sql.SQL:
    """Return the roles that row-level security does not hold for."""
    return BYPASSING


def check(
    catalog: Catalog, rows: list[tuple[Any, ...]], public_buckets: list[tuple[str, str]]
) -> Iterator[Finding]:
    """No policy opens a private bucket, or every topic, to whoever has signed in."""
    bypassing, reached = {role for (role,) in rows}, Reached(catalog)
    public = {bucket for bucket, _ in public_buckets}
    for table, what in (("objects", "files"), ("messages", "topics")):
        schema = "storage" if table == "objects" else "realtime"
        for policy in catalog.of_table("policies", schema, table):
            if not policy.permissive or bypassing.issuperset(policy.roles):
                continue
            commands = [*_open(policy, table, public, reached)]
            if commands:
                yield Finding(
                    expected=f"a condition on whose {what} they are",
                    actual=f"{', '.join(commands)} of all {what} by {', '.join(policy.roles)}",
                    subject=quoted(schema, table, policy.name),
                )


def _open(policy: Policy, table: str, public: set[str], reached: Reached) -> Iterator[str]:
    """Yield the commands for which a policy asks nothing of who is there."""
    for command in ("select", *WRITES):
        texts = [for_signed_in(text) for text in policy.deciding(command) or ()]
        if not texts or any(asks_who(text, reached) for text in texts):
            continue
        words = {token.name for text in texts for token in tokens(text)}
        closed = any(text in ("false", "(false)") for text in texts)
        # One topic that is written out is meant for everybody; so are files that visitors may read.
        if closed or (table == "messages" and "topic" in words):
            continue
        if command == "select" and table == "objects" and _is_for_all(policy, public):
            continue
        yield command


def _is_for_all(policy: Policy, public: set[str]) -> bool:
    """Return whether visitors may read the files anyway, by a policy or because all are public."""
    constants = [one.text for one in tokens(policy.using or "") if one.kind == "string"]
    buckets = {text[1:-1].replace("''", "'") for text in constants}
    return bool({"public", "anon"}.intersection(policy.roles) or (buckets and buckets <= public))
