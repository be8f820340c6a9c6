"""The privileges of roles on new objects of one kind."""

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.default_privileges.row import DefaultPrivileges
from pytest_schemaverify.kinds.kind import Kind, Subject


def _in_force(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return the privileges on new objects: those that were set, or else the server's own."""
    role, schema, kind = subject.key[0], subject.key[-2], subject.key[-1].replace("_", " ")
    if kind == "large objects" and catalog.version < 180000:
        raise CannotDetermine(
            "reading the default privileges on large objects",
            because="PostgreSQL has none before 18",
            remedy='say `when: {server: ">= 18"}` under the role',
        )
    found = catalog.find("default_privileges", (role, schema, kind))
    if found is not None:
        return found
    # What PUBLIC has on new objects from the start. Defaults of a schema only add to that:
    # https://www.postgresql.org/docs/current/ddl-priv.html
    # https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
    usual = {"functions": ("=X/",), "types": ("=U/",)}.get(kind, ())
    return DefaultPrivileges(role, schema, kind, () if schema else usual)


FAMILY = Kind(
    category="roles and grants",
    mark="grants",
    noun="default privileges",
    families=("default_privileges",),
    find=_in_force,
)
