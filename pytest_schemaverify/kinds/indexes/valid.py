from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.sql.names import quoted

_WORDS = {True: "valid", False: "invalid"}


def check(expected: bool, actual: Index, catalog: Catalog) -> Iterator[Finding]:
    """The index is valid; building it concurrently did not fail half-way."""
    if actual.valid != expected:
        table = catalog.find("tables", (actual.schema, actual.table))
        partitioned = table is not None and table.kind == "partitioned table"
        name = quoted(actual.schema, actual.name)
        yield Finding(
            expected=_WORDS[expected],
            actual=_WORDS[actual.valid],
            hint="a partition has no index that is attached to it" if partitioned else "",
            # REINDEX helps where building failed; a partitioned table's waits for partitions.
            fix=f"reindex index {name};" if expected and not partitioned else "",
        )
