"""Foreign keys of tables, by their columns or their names."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.keys import bare_pattern
from pytest_schemaverify.kinds.kind import Kind, Subject, without_schema
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.names import quoted


def _columns_in_table(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    columns = (yaml_names.key_column(part, foreign=True) for part in names.split(text))
    # As `Constraint.listed` has them.
    listed = ", ".join(f"period {name}" if ranged else name for name, ranged in columns)
    return (*parent.key, listed)


def _by_columns(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    schema, table, written = subject.key
    rows = [r for r in catalog.of_table("constraints", schema, table) if r.kind == "foreign key"]
    # A file names a key by its columns; the name is for columns that have several keys.
    found = [row for row in rows if row.listed == written]
    if len(found) > 1:
        listed = ", ".join(map(without_schema, found))
        raise CannotDetermine(
            f"finding the foreign key {subject}",
            because=f"there are {len(found)}: {listed}",
            remedy="name the constraint instead of the column",
        )
    return next(iter(found or (row for row in rows if row.name == written)), None)


def _shown(subject: Subject) -> str:
    return f"{quoted(*subject.key[:2])}({subject.key[2]})"


FAMILY = Kind(
    category="table structures",
    mark="constraints",
    noun="foreign key",
    families=("constraints",),
    row_kind="foreign key",
    key=_columns_in_table,
    pattern=bare_pattern,
    around=2,
    find=_by_columns,
    shown=_shown,
)
