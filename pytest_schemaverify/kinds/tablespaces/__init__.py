"""Tablespaces of the cluster."""

from pytest_schemaverify.kinds.keys import bare_pattern, single
from pytest_schemaverify.kinds.kind import Kind

FAMILY = Kind(
    category="database",
    mark="tables",
    noun="tablespace",
    families=("tablespaces",),
    key=single,
    pattern=bare_pattern,
    # pg_default and pg_global, which initdb makes.
    always=("pg_*",),
    reserved=True,
)
