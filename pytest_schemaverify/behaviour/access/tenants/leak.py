"""What is told of a way to rows of another tenant."""

from dataclasses import dataclass

from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.sql import names

NOT_TRIED = "not tried, because an exemption names it"
"""Reported for what is not tried; the exemption removes it, unless the exemption itself fails."""

NEEDLESS = "it tells no tenant anything; remove it from `reveals`"
"""Reported for a name under `reveals` that nothing needs."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A way from one tenant to another's rows, or something that could not be tried."""

    subject: str
    """Table, view or function."""
    actual: str
    again: str = ""
    """How to see it again."""
    way: str = ""
    """The attempt that got there."""
    untried: bool = False
    bound: bool = False
    """Whether it could not be tried within bounds, so that nothing is known."""
    identity: str = ""
    """What makes it the same in another run, where `actual` tells of rows."""
    expected: str = "no way to rows of another tenant"
    fix: str = ""
    """The statements that close the way, where grants alone decide."""
    cause: str = ""
    """What it has in common with other leaks, where that is more than their first line."""
    covert: bool = False
    """Whether it only tells that there is a row, or uses it, and reaches none."""


def shared_hint(table: Table, condition: str) -> str:
    """Return what a file says where everybody may see rows of that kind."""
    quoted = condition.replace("\\", "\\\\").replace('"', '\\"')
    return (
        "if everybody may see such rows: "
        f'`isolate: {{shared: {{{names.quoted(*table)}: "{quoted}"}}}}`'
    )
