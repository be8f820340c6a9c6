"""One pass over migration files in their order: each statement is judged, then followed.

A statement is judged against the schema as the statements before it have left it, which is why
both happen in one pass: afterwards nothing tells what a table was when a statement met it.
"""

import re
from dataclasses import dataclass, field, fields
from typing import Any

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations import templates
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import ROLLBACK, Migration
from pytest_schemaverify.migrations.psql_commands import includes, inclusion
from pytest_schemaverify.migrations.static import (
    alters,
    bodies,
    creates,
    dependents,
    drops,
    skipped,
)
from pytest_schemaverify.migrations.static.analysis import Analysis, Undone
from pytest_schemaverify.migrations.static.bodies import Body
from pytest_schemaverify.migrations.static.dependents import Unread
from pytest_schemaverify.migrations.static.destructive import destructive
from pytest_schemaverify.migrations.static.hazards import approved
from pytest_schemaverify.migrations.static.locks import locks
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import SchemaState
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.split import Piece, PieceKind, quoting, split
from pytest_schemaverify.sql.statements import Tree, Unparsed

# A file called rollback that drops nothing and makes something leads forward after all.
_MAKES = re.compile(r"\b(?:create|add\s+column)\b", re.IGNORECASE)
_ROWS = re.compile(r"(?:insert|copy)\b", re.IGNORECASE)
_MANY = 2_000_000
"""Characters of a statement that adds rows; a longer one takes a second to parse, and its rows
name nothing that the rules look at."""
_VARIABLE = re.compile(r""":(?:'\w+'|"\w+"|\w+)""")
# A block without these words changes no schema, and searching it costs less than parsing it.
_WORTH_READING = re.compile(
    r"\b(?:create|alter|drop|truncate|delete|update|rename|execute)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Pass:
    """What the files read so far come to: the schema as they leave it, and what was found."""

    state: SchemaState = field(default_factory=SchemaState)
    found: Analysis = field(default_factory=Analysis)
    dynamic: list[Unread] = field(default_factory=list)
    """Statements that DO blocks put together."""
    escaping: bool = False
    """Whether a file has switched standard_conforming_strings off."""

    @property
    def values(self) -> tuple[object, ...]:
        """What `of` takes. No two of them share anything that changes."""
        state = (getattr(self.state, one.name) for one in fields(SchemaState))
        return self.found, self.dynamic, *state

    @classmethod
    def of(cls, found: Analysis, dynamic: list[Unread], *state: Any) -> "Pass":
        """Return what `values` are of, between two files."""
        return cls(SchemaState(*state), found, dynamic)

    def file(self, migration: Migration, *, judged: bool) -> None:
        """Follow a file; what is wrong in it counts only where it is judged."""
        # A SET of the file before is undone, as `migrations.apply` does after each file.
        self.state.path, self.escaping = ("public",), False
        self.state.utc, self.state.utc_here = False, None
        self._pieces(migration, judged=judged)
        if judged and ROLLBACK.search(migration.name):
            self._rollback(migration)
        if not judged:
            # The state that it leaves counts; what is wrong in it is not this run's subject.
            self.found.conflicts.clear()

    def _pieces(self, migration: Migration, *, judged: bool) -> None:
        """Follow the statements of a file, and those of the files that it includes."""
        text = migration.text
        end = 0
        for piece in split(text):
            place = Place(migration, piece.start)
            if includes(text, piece):
                self._inclusion(place, piece, judged=judged)
            elif piece.kind is not PieceKind.COMMAND and (
                (judged and piece.end - piece.start <= _MANY) or not _ROWS.match(text, piece.start)
            ):
                # A comment approves the statement below it, so the search begins behind the last.
                okay = approved(text, end, piece)
                self._piece(piece, place, judged=judged, okay=okay)
            end = piece.end
            if piece.kind is PieceKind.SQL and (standard := quoting(text, piece)) is not None:
                self.escaping = not standard

    def _inclusion(self, place: Place, piece: Piece, *, judged: bool) -> None:
        """Follow a file that is included."""
        try:
            inner = inclusion(place.migration, piece)
            inner.text  # noqa: B018 - read here, where it is known what to say if that fails
        except MigrationFailed as error:
            if judged:
                said = error.failure.message if isinstance(error, FileFailed) else str(error)
                self.found.unread.append(Unread(place, "", " ".join(said.split())))
        else:
            self._pieces(inner, judged=judged)

    def _piece(self, piece: Piece, place: Place, *, judged: bool, okay: bool) -> None:
        text = place.migration.text[piece.start : piece.end]
        try:
            trees = sql.tree(text, piece.start, escaping=self.escaping)
        except Unparsed as error:
            if judged:
                self.found.unread.append(self._unread(place, text, piece.start, error))
            return
        for tree in trees:
            self._statement(tree, place, judged=judged, okay=okay)

    def _unread(self, place: Place, text: str, start: int, error: Unparsed) -> Unread:
        offset = start + error.offset
        variable = _VARIABLE.match(text, error.offset)
        reason = f"psql's variable {variable[0]} is not filled in" if variable else error.reason
        remedy = "" if variable else templates.at(place.migration.text, offset)
        at = Place(place.migration, offset)
        return Unread(at, "", f"{reason}; {remedy}" if remedy else reason)

    def _statement(
        self, tree: Tree, place: Place, *, judged: bool, okay: bool, block: Body | None = None
    ) -> None:
        conflicts = self.found.conflicts
        statement = Statement(self.state, tree, place, block is not None, conflicts, block)
        # Judged before it is followed: afterwards the table of a `drop table` is gone.
        if judged:
            self._judge(statement, okay=okay)
        if tree.kind == "DoStmt":
            self._block(tree, place, judged=judged, okay=okay)
            return
        creates.create(statement)
        alters.alter(statement)
        skipped.note_later(statement)

    def _judge(self, statement: Statement, *, okay: bool) -> None:
        found = self.found
        hazards = (h._replace(approved=okay) for h in destructive(statement))
        found.destructive.extend(hazards)
        found.locks.extend(h._replace(approved=okay) for h in locks(statement))
        # In a block, a condition may have made sure that the name is there.
        if not statement.conditional:
            found.dangling.extend(dependents.of_statement(statement))

    def _block(self, tree: Tree, place: Place, *, judged: bool, okay: bool) -> None:
        """Follow what a DO block does, as if all its conditions held."""
        if not _WORTH_READING.search(tree.source):
            return
        text, dynamic = tree.source, len(self.dynamic)
        block = bodies.body(tree, place, text)
        for inner in bodies.procedural(block):
            if inner.unread:
                unread = Unread(inner.place, "do", inner.unread)
                self.dynamic.append(Unread(inner.place, text, inner.unread))
                # What is put together at run time is left to `looked_up`, and not unread.
                if judged and not inner.unread.startswith("it is put"):
                    self.found.unread.append(unread)
            for one in inner.trees:
                # Conditions and assignments come as SELECT, which changes no schema.
                if one.kind not in ("SelectStmt", "DoStmt"):
                    here = Place(place.migration, max(one.start, 0))
                    self._statement(one, here, judged=judged, okay=okay, block=block)
        if len(self.dynamic) > dynamic:
            self._looked_up(text, place)

    def _looked_up(self, text: str, place: Place) -> None:
        """Note what dynamic SQL in a block may do to objects that a query names for it."""
        drops.looked_up(self.state, text, place)
        if re.search(r"alter\s+function[^;]*search_path", text, re.IGNORECASE):
            for overloads in self.state.functions.values():
                for function in overloads.values():
                    function.maybe_path = place
        if re.search(r"enable\s+row\s+level\s+security", text, re.IGNORECASE):
            self._enabling(text, place)

    def _enabling(self, text: str, place: Place) -> None:
        """Note the tables on which dynamic SQL in a block may enable row-level security."""
        # A table that stands in the block as a text, in an array or a loop, is surely meant.
        for table in self.state.relations.values():
            if re.search(rf"'(?:{table.name[0]}\.)?{re.escape(table.name[1])}'", text):
                table.rls = True
        # A block that reads the catalog may mean any table: the rule says "not checked" there.
        if re.search(r"\bpg_tables\b|\bpg_class\b|information_schema", text, re.IGNORECASE):
            self.found.enabling.append(place)
            for table in self.state.relations.values():
                table.maybe_rls = place

    def _rollback(self, migration: Migration) -> None:
        """Note what a file drops that is a rollback by its name."""
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
