"""What a file of expectations does not say, as YAML that is ready to be pasted into it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_schemaverify.authoring.coverage.pinning import Coverage, rank, shown
from pytest_schemaverify.authoring.scope import below
from pytest_schemaverify.authoring.writing.draft import corrected
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.kinds.form import form_of
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.language.base import Entry, Named, value_at
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.sql.names import is_pattern
from pytest_schemaverify.sql.yaml_names import plain
from pytest_schemaverify.verification.unsaid import Unsaid
from pytest_schemaverify.verification.verification import Verification


@dataclass(frozen=True, slots=True)
class Snippet:
    """Entries that a file lacks, of one kind and one object at its top."""

    kind: str
    """The kind that comes first among those of the entries."""
    object: str
    data: dict[str, Any]
    """What is to be said, from the top of the file on."""

    @property
    def yaml(self) -> str:
        """The text to paste."""
        return written(self.data)


def snippets(found: Coverage, one: Verification) -> tuple[list[Snippet], list[str]]:
    """Return what the file lacks, tried on its database, and notes of what no key can say."""
    spec = one.contract.spec
    # A file must expect something, even where no key can say what is missing.
    head = {
        "defaults": {"schema": plain(found.contents.look.schema)},
        "unmanaged": {"tables": "warn"},
    }
    pasted = _Pasted(Style(found.contents.look), head, [*_pieces(found, spec)])
    _, notes = corrected(pasted, one, pasted.objects())
    return pasted.snippets(), notes


@dataclass(frozen=True, slots=True)
class _Piece:
    """An object of which something is to be said, with nothing else in it."""

    kind: str
    object: str
    path: Path
    one: Written
    tried: Written
    """The same with all items of a mapping: roles that it does not name would be findings."""


def _pieces(found: Coverage, spec: Spec) -> Iterator[_Piece]:
    paths = {id(one): path for path, one in found.contents.paths()}
    tops: dict[Path, str] = {}
    for path, one in found.contents.paths():
        tops.setdefault(path[:2], shown(one))
    for unsaid in found.missing:
        own = paths[id(unsaid.value if unsaid.of is None else unsaid.of)]
        if isinstance(unsaid.value, Written):
            one = tried = unsaid.value
            own, place = paths[id(one)], _place(unsaid)
        else:
            one, tried = _only(unsaid), _only(unsaid, everything=True)
            place = unsaid.place[0][: len(own)]
        yield _Piece(rank(unsaid)[1], tops[own[:2]], _in_file(own, place, spec), one, tried)


def _only(unsaid: Unsaid, *, everything: bool = False) -> Written:
    """Return an object with nothing but what is unsaid, or with `everything` of its attribute.

    What has a short form is returned with all of its attributes.
    """
    one = unsaid.of
    if one is None:
        raise TypeError("an attribute belongs to an object")
    if form_of(one.model.family).short is not None:
        return replace(one, parts={}, members={})
    key, item = unsaid.top
    value = one.said[key]
    # A list, as of a primary key, gives way to a mapping that says all of it.
    if item and not everything and not isinstance(unsaid.place[1], list):
        value = {item: value[item]}
    return replace(one, said={key: value}, parts={}, members={})


def _place(unsaid: Unsaid) -> Path:
    """Return where the file would have an object that is missing."""
    path, entry = unsaid.place
    # The place of one of several is what they are in.
    if unsaid.of is None or not isinstance(entry, Named):
        path = (*path, unsaid.key)
    return (*path, unsaid.name) if unsaid.name else path


def _in_file(own: Path, place: Path, spec: Spec) -> Path:
    """Return the path of an object as the file spells it, by names where it has a pattern."""
    if len(own) != len(place):
        return own
    path: Path = ()
    entry: Any = spec
    for ours, theirs in zip(own, place, strict=True):
        entry = value_at(entry, theirs) if isinstance(entry, Entry) else None
        several = ours != theirs and (is_pattern(str(theirs)) or getattr(entry, "each", None))
        path = (*path, ours if several else theirs)
    return path


@dataclass(slots=True)
class _Pasted:
    """All that is missing as the text of a file, to be tried on the database."""

    style: Style
    head: Mapping[str, Any]
    pieces: list[_Piece]
    rules: Any = None

    def text(self) -> str:
        """Return the whole text."""
        data = dict(self.head)
        for piece in self._left():
            merge(data, nested(piece.path, self.style.entry(piece.tried, piece.path)))
        return written({"version": 1, **data})

    def objects(self) -> dict[Path, Written]:
        """Return the objects of which it says something, by the keys that lead to them."""
        return {path: one for piece in self.pieces for path, one in below(piece.path, piece.one)}

    def snippets(self) -> list[Snippet]:
        """Return the entries, those that belong together in one."""
        together: dict[tuple[str, str], dict[str, Any]] = {}
        for piece in self._left():
            data = together.setdefault((piece.kind, piece.object), {})
            merge(data, nested(piece.path, self.style.entry(piece.one, piece.path)))
        return [Snippet(kind, name, data) for (kind, name), data in together.items()]

    def _left(self) -> Iterator[_Piece]:
        """Yield the pieces that a key can say."""
        return (one for one in self.pieces if (one.path, "") not in self.style.left_out)


def nested(path: Iterable[str | int], value: Any) -> dict[str, Any]:
    """Return a value under the keys that lead to it."""
    for key in reversed([*path]):
        value = {str(key): value}
    return dict(value)


def merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put entries into others, as a person pastes them."""
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value
