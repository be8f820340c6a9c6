"""The privileges that a role grants on the objects that it will make."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.keys import single
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    return (*single(text, schema, None), "")


def _role(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    return catalog.find("roles", subject.key[:1])


def _shown(subject: Subject) -> str:
    return quoted(subject.key[0])


FAMILY = Kind(
    category="roles and grants",
    mark="grants",
    expecting=True,
    noun="role",
    exists="The role that makes the objects exists.",
    families=("roles",),
    key=_key,
    find=_role,
    shown=_shown,
)
