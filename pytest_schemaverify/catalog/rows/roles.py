"""Roles of the cluster, and what they pass on."""

from typing import NamedTuple


class Role(NamedTuple):
    """A role of the cluster. Passwords are never read."""

    name: str
    superuser: bool
    inherit: bool
    createrole: bool
    createdb: bool
    login: bool
    replication: bool
    bypassrls: bool
    connection_limit: int
    """-1 is no limit."""
    valid_until: str
    """End of its password's validity, in UTC; empty when it has none."""
    settings: tuple[str, ...]
    """`alter role … set`, as `name=value`; what is set for this database overrides the rest."""
    comment: str
    initial: bool
    """Whether it is the superuser that initdb has made, which no server is without."""


class Membership(NamedTuple):
    """A role that is a direct member of another."""

    role: str
    name: str
    """The role that it is a member of."""
    admin: bool
    inherit: bool
    set: bool


class DefaultPrivileges(NamedTuple):
    """What `alter default privileges` has set."""

    role: str
    schema: str
    """Empty for what holds in every schema."""
    kind: str
    acl: tuple[str, ...]
