from collections.abc import Iterator, Sequence

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.names import parts, quoted
from pytest_schemaverify.sql.yaml_names import qualified


def check(expected: list[str], actual: Table, schema: str, catalog: Catalog) -> Iterator[Finding]:
    """The table inherits from the declared tables and from no others."""
    wanted = sorted(quoted(*qualified(name, schema)) for name in expected)
    if wanted != sorted(actual.inherits):
        yield Finding(
            expected=_inherits_clause(wanted),
            actual=_inherits_clause(actual.inherits),
            fix="\n".join(_changes(wanted, actual, catalog)),
        )


def _changes(wanted: list[str], actual: Table, catalog: Catalog) -> Iterator[str]:
    """Yield the statements; none where a parent has columns that the table has not."""
    alter = f"alter table {quoted(actual.schema, actual.name)}"
    new = [one for one in wanted if one not in actual.inherits]
    if not all(_columns(parts(one), catalog) <= _columns(actual[:2], catalog) for one in new):
        return
    yield from (f"{alter} no inherit {one};" for one in actual.inherits if one not in wanted)
    yield from (f"{alter} inherit {one};" for one in new)


def _columns(table: Sequence[str], catalog: Catalog) -> set[tuple[str, str]]:
    """Return the columns of a table; some that no table has where there is none."""
    found = {(one.name, one.type) for one in catalog.of_table("columns", *table)}
    return found or {("", "")}


def _inherits_clause(parents: list[str] | tuple[str, ...]) -> str:
    return f"inherits ({', '.join(parents)})" if parents else "inherits from no table"
