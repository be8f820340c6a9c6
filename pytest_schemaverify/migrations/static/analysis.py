"""One pass over migration files in their order: what they define, and what is wrong with that."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import ROLLBACK, Migration
from pytest_schemaverify.migrations.psql_commands import includes, inclusion
from pytest_schemaverify.migrations.static import alters, bodies, creates, dependents, drops
from pytest_schemaverify.migrations.static.dependents import Unread
from pytest_schemaverify.migrations.static.destructive import destructive
from pytest_schemaverify.migrations.static.hazards import Hazard, approved
from pytest_schemaverify.migrations.static.locks import locks
from pytest_schemaverify.migrations.static.lookup import Dangling
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Function, Relation, SchemaState
from pytest_schemaverify.migrations.static.statement import Conflict, Statement
from pytest_schemaverify.migrations.static.vectors import Vector, vectors
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.split import Piece, PieceKind, split
from pytest_schemaverify.sql.statements import Tree, Unparsed

_MAKES = re.compile(r"\b(?:create|add\s+column)\b", re.IGNORECASE)
_ROWS = re.compile(r"(?:insert|copy)\b", re.IGNORECASE)
_MANY = 2_000_000
"""Characters of a statement that adds rows; beyond, reading it takes a second and tells nothing."""
_WORTH_READING = re.compile(
    r"\b(?:create|alter|drop|truncate|delete|update|rename|execute)\b", re.IGNORECASE
)


class Undone(NamedTuple):
    """What a file whose name says that it leads back drops, and which file made that."""

    migration: Migration
    place: Place
    name: str
    made: Place | None


@dataclass(slots=True)
class Analysis:
    """What was found in the files, each with its place."""

    unread: list[Unread] = field(default_factory=list)
    """Statements that the parser cannot read: nothing is known about what they do."""
    conflicts: list[Conflict] = field(default_factory=list)
    dangling: list[Dangling] = field(default_factory=list)
    unchecked: list[Unread] = field(default_factory=list)
    """Statements inside bodies whose names nobody can look up."""
    destructive: list[Hazard] = field(default_factory=list)
    locks: list[Hazard] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    vectors: list[Vector] = field(default_factory=list)
    tables: list[Relation] = field(default_factory=list)
    """The tables that there are in the end."""
    definers: list[Function] = field(default_factory=list)
    """Functions that in the end run with their owner's rights and pin no search_path."""
    enabling: list[Place] = field(default_factory=list)
    """Blocks that enable row-level security on tables whose names they look up."""

    def limited(self, paths: Collection[Path]) -> "Analysis":
        """Return what was found in some of the files, or comes of what they do."""

        def new(place: Place | None) -> bool:
            if place is None:
                return False
            return place.migration.path in paths or place.migration.whole.path in paths

        return Analysis(
            unread=[one for one in self.unread if new(one.place)],
            conflicts=[one for one in self.conflicts if new(one.second)],
            dangling=[
                one for one in self.dangling if new(one.place) or (one.gone and new(one.gone.place))
            ],
            unchecked=[one for one in self.unchecked if new(one.place)],
            destructive=[one for one in self.destructive if new(one.place)],
            locks=[one for one in self.locks if new(one.place)],
            undone=[one for one in self.undone if new(one.place)],
            vectors=[one._replace(old=not new(one.place)) for one in self.vectors],
            tables=[one for one in self.tables if new(one.place)],
            definers=[one for one in self.definers if new(one.definer)],
            enabling=self.enabling,
        )


def analyse(before: Iterable[Migration], migrations: Iterable[Migration]) -> Analysis:
    """Return what is wrong with migrations, after others that are not judged.

    Raises MigrationFailed for a file that cannot be read as text.
    """
    state, found = SchemaState(), Analysis()
    reading = _Reading(state, found)
    for migration in before:
        reading.file(migration, judged=False)
    found.conflicts.clear()
    judged = tuple(migrations)
    for migration in judged:
        reading.file(migration, judged=True)
    order = {id(migration): index for index, migration in enumerate(judged)}
    functions = [f for overloads in state.functions.values() for f in overloads.values()
                 if id(f.place.migration.whole) in order]  # fmt: skip
    dependents.in_functions(found.dangling, found.unchecked, functions, state, reading.dynamic)
    found.vectors = list(vectors(state, functions))
    found.definers = [f for f in functions if f.definer and f.search_path is None]

    def in_order(one: Dangling | Unread | Vector) -> tuple[int, int]:
        return order.get(id(one.place.migration.whole), -1), one.place.offset

    found.dangling.sort(key=in_order)
    found.unchecked.sort(key=in_order)
    found.vectors.sort(key=in_order)
    found.definers.sort(key=lambda one: (order[id(one.place.migration.whole)], one.place.offset))
    found.tables = [
        table for table in state.relations.values()
        if table.kind in ("table", "partition") and id(table.place.migration.whole) in order
    ]  # fmt: skip
    return found


