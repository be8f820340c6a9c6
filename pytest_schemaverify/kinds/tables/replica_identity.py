import re
from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import quoted

_INDEX = re.compile(r"\s*(?:using\s+)?index\s+", re.IGNORECASE)


def check(expected: str, actual: Table) -> Iterator[Finding]:
    """Subscribers are told the declared columns of a row that has changed."""
    text = expected.strip().lower()
    if text not in ("default", "nothing", "full"):
        text = f"index {quoted(as_name(_INDEX.sub('', expected)))}"
    if actual.replica_identity != text:
        table = quoted(actual.schema, actual.name)
        # ALTER TABLE wants `using index`; the file may say `index`, as the snapshot does.
        way = text.replace("index", "using index", 1) if text.startswith("index") else text
        yield Finding(
            expected=f"replica identity {text}",
            actual=f"replica identity {actual.replica_identity}",
            fix=f"alter table {table} replica identity {way};",
        )
