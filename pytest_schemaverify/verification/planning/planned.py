"""A planned check: of one object, at its place in the file."""

import re
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.language.places import Path

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec
    from pytest_schemaverify.language.base import Entry, When
    from pytest_schemaverify.language.unmanaged import Unnamed


@dataclass(frozen=True, slots=True)
class Under:
    """The terms of an expectation: those of its entry, and of the entries around it."""

    severity: str = "error"
    """`error`, `warn` or `info`."""
    when: "tuple[When, ...]" = ()
    """All of them have to be so."""
    skip: str = ""
    """Why it is not verified."""
    xfail: str = ""
    """Why the entry at `expected_at` does not hold."""
    expected_at: Path = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One check of one object."""

    check: str
    """`<family>.<name>`, as docs/reference/checks.md lists it."""
    path: Path
    """Keys of the file that lead to the entry."""
    subject: Subject | None
    expected: Any
    entry: "Entry"
    """The entry around the expectation, which has settings such as `where`."""
    line: int
    column: int
    name: str
    """Name of the test item: `tables.memories.columns.embedding::type`, `…::unique[1]`."""
    file: str = ""
    """The included file in which it stands, as messages call it; empty for the first file."""
    under: Under = Under()
    preset: str = ""
    """The preset that asks for a rule; empty for what the file names itself."""

    def __reduce__(self) -> tuple[Any, ...]:
        # What dataclasses do by themselves takes twice as long to read back.
        return Planned, _VALUES(self)

    @property
    def stage(self) -> str:
        """Version right after which it is checked; empty for the end of all migrations."""
        return str(self.path[2]) if self.path[:2] == ("migrations", "at") else ""

    @property
    def object(self) -> str:
        """The entry of the file that it belongs to, as its name has it: `tables.users`.

        What stands in a section without an entry of its own, such as a rule, is by itself.
        """
        depth = 3 if self.path[:2] in _DEEPER else 2
        if len(self.path) < depth:
            return self.name
        entry = ".".join(map(str, self.path[:depth]))
        # Of an `each`, the name has the object in brackets.
        each = _EACH.match(self.name, len(entry)) if self.name[len(entry)] == "[" else None
        return f"{entry}{each[0]}" if each else entry


_DEEPER = (("data", "queries"), ("migrations", "at"))
"""Entries that hold entries."""
_EACH = re.compile(r"\[.*?\](?=[.:])")
_VALUES = attrgetter(*(one.name for one in fields(Planned)))


@dataclass(frozen=True, slots=True)
class Managed:
    """The rule for objects that the file does not name, and those of the kind that it names."""

    rule: "Unnamed"
    named: frozenset[Subject]
    together: "tuple[Spec, ...]" = ()
    """What the other files about the same database say."""

    @property
    def exemptions(self) -> dict[str, Any]:
        """Exemptions for objects that may be there without a name in the file."""
        return dict(self.rule.exemptions)

    @property
    def schemas(self) -> list[str] | None:
        """The schemas in scope."""
        return self.rule.schemas
