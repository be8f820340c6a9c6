"""Roles and default privileges."""

from collections.abc import Iterator

from pytest_schemaverify.catalog.rows.roles import DefaultPrivileges, Membership, Role

from .source import Source, privileges

_KINDS = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas",
          "L": "large objects"}  # fmt: skip


def roles(source: Source) -> Iterator[Role]:
    """Yield the roles of the cluster."""
    for oid, *attributes, settings, comment in source.role_rows:
        last = dict(setting.split("=", 1) for setting in settings)
        listed = tuple(f"{name}={value}" for name, value in sorted(last.items()))
        yield Role._make((*attributes, listed, comment, oid == _INITIAL))


_INITIAL = 10
"""BOOTSTRAP_SUPERUSERID, in PostgreSQL's src/include/catalog/pg_authid.dat."""


def memberships(source: Source) -> Iterator[Membership]:
    """Yield who is a member of whom, directly."""
    for row in source.rows("memberships"):
        yield Membership(*row)


def default_privileges(source: Source) -> Iterator[DefaultPrivileges]:
    """Yield what `alter default privileges` has set."""
    for role, schema, kind, acl in source.rows("default_privileges"):
        yield DefaultPrivileges(source.roles[role], schema, _KINDS[kind], privileges(acl))
