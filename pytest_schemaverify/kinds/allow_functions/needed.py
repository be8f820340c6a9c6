from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.ended import ended

if TYPE_CHECKING:
    from pytest_schemaverify.language.rules import Allowed


def check(permission: tuple[int, int], entry: "Allowed", today: date) -> Iterator[Finding]:
    """The function is there and would be refused without its entry."""
    there, needing = permission
    # A name that finds no function comes first: none of the other two could be said of it.
    if not there:
        yield Finding(
            expected="a function that needs this entry",
            actual="no function of that name",
            hint="write its schema in front, or remove it from `allow_functions`",
        )
    elif not needing:
        yield Finding(
            expected="a function that needs this entry",
            actual="one that may be called anyway; remove it from `allow_functions`",
        )
    elif over := ended(entry, today):
        yield Finding(expected="an entry that still holds", actual=over)
