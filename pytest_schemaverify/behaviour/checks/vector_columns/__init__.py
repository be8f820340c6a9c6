"""Columns of vectors."""

from pytest_schemaverify.kinds.kind import Kind, Subject
from pytest_schemaverify.kinds.names_in_sql import column
from pytest_schemaverify.sql import names, yaml_names


def _table_column(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    found = yaml_names.parts(text)
    if len(found) not in (2, 3):
        raise names.BadName(f"{text!r} is not `table.column` or `schema.table.column`")
    return found if len(found) == 3 else (schema, *found)


def _pattern(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    parts = yaml_names.pattern(text)
    if len(parts) not in (2, 3):
        raise names.BadName(f"{text!r} cannot be a pattern here")
    return parts if len(parts) == 3 else (schema, *parts)


FAMILY = Kind(
    category="vector search",
    presence="vector dimensions",
    mark="vectors",
    noun="column",
    families=("columns",),
    key=_table_column,
    pattern=_pattern,
    around=2,
    in_sql=column,
)
