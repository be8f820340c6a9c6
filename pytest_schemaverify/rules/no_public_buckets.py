from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import tokens

from .asking import asks_who
from .reached import Reached

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, public_buckets: list[tuple[str, str]]) -> Iterator[Finding]:
    """No bucket of Supabase's storage is public, unless a policy lets everybody read its files."""
    reached = Reached(catalog)
    for bucket, place in public_buckets:
        policies = catalog.of_table("policies", "storage", "objects")
        if not any(_lets_everybody_read(one, bucket, reached) for one in policies):
            literal = bucket.replace("'", "''")
            yield Finding(
                expected="a bucket whose files policies decide about",
                actual="public: everybody who has the address of a file can fetch it",
                subject=quoted(bucket),
                place=place,
                fix=f"update storage.buckets set public = false where id = '{literal}';",
            )


def _lets_everybody_read(policy: Policy, bucket: str, reached: Reached) -> bool:
    if not policy.permissive or not {"public", "anon"}.intersection(policy.roles):
        return False
    return any(
        _is_about(text, bucket) and not asks_who(text, reached)
        for text in policy.deciding("select") or ()
    )


def _is_about(text: str, bucket: str) -> bool:
    """Return whether an expression names the bucket, or none at all."""
    constants = [one.text for one in tokens(text) if one.kind == "string"]
    return not constants or f"'{bucket.replace(chr(39), chr(39) * 2)}'" in constants
