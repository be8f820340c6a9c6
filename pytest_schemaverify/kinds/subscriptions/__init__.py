"""Subscriptions."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="replication",
    mark="replication",
    noun="subscription",
    families=("subscriptions",),
    key=single,
    pattern=bare_pattern,
    statements="subscription",
)
