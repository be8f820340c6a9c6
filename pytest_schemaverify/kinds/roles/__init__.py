"""Roles of the cluster."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="roles and grants",
    noun="role",
    families=("roles",),
    key=single,
    pattern=bare_pattern,
    always=("pg_*",),
    reserved=True,
    # Event triggers do not fire for what is the cluster's, so the history has none of them.
    statements="role|user|group",
)
