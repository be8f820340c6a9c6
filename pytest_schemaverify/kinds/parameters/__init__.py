"""Privileges on the server's parameters: who may set one that only superusers may."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.kinds.parameters.row import Parameter


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    # A dot is a part of the name, and the case of letters makes no difference.
    return (text.lower(),)


def _in_force(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return the parameter; the server has a row only of one on which something is granted."""
    return catalog.find("parameters", subject.key) or Parameter(subject.key[0], "", ())


def _name(row: Row) -> str:
    return str(row.name)


FAMILY = Kind(
    category="roles and grants",
    mark="grants",
    noun="parameter",
    families=("parameters",),
    key=_key,
    find=_in_force,
    shown=lambda subject: subject.key[0],
    own_name=_name,
    in_sql=lambda row: f"parameter {row.name}",
    # Event triggers do not fire for what is the cluster's, so the history has none of them.
    statements="grant|revoke",
)
