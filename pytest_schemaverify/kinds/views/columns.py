from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: View, catalog: Catalog) -> Iterator[Finding]:
    """The view has the declared columns, in order, and no others."""
    wanted = [as_name(name) for name in expected]
    columns = catalog.of_table("columns", actual.schema, actual.name)
    # The order counts: `select *` hands the columns out in it.
    found = [column.name for column in sorted(columns, key=lambda one: one.position)]
    if found != wanted:
        missing = [quoted(name) for name in wanted if name not in found]
        extra = [quoted(name) for name in found if name not in wanted]
        parts = [f"missing {', '.join(missing)}"] if missing else []
        parts += [f"extra {', '.join(extra)}"] if extra else []
        yield Finding(
            expected=", ".join(map(quoted, wanted)),
            actual=", ".join(map(quoted, found)),
            hint="; ".join(parts) or "the order is another",
        )
