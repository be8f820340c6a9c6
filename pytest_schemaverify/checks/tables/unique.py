from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Index, Table
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import quoted


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """Values of the columns occur once: a unique constraint or index covers just them."""
    indexes = catalog.of_table("indexes", actual.schema, actual.name)
    found = [sorted(key.expression for key in index.keys) for index in indexes if _whole(index)]
    if sorted(expected) not in found:
        table, columns = quoted(actual.schema, actual.name), ", ".join(map(quoted, expected))
        yield Finding(
            expected=f"unique ({', '.join(expected)})",
            actual="; ".join(f"unique ({', '.join(keys)})" for keys in sorted(found))
            or "nothing unique",
            fix=f"alter table {table} add unique ({columns});",
        )


def _whole(index: Index) -> bool:
    # A partial unique index lets the rows that it leaves out repeat; an invalid one checks nothing.
    return index.unique and index.valid and index.where is None
