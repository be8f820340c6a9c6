"""What reading migration files found: one Analysis, which the rules about files judge."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static.dependents import Unread
from pytest_schemaverify.migrations.static.hazards import Hazard
from pytest_schemaverify.migrations.static.lookup import Dangling
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Function, Relation
from pytest_schemaverify.migrations.static.statement import Conflict
from pytest_schemaverify.migrations.static.vectors import Vector


class Undone(NamedTuple):
    """What a file drops that is a rollback by its name, and which file made that."""

    migration: Migration
    place: Place
    name: str
    made: Place | None


def within(place: Place, paths: Collection[Path]) -> bool:
    """Return whether a place is in one of the files at `paths`."""
    # An included file is new when it has changed, or when what includes it has.
    return place.migration.path in paths or place.migration.whole.path in paths


@dataclass(slots=True)
class Analysis:
    """What was found in the files, each with its place."""

    unread: list[Unread] = field(default_factory=list)
    """Statements that the parser cannot read; what they do to the schema is unknown."""
    conflicts: list[Conflict] = field(default_factory=list)
    dangling: list[Dangling] = field(default_factory=list)
    unchecked: list[Unread] = field(default_factory=list)
    """Statements inside function bodies whose names cannot be looked up by reading."""
    destructive: list[Hazard] = field(default_factory=list)
    locks: list[Hazard] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    vectors: list[Vector] = field(default_factory=list)
    tables: list[Relation] = field(default_factory=list)
    """The tables that exist after the last file."""
    definers: list[Function] = field(default_factory=list)
    """SECURITY DEFINER functions without a search_path of their own after the last file."""
    enabling: list[Place] = field(default_factory=list)
    """Blocks that enable row-level security on tables whose names they look up."""

    def limited(self, paths: Collection[Path]) -> "Analysis":
        """Return what concerns the files at `paths`: what stands in them, or they have caused."""

        def new(place: Place | None) -> bool:
            return place is not None and within(place, paths)

        return Analysis(
            unread=[one for one in self.unread if new(one.place)],
            # The second definition is the mistake, whichever file the first one is in.
            conflicts=[one for one in self.conflicts if new(one.second)],
            # A new file may drop what an old function names.
            dangling=[
                one for one in self.dangling if new(one.place) or (one.gone and new(one.gone.place))
            ],
            unchecked=[one for one in self.unchecked if new(one.place)],
            destructive=[one for one in self.destructive if new(one.place)],
            locks=[one for one in self.locks if new(one.place)],
            undone=[one for one in self.undone if new(one.place)],
            # Old vectors stay in: they decide which number of dimensions is the usual one.
            vectors=[one._replace(old=not new(one.place)) for one in self.vectors],
            tables=[one for one in self.tables if new(one.place)],
            definers=[one for one in self.definers if new(one.definer)],
            enabling=self.enabling,
        )
