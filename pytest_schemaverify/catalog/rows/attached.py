"""Policies and triggers."""

from typing import NamedTuple


class Policy(NamedTuple):
    """A row-level security policy."""

    schema: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None
    with_check: str | None
    comment: str


class Trigger(NamedTuple):
    """A trigger that a user made."""

    schema: str
    table: str
    name: str
    timing: str
    events: tuple[str, ...]
    level: str
    function: str
    when: str | None
    enabled: str
    """`origin`, `replica`, `always` or `disabled`."""
    definition: str
    comment: str
