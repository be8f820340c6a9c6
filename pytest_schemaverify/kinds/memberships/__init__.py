"""Roles that are members of others."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import quoted


def _shown(subject: Subject) -> str:
    role, of = subject.key
    return f"of {quoted(role)} in {quoted(of)}"


FAMILY = Kind(
    category="roles and grants",
    mark="roles",
    noun="membership",
    families=("memberships",),
    key=inside,
    pattern=bare_pattern,
    around=1,
    shown=_shown,
    # Event triggers do not fire for what is the cluster's, so the history has none of them.
    statements="grant|revoke|role",
)
