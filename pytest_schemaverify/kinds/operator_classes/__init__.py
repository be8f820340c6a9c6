"""Operator classes of index methods."""

import re

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.kind import Kind, Subject, as_written
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.names import quoted


def _key(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    name, *method = re.split(r"\s+using\s+", text.strip(), maxsplit=1, flags=re.IGNORECASE)
    return (*yaml_names.qualified(name, schema), method[0].lower() if method else "*")


def _by_method(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    rows = catalog.of_table("operator_classes", *subject.key[:2])
    found = [row for row in rows if subject.key[2] in ("*", row.method)]
    if len(found) > 1:
        methods = ", ".join(row.method for row in found)
        raise CannotDetermine(
            f"finding the operator class {subject}",
            because=f"there is one for each of {methods}",
            remedy="name it with its method: `name using btree`",
        )
    return found[0] if found else None


def _own_name(row: Row) -> str:
    return f"{quoted(row.schema, row.name)} using {row.method}"


def _in_sql(row: Row) -> str:
    return f"operator class {_own_name(row)}"


FAMILY = Kind(
    category="function security",
    mark="indexes",
    noun="operator class",
    families=("operator_classes",),
    key=_key,
    around=2,
    find=_by_method,
    shown=as_written,
    own_name=_own_name,
    in_sql=_in_sql,
)
