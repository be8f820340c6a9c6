import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import BadName, quoted, single, split

_KEY = re.compile(r"\s*(?P<strategy>range|list|hash)\s*\((?P<keys>.*)\)\s*$", re.I | re.S)


def check(expected: str, actual: Table, same: Same, catalog: Catalog) -> Iterator[Finding]:
    """The table is partitioned by the declared key."""
    found = actual.partitioned_by
    if expected == "absent":
        if found:
            yield Finding(expected="not partitioned", actual=f"partitioned by {found}")
        return
    wanted = _KEY.match(expected)
    if wanted is None:
        raise CannotDetermine(
            f"reading the partition key `{expected}`",
            because="it is no strategy with columns or expressions in brackets",
            remedy="write it as in `create table … partition by range (created_at)`",
        )
    columns = {c.name for c in catalog.of_table("columns", actual.schema, actual.name)}
    there = _KEY.match(found)
    if there is None:
        yield Finding(expected=f"partitioned by {expected}", actual="not partitioned")
    # There is no fix: nothing but a copy makes another key of it.
    elif wanted["strategy"].lower() != there["strategy"] or not _same_keys(
        split(wanted["keys"]), split(there["keys"]), columns, same
    ):
        yield Finding(expected=f"partitioned by {expected}", actual=f"partitioned by {found}")


def _same_keys(expected: list[str], actual: list[str], columns: set[str], same: Same) -> bool:
    return len(expected) == len(actual) and all(
        _same_key(*pair, columns, same) for pair in zip(expected, actual, strict=True)
    )


def _same_key(expected: str, actual: str, columns: set[str], same: Same) -> bool:
    try:
        return quoted(single(expected)) == actual
    except BadName:  # an expression, or a key with a collation or an operator class
        is_column = actual in map(quoted, columns)
        return expected == actual or (not is_column and same(expected, actual))
