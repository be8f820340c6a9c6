"""The privileges of a role on an object."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.keys import inside
from pytest_schemaverify.kinds.kind import Kind, Subject, by_key
from pytest_schemaverify.kinds.lookup import find
from pytest_schemaverify.sql.names import quoted


def _object(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    # The row is the object's: what is granted on it stands there, and not with the role.
    return find(catalog, subject.parent, server) if subject.parent else None


def _shown(subject: Subject) -> str:
    if subject.parent is None:
        return by_key(subject)
    return f"{quoted(subject.key[-1])} on {subject.parent}"


FAMILY = Kind(
    category="roles and grants",
    mark="grants",
    expecting=True,
    noun="role",
    families=("roles",),
    key=inside,
    find=_object,
    shown=_shown,
)
