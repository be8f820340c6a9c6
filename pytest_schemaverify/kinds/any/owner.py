from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.kinds.granting import no_role
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: Row, family: str, catalog: Catalog) -> Iterator[Finding]:
    """The object belongs to the declared role."""
    wanted = as_name(expected)
    if actual.owner != wanted and (missing := no_role(wanted, catalog)) is not None:
        yield missing
    elif actual.owner != wanted:
        # The sequence of a column has the owner of its table.
        tied = getattr(actual, "owned_by", "")
        yield Finding(
            expected=f"owner {quoted(wanted)}",
            actual=f"owner {quoted(actual.owner)}",
            hint=f"a sequence has the owner of its column, {tied}" if tied else "",
            fix="" if tied else f"alter {kind_of(family).named(actual)} owner to {quoted(wanted)};",
        )
