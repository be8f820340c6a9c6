r"""psql's own commands in a file: most are left out, \i is followed, the others are refused.

https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_schemaverify.migrations.decoding import decoded
from pytest_schemaverify.migrations.failure import FileFailed, Place, failed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.settings.paths import is_file, resolved
from pytest_schemaverify.sql.split import Piece, PieceKind, quoting, split

_COMMAND = re.compile(r"\\(?P<name>[^\s\\]+)[ \t]*(?P<rest>[^\r\n\\]*)")
_INCLUDE = frozenset({"i", "ir", "include", "include_relative"})
_LEFT_OUT = frozenset({"c", "connect", "!", "o", "out", "cd", "setenv", "password"})
"""Commands that are left out with a notice, as the file may mean something else without them."""
# pg_dump writes \restrict and \unrestrict since the minor releases of August 2025 (CVE-2025-8714).
_CHANGE_NOTHING = frozenset({
    ".", ";", "?", "a", "C", "conninfo", "copyright", "crosstabview", "echo", "encoding",
    "errverbose", "f", "g", "gx", "H", "h", "help", "html", "l", "l+", "list", "p", "print", "pset",
    "q", "qecho", "r", "reset", "restrict", "set", "s", "sf", "sf+", "sv", "sv+", "t", "T",
    "timing", "unrestrict", "unset", "w", "warn", "write", "x", "z",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file being run: a migration, or one that it includes."""

    path: Path
    text: str
    """With psql's commands blanked, so that the server counts the same offsets as we do."""
    pieces: tuple[Piece, ...]
    """Its statements, and the commands that include other files."""
    left_out: tuple[str, ...]
    r"""The commands that are not carried out although they may matter, such as \connect."""
    within: tuple[Path, ...] = ()
    """The files that include it, outermost first."""

    @property
    def statements(self) -> list[str]:
        """The texts of its statements."""
        return [self.text[p.start : p.end] for p in self.pieces if p.kind is not PieceKind.COMMAND]

    @property
    def is_one_message(self) -> bool:
        """Whether the server can be sent the whole file at once.

        It reads all of a message before it runs any, so what changes how quotes are read cannot.
        """
        return all(
            piece.kind is PieceKind.SQL and quoting(self.text, piece) is None
            for piece in self.pieces
        )

    def place(self, offset: int, piece: Piece | None = None) -> Place:
        """Return a place in this file."""
        statement = self.text[piece.start : piece.end] if piece else ""
        return Place(self.path, self.text, offset, statement)


def opened(path: Path, text: str, within: tuple[Path, ...] = ()) -> Source:
    r"""Return the file with psql's commands blanked.

    `within` are the files that include it, outermost first. Raises FileFailed for \if, \gexec and
    others that only psql can carry out.
    """
    pieces: list[Piece] = []
    left_out: list[str] = []
    clean: list[str] = []
    position = 0
    for piece in split(text):
        if piece.kind is not PieceKind.COMMAND:
            pieces.append(piece)
            continue
        name = _name(text, piece)
        if name in _INCLUDE:
            pieces.append(piece)
            continue
        if name in _LEFT_OUT:
            left_out.append(text[piece.start : piece.end].rstrip())
        # \d and its variants only print: \dt, \df+, \des.
        elif name not in _CHANGE_NOTHING and not name.startswith("d"):
            raise _refused(path, text, piece)
        # `select 1 \g` has no other end.
        end = ";" if pieces and not text[pieces[-1].end : piece.start].strip() else " "
        clean += text[position : piece.start], end, " " * (piece.end - piece.start - 1)
        position = piece.end
    return Source(path, "".join([*clean, text[position:]]), tuple(pieces), tuple(left_out), within)


def included(source: Source, piece: Piece) -> Source:
    r"""Return the file that \i or \ir names: beside this file, or below one of its parents.

    Raises FileFailed where there is none, or where it includes itself.
    """
    within = (*source.within, source.path)
    path = _included(source.place(piece.start, piece), within)
    return opened(path, decoded(path), within)


def inclusion(migration: Migration, piece: Piece) -> Migration:
    r"""Return the file that \i or \ir names as a part of a migration. Raises MigrationFailed."""
    outer: Migration | None = migration
    within: list[Path] = []
    while outer is not None:
        within.insert(0, outer.path)
        outer = outer.within
    text = migration.text
    place = Place(migration.path, text, piece.start, text[piece.start : piece.end])
    path = _included(place, tuple(within))
    return Migration(
        path, migration.version, migration.name, within=migration,
        placeholders=migration.placeholders,
    )  # fmt: skip


def includes(text: str, piece: Piece) -> bool:
    """Return whether a piece of a file is a command that includes another file."""
    return piece.kind is PieceKind.COMMAND and _name(text, piece) in _INCLUDE


def parts(migration: Migration) -> Iterator[Migration]:
    """Yield a migration and the files that it includes, as far as they are there.

    Raises MigrationFailed for one that cannot be read.
    """
    yield migration
    # Splitting a large file takes a while, and few files include another.
    for piece in split(migration.text) if "\\i" in migration.text else ():
        if includes(migration.text, piece):
            with suppress(FileFailed):  # applying it says so
                yield from parts(inclusion(migration, piece))


def _included(place: Place, within: tuple[Path, ...]) -> Path:
    found = _COMMAND.match(place.statement)
    wanted = found["rest"].strip().strip("'\"") if found else ""
    # \ir is relative to the file, \i to the folder that psql was started in: the project's, as a
    # rule, which is here or a few folders up.
    bases = [place.path.parent, Path.cwd(), *resolved(place.path).parents[1:4]]
    path = next((base / wanted for base in bases if is_file(base / wanted)), None)
    if path is None:
        raise failed(
            place,
            f"there is no file {wanted}",
            remedy=f"names are looked up beside {place.path.name} and from the current folder",
        )
    if resolved(path) in {resolved(outer) for outer in within}:
        raise failed(place, f"{wanted} includes itself")
    # Spelled as it is listed elsewhere, so that it can be told whether this is one of some files.
    return resolved(path) if ".." in path.parts else path


def _name(text: str, piece: Piece) -> str:
    found = _COMMAND.match(text, piece.start, piece.end)
    return found["name"] if found else ""


def _refused(path: Path, text: str, piece: Piece) -> Exception:
    command = text[piece.start : piece.end].rstrip()
    return failed(
        Place(path, text, piece.start, command),
        f"only psql can carry out \\{_name(text, piece)}",
        remedy="say it in SQL: a do block with if, execute and exceptions instead of"
        r" \if and \gexec; copy … from stdin with the rows below instead of \copy",
    )
