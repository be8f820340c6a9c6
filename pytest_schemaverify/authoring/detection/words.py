"""The names in migration files, with where they stand, and what the files create.

Nothing is parsed: a folder of migrations may have syntax that is newer than this package, or that
only psql reads. Comments and texts are no names; what dollars quote is code behind `as` and `do`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.sql.lexical import DEEPEST
from pytest_schemaverify.sql.split import PieceKind, split
from pytest_schemaverify.sql.tokens import Token, spans, text_at

_CODE = frozenset({"as", "do"})
_OPTIONAL = frozenset({"if", "not", "exists", "only"})
_CREATABLE = frozenset({
    "extension", "function", "procedure", "publication", "role", "schema", "table", "type", "user",
    "domain",
})  # fmt: skip
_NEEDING = frozenset({"from", "into", "join", "references", "update"})
"""Words in front of a table that must be there, besides `alter table`."""


class Name(NamedTuple):
    """A dotted name in a file."""

    parts: tuple[str, ...]
    before: str
    """The token in front of it, as the server reads it; "" at the beginning of a statement."""
    after: str
    migration: Migration
    offset: int

    @property
    def place(self) -> str:
        """The file and the line, as people refer to them."""
        return f"{self.migration}:{self.migration.lines.at(self.offset).line}"

    @property
    def called(self) -> bool:
        """Whether it is called like a function, or has arguments like a type."""
        return self.after == "("

    def __str__(self) -> str:
        return ".".join(self.parts) + ("()" if self.called else "")


@dataclass(frozen=True, slots=True)
class Words:
    """What a set of files names and creates."""

    names: list[Name] = field(default_factory=list)
    created: dict[str, set[str]] = field(default_factory=dict)
    """The names behind `create`, with and without their schemas, by the word for their kind."""
    placed: dict[str, Name] = field(default_factory=dict)
    """The schemas that files name for the extensions that they create, by the extension."""
    needed: dict[str, Name] = field(default_factory=dict)
    """Tables that statements alter, fill, read or refer to, without their schemas, each where it is
    needed first."""

    def followed_by(self, other: "Words") -> "Words":
        """Return the words of these files and of others that are applied after them."""
        kinds = {*self.created, *other.created}
        created = {
            kind: self.created.get(kind, set()) | other.created.get(kind, set()) for kind in kinds
        }
        return Words(
            [*self.names, *other.names], created,
            {**other.placed, **self.placed}, {**other.needed, **self.needed},
        )  # fmt: skip

    def creates(self, kind: str, name: str) -> bool:
        """Return whether a file creates something of that name; without a schema, in any."""
        return name in self.created.get(kind, ())


def read(migrations: Iterable[Migration]) -> Words:
    """Return the names of migrations. Raises MigrationFailed for a file that cannot be read."""
    words = Words()
    for migration in migrations:
        text = migration.text
        for piece in split(text):
            if piece.kind is PieceKind.SQL:
                _statement(words, migration, text[piece.start : piece.end], piece.start, DEEPEST)
    return words


def _statement(words: Words, migration: Migration, text: str, start: int, deepest: int) -> None:
    """Add the names of a statement, or of several in the body of a function."""
    found: list[Token] = []
    offsets: list[int] = []
    for token, begin, end in spans(text):
        if deepest and token.text[0:1] == "$" and token.kind == "string" and _is_code(found):
            mark = token.text.index("$", 1) + 1
            body = text[begin + mark : end - mark]
            _statement(words, migration, body, start + begin + mark, deepest - 1)
        found.append(token)
        offsets.append(start + begin)
    extension = ""
    for at, parts, behind in _dotted(found):
        name = Name(parts, text_at(found, at - 1), text_at(found, behind), migration, offsets[at])
        words.names.append(name)
        kind = _written_down(words, found, at, name)
        extension = parts[-1] if kind == "extension" else "" if kind else extension
        # https://www.postgresql.org/docs/current/sql-createextension.html: `with` is optional.
        if extension and name.before == "schema":
            words.placed.setdefault(extension, name)


def _is_code(front: list[Token]) -> bool:
    """Return whether what dollars quote behind these tokens is a body: `as $$`, `do $$`."""
    return bool(front) and front[-1].text in _CODE


def _dotted(found: list[Token]) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """Yield the dotted names: where each begins, its parts, and where it goes on behind it."""
    at = 0
    while at < len(found):
        start, parts = at, list[str]()
        while at < len(found) and found[at].is_name:
            parts.append(found[at].name)
            at += 1
            if not (text_at(found, at) == "." and at + 1 < len(found) and found[at + 1].is_name):
                break
            at += 1
        if parts:
            yield start, tuple(parts), at
        else:
            at += 1


def _written_down(words: Words, found: list[Token], at: int, name: Name) -> str:
    """Write down what the statement does with an object; return its kind if it is created."""
    # At most three words: `if not exists`. Nonsense of many would take the square of its length.
    near = (one for one in range(at - 1, at - 4, -1) if text_at(found, one) not in _OPTIONAL)
    front = next(near, at - 4)
    kind = text_at(found, front)
    if kind in _CREATABLE and "create" in (text_at(found, front - back) for back in (1, 2, 3)):
        words.created.setdefault(kind, set()).update((name.parts[-1], ".".join(name.parts)))
        return kind
    if kind in _NEEDING or (kind == "table" and text_at(found, front - 1) == "alter"):
        words.needed.setdefault(name.parts[-1], name)
    return ""
