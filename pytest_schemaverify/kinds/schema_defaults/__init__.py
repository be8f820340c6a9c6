"""The privileges that a role grants on the objects that it will make in a schema."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.keys import single
from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    return (*(parent.key[:1] if parent else ()), *single(text, schema, None))


def _schema(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    return catalog.find("schemas", (subject.key[1],))


def _shown(subject: Subject) -> str:
    return quoted(subject.key[1])


FAMILY = Kind(
    category="roles and grants",
    mark="grants",
    expecting=True,
    noun="schema",
    exists="The schema in which the objects are made exists.",
    families=("schemas",),
    key=_key,
    find=_schema,
    shown=_shown,
)
