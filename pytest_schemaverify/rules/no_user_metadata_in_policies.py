import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No policy trusts `user_metadata`, which every user can edit."""
    for policy in catalog.families["policies"].values():
        found = _EDITABLE.search(f"{policy.using or ''} {policy.with_check or ''}")
        if policy.schema in scope and found:
            yield Finding(
                expected="what users cannot edit, such as app_metadata",
                actual=found.group(),
                subject=quoted(policy.schema, policy.table, policy.name),
            )


# The claim of the token, and the column of auth.users that it comes from.
_EDITABLE = re.compile(r"\b(?:raw_)?user_meta_?data\b")
