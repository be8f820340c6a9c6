"""A statement that is being read, and the conflicts with earlier definitions that it causes."""

import re
from dataclasses import dataclass, field

from pytest_schemaverify.migrations.static import branches, definitions
from pytest_schemaverify.migrations.static.bodies import Body
from pytest_schemaverify.migrations.static.nodes import Name
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Lines, SchemaState
from pytest_schemaverify.sql.statements import Node, Tree


@dataclass(slots=True)
class Conflict:
    """A second definition of an object that exists already, and how the two differ."""

    kind: str
    name: str
    first: Place
    second: Place
    differences: list[tuple[str, str, str]]
    """Part, as in the first, as in the second."""
    skipped: bool
    """Whether PostgreSQL skips the second without an error; otherwise it fails."""
    table: Name = ("", "")
    later: list[tuple[str, Place]] = field(default_factory=list)
    """What the second file goes on to do to the first file's object, and where."""


@dataclass(slots=True)
class Statement:
    """A statement, with the schema state that it meets and changes."""

    state: SchemaState
    tree: Tree
    place: Place
    conditional: bool
    """In a DO block, where a condition or an exception may leave it out."""
    conflicts: list[Conflict]
    block: Body | None = None
    """The DO block that it is in."""

    @property
    def node(self) -> Node:
        """The fields of the statement."""
        return self.tree.node

    def guarded(self, kind: str) -> bool:
        """Return whether a condition sees to it that no object of a kind is made a second time.

        A block that drops one, perhaps by dynamic SQL, makes it anew.
        """
        if self.block is None:
            return False
        return not re.search(rf"\bdrop\s+{kind}\b", self.block.tree.source, re.IGNORECASE)

    def at(self, node: Node) -> Place:
        """Return the place of a node in the file."""
        location = node.get("location")
        return self.place if location is None else self.place_at(location)

    def place_at(self, location: int) -> Place:
        """Return the place of a location in the statement."""
        return Place(self.place.migration, self.tree.at(location))

    def conflict(
        self, kind: str, shown: Name, first: Place, now: Lines, second: Lines,
        *, original: Lines | None = None, table: Name = ("", ""), tolerant: bool = False,
    ) -> None:  # fmt: skip
        """Note a second definition, if it differs.

        An equal one is skipped without harm, or it fails: then the file does not apply, which is
        what `migrations.applies` finds.
        """
        different = definitions.differences(now, second)
        # A copy of the first definition is harmless, even where ALTER has changed the table since.
        if original is not None and different:
            different = definitions.differences(original, second) and different
        skipped = tolerant or self.conditional
        if different and not (self.block and branches.within(self.block, first, self.place)):
            text = ".".join(filter(None, shown))
            self.conflicts.append(
                Conflict(kind, text, first, self.place, different, skipped, table)
            )