@dataclass(slots=True)
class _Reading:
    state: SchemaState
    found: Analysis
    dynamic: list[Unread] = field(default_factory=list)
    """Statements that DO blocks put together."""

    def file(self, migration: Migration, *, judged: bool) -> None:
        self.state.path = ("public",)
        self.pieces(migration, judged=judged)
        if judged and ROLLBACK.search(migration.name):
            self.rollback(migration)

    def pieces(self, migration: Migration, *, judged: bool) -> None:
        """Follow the statements of a file, and of those that it includes."""
        text = migration.text
        end = 0
        for piece in split(text):
            place = Place(migration, piece.start)
            if includes(text, piece):
                self.inclusion(place, piece, judged=judged)
            elif piece.kind is not PieceKind.COMMAND and (
                (judged and piece.end - piece.start <= _MANY) or not _ROWS.match(text, piece.start)
            ):
                okay = approved(text, end, piece)
                self.piece(piece, place, judged=judged, okay=okay)
            end = piece.end

    def inclusion(self, place: Place, piece: Piece, *, judged: bool) -> None:
        """Follow a file that is included."""
        try:
            inner = inclusion(place.migration, piece)
            inner.text  # noqa: B018 - read here, where it is known what to say if that fails
        except MigrationFailed as error:
            if judged:
                said = error.failure.message if isinstance(error, FileFailed) else str(error)
                self.found.unread.append(Unread(place, "", " ".join(said.split())))
        else:
            self.pieces(inner, judged=judged)

    def piece(self, piece: Piece, place: Place, *, judged: bool, okay: bool) -> None:
        try:
            trees = sql.tree(place.migration.text[piece.start : piece.end], piece.start)
        except Unparsed as error:
            if judged:
                at = Place(place.migration, piece.start + error.offset)
                self.found.unread.append(Unread(at, "", error.reason))
            return
        for tree in trees:
            self.statement(tree, place, judged=judged, okay=okay)

    def statement(
        self, tree: Tree, place: Place, *, judged: bool, okay: bool, conditional: bool = False
    ) -> None:
        statement = Statement(self.state, tree, place, conditional, self.found.conflicts)
        if judged:
            self.judge(statement, okay=okay)
        if tree.kind == "DoStmt":
            self.block(tree, place, judged=judged, okay=okay)
            return
        creates.create(statement)
        alters.alter(statement)
        dependents.afterwards(statement)

    def judge(self, statement: Statement, *, okay: bool) -> None:
        found = self.found
        hazards = (h._replace(approved=okay) for h in destructive(statement))
        found.destructive.extend(hazards)
        found.locks.extend(h._replace(approved=okay) for h in locks(statement))
        if not statement.conditional:
            found.dangling.extend(dependents.of_statement(statement))

    def block(self, tree: Tree, place: Place, *, judged: bool, okay: bool) -> None:
        """Follow what a DO block does, as if all its conditions held."""
        if not _WORTH_READING.search(tree.source):
            return
        text, dynamic = tree.source, len(self.dynamic)
        for inner in bodies.procedural(bodies.body(tree, place, text)):
            if inner.unread:
                unread = Unread(inner.place, "do", inner.unread)
                self.dynamic.append(Unread(inner.place, text, inner.unread))
                if judged and not inner.unread.startswith("it is put"):
                    self.found.unread.append(unread)
            for one in inner.trees:
                if one.kind not in ("SelectStmt", "DoStmt"):
                    here = Place(place.migration, max(one.start, 0))
                    self.statement(one, here, judged=judged, okay=okay, conditional=True)
        if len(self.dynamic) > dynamic:
            self.looked_up(text, place)

    def looked_up(self, text: str, place: Place) -> None:
        """Note what a block may do to objects whose names it looks up."""
        drops.looked_up(self.state, text, place)
        if re.search(r"alter\s+function[^;]*search_path", text, re.IGNORECASE):
            for overloads in self.state.functions.values():
                for function in overloads.values():
                    function.maybe_path = place
        if re.search(r"enable\s+row\s+level\s+security", text, re.IGNORECASE):
            self.enabling(text, place)

    def enabling(self, text: str, place: Place) -> None:
        """Note the tables on which a block may enable row-level security by a name it looks up."""
        for table in self.state.relations.values():
            if re.search(rf"'(?:{table.name[0]}\.)?{re.escape(table.name[1])}'", text):
                table.rls = True
        if re.search(r"\bpg_tables\b|\bpg_class\b|information_schema", text, re.IGNORECASE):
            self.found.enabling.append(place)
            for table in self.state.relations.values():
                table.maybe_rls = place

    def rollback(self, migration: Migration) -> None:
        """Note what a file drops that leads back by its name."""
        undone = [
            Undone(migration, gone.place, ".".join(key), gone.made)
            for key, gone in self.state.gone.items()
            if gone.place.migration.whole is migration and gone.how == "dropped"
        ]
        undone.sort(key=lambda one: one.place.offset)
        if not undone and not _MAKES.search(migration.text):
            undone = [Undone(migration, Place(migration, _first(migration.text)), "", None)]
        self.found.undone.extend(undone)


def _first(text: str) -> int:
    """Return where the first statement of a text starts."""
    return next((piece.start for piece in split(text)), 0)
