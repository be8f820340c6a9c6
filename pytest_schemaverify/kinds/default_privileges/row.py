"""The default privileges of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source, privileges

_HERE = Path(__file__).parent


# pg_default_acl.defaclobjtype; large objects have defaults since PostgreSQL 18.
# https://www.postgresql.org/docs/current/catalog-pg-default-acl.html
_KINDS = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas",
          "L": "large objects"}  # fmt: skip


class DefaultPrivileges(NamedTuple):
    """Default privileges, as `alter default privileges` has set them."""

    role: str
    schema: str
    """Empty for what holds in every schema."""
    kind: str
    acl: tuple[str, ...]


def _read(source: Source) -> Iterator[DefaultPrivileges]:
    """Yield the default privileges that were set."""
    for role, schema, kind, acl in source.rows(_HERE / "default_privileges.sql"):
        yield DefaultPrivileges(source.roles[role], schema, _KINDS[kind], privileges(acl))


ROWS = (
    Rows(
        family="default_privileges",
        read=_read,
        key=("role", "schema", "kind"),
        noun="default privileges",
        schemaless=True,
    ),
)
