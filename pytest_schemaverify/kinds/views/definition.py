from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: View, server: Canonical) -> Iterator[Finding]:
    """The view shows what the declared query returns."""
    if not server.same_query(expected, actual.definition):
        # With other columns it would have to be dropped, and all that reads it, too.
        replaceable = actual.kind == "view" and server.can_replace(expected, actual.definition)
        yield Finding(
            expected=expected.strip(),
            actual=actual.definition.strip(),
            fix=_replaced(expected, actual) if replaceable else "",
        )


def _replaced(expected: str, view: View) -> str:
    # Options that are not said again would be gone.
    options = f" with ({', '.join(view.options)})" if view.options else ""
    query = expected.strip().removesuffix(";")
    return f"create or replace view {quoted(view.schema, view.name)}{options} as\n{query};"
