"""Tables that publications name."""

from pytest_schemaverify.kinds.kind import Kind, Subject, with_schema
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    return (*(parent.key if parent else ()), *yaml_names.qualified(text, schema))


def _shown(subject: Subject) -> str:
    publication, *table = map(quoted, subject.key)
    return f"{'.'.join(table)} of {publication}"


FAMILY = Kind(
    category="replication",
    mark="replication",
    noun="published table",
    families=("published_tables",),
    key=_key,
    around=2,
    shown=_shown,
    own_name=with_schema,
)
