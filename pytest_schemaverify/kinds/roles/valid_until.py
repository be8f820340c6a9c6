from collections.abc import Iterator

from psycopg import sql

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.roles.row import Role
from pytest_schemaverify.sql.names import literal, quoted


def query(expected: str) -> sql.Composed:
    """Return the statement that asks which moment the declared one is."""
    moment = "infinity" if expected == "absent" else expected
    # The row has the moment in UTC as well, so the TimeZone of the session makes no difference.
    return sql.SQL("select ({}::timestamptz at time zone 'UTC')::text").format(moment)


def check(expected: str, actual: Role, rows: list[tuple[str]]) -> Iterator[Finding]:
    """The role's password is valid until the declared moment."""
    # A password without an end has NULL or `infinity`, which come to the same.
    found = "" if actual.valid_until == "infinity" else actual.valid_until
    wanted = "" if rows[0][0] == "infinity" else rows[0][0]
    if found != wanted:
        moment = literal("infinity" if not wanted else f"{wanted}+00")
        yield Finding(
            expected=f"valid until {expected}" if wanted else "valid for ever",
            actual=f"valid until {found} (UTC)" if found else "valid for ever",
            fix=f"alter role {quoted(actual.name)} valid until {moment};",
        )
