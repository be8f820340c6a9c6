from collections.abc import Iterator

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import NotNull
from pytest_schemaverify.kinds.expected_names import as_name
from pytest_schemaverify.sql.names import quoted


def check(expected: str, actual: NotNull) -> Iterator[Finding]:
    """The NOT NULL constraint has the declared name."""
    wanted, found = quoted(as_name(expected)), quoted(named(actual, "name").name)
    if found != wanted:
        table = quoted(actual.schema, actual.table)
        yield Finding(
            expected=f"name {wanted}",
            actual=f"name {found}",
            fix=f"alter table {table} rename constraint {found} to {wanted};",
        )


def named(actual: NotNull, what: str) -> NotNull:
    """Return a constraint that has a name. Raises CannotDetermine on a server that keeps none."""
    if not actual.name:
        raise CannotDetermine(
            f"reading the {what} of a NOT NULL constraint",
            because="PostgreSQL keeps these constraints since version 18",
            remedy='say it with `when: {server: ">= 18"}`',
        )
    return actual
