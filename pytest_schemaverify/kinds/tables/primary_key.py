from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.constraints.referring import referring
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.expected_names import as_key
from pytest_schemaverify.kinds.tables.row import Table
from pytest_schemaverify.sql.lexical import remark
from pytest_schemaverify.sql.names import key_columns, quoted


def check(expected: list[str], actual: Table, catalog: Catalog) -> Iterator[Finding]:
    """The primary key has the declared columns, in order."""
    constraints = catalog.of_table("constraints", actual.schema, actual.name)
    key = next((one for one in constraints if one.kind == "primary key"), None)
    found = key.key if key is not None else []
    wanted = as_key(expected)
    if found != wanted:
        table, columns = quoted(actual.schema, actual.name), key_columns(wanted)
        yield Finding(
            expected=columns or "no primary key",
            actual=key_columns(found) or "no primary key",
            fix=_replaced(key, table, columns, catalog),
        )


def _replaced(key: Constraint | None, table: str, columns: str, catalog: Catalog) -> str:
    """Return the statement; "" where foreign keys refer to the key that is there."""
    change = f"add primary key ({columns})" if columns else ""
    if key is None:
        return f"alter table {table} {change};"
    if referring(key, catalog):
        return ""
    name = quoted(key.name)
    if not change:
        return f"alter table {table} drop constraint {name};"
    change = f"add constraint {name} primary key ({columns})"
    locks = f"locks {table} while its index is built"
    return f"alter table {table}\n  drop constraint {name},\n  {change}; {remark(locks)}"
