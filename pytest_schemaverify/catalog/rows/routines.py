"""Functions and types."""

from typing import NamedTuple


class Function(NamedTuple):
    """A function, procedure, aggregate or window function."""

    schema: str
    name: str
    arguments: str
    """Types of the input arguments, separated by a comma and a space."""
    kind: str
    returns: str
    language: str
    security: str
    volatility: str
    strict: bool
    leakproof: bool
    parallel: str
    settings: tuple[str, ...]
    """`set` clauses, as `name=value`."""
    owner: str
    signature: str
    """Names, modes and defaults of the arguments as well."""
    source: str
    acl: tuple[str, ...]
    comment: str


class Type(NamedTuple):
    """An enum, domain, composite or range type."""

    schema: str
    name: str
    kind: str
    labels: tuple[str, ...]
    definition: str
    owner: str
    acl: tuple[str, ...]
    comment: str
