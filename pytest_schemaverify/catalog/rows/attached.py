"""Policies, triggers, rules and statistics of tables."""

from typing import NamedTuple

WRITES = ("insert", "update", "delete")
"""The commands that write."""


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

    def deciding(self, command: str) -> tuple[str, ...] | None:
        """Return the expressions that decide about a command's rows, that on old rows first.

        None where the policy is for other commands or lacks one of them: a permissive policy lets
        no row through then. New rows are checked by `using` where there is no `with check`.
        """
        if self.command not in (command, "all"):
            return None
        new = self.using if self.with_check is None else self.with_check
        found = {"insert": (new,), "update": (self.using, new)}.get(command, (self.using,))
        given = tuple(text for text in found if text is not None)
        return given if len(given) == len(found) else None


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
    columns: tuple[str, ...]
    """Columns of `update of`."""
    constraint: bool
    deferrable: bool
    deferred: bool
    old_table: str
    new_table: str
    definition: str
    comment: str


class RewriteRule(NamedTuple):
    """A rule that rewrites statements on a table or view; not the one that makes a view."""

    schema: str
    table: str
    name: str
    event: str
    instead: bool
    enabled: str
    definition: str
    comment: str


class Statistics(NamedTuple):
    """Extended statistics of a table."""

    schema: str
    table: str
    name: str
    """With its schema where that is not the table's."""
    namespace: str
    owner: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    target: int
    """-1 is the default."""
    comment: str
