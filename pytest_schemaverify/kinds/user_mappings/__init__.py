"""Roles' logins on foreign servers."""

from pytest_schemaverify.kinds.keys import bare_pattern, inside
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import quoted


def _shown(subject: Subject) -> str:
    server, role = subject.key
    return f"of {quoted(role)} on {quoted(server)}"


FAMILY = Kind(
    category="foreign data",
    mark="foreign",
    noun="user mapping",
    families=("user_mappings",),
    key=inside,
    pattern=bare_pattern,
    around=1,
    shown=_shown,
)
