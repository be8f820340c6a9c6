"""An object as it is to be: what its entry says and, where that says nothing, what is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding, apart
from pytest_schemaverify.kinds.form import ABSENT, Look, Said, form_of
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.kinds.written import keys, written
from pytest_schemaverify.language.base import Entry, Thing, Things, value_at
from pytest_schemaverify.language.conditions import is_condition
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.language.own_keys import EXACT
from pytest_schemaverify.sql.names import quoted


class Heeded(dict[str, Any]):
    """What is said of an object, and which of it a statement has heeded."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.heeded: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.heeded.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is said under a key, or the default."""
        self.heeded.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.heeded.add(str(key))
        return super().__contains__(key)


@dataclass(frozen=True, slots=True)
class Whole:
    """An object as it is to be."""

    family: str
    key: tuple[str, ...]
    said: Heeded
    """Its attributes by the keys of a file, without those that go without saying."""
    row: Row | None
    """The object as it is; None where it is not there."""
    look: Look
    around: tuple[str, ...] = ()
    """The key of the object that it belongs to, if it does to one."""
    entry: Entry | None = None
    """What the file says of it and of what belongs to it."""

    @property
    def catalog(self) -> Catalog:
        """The snapshot in which it is, or will be."""
        return self.look.catalog

    @property
    def name(self) -> str:
        """Its own name, as SQL has it."""
        return quoted(self.key[-1] if self.row is None else self.row.name)

    @property
    def table(self) -> str:
        """The table or type that it belongs to, with its schema."""
        return quoted(*self.key[:2])

    @property
    def object(self) -> str:
        """Its name with its schema."""
        return quoted(*self.key)

    @property
    def unheeded(self) -> set[str]:
        """The attributes that the entry says and no statement has, so that they would be gone."""
        said = set() if self.entry is None else said_by(self.entry).keys()
        return {*self.said} & {*said} - self.said.heeded

    def word(self, key: str, text: str) -> str:
        """Return a text with the value of an attribute for `{}`; "" where that is not said."""
        return text.format(self.said[key]) if key in self.said else ""


def whole_of(
    entry: Entry | None,
    model: type[Entry],
    subject: Subject,
    row: Row | None,
    usual: Said,
    look: Look,
) -> Whole | None:
    """Return an object as its entry says; where that says nothing, as it is.

    None where the entry does not say how it is, but what it may be.
    """
    there: dict[str, Any] = dict(usual)
    if row is not None:
        now = written(model, subject.written, subject, row, look)
        if now.hidden:
            return None
        there |= {**now.usual, **now.said}
    said = {} if entry is None else said_by(entry)
    if any(_torn(value) for value in said.values()):
        return None
    merged = {**there, **said}
    if said.get("deferrable") is False:
        merged.pop("initially_deferred", None)
    if said.get("constraint") is False:
        merged = {key: merged[key] for key in merged if key not in _OF_CONSTRAINTS}
    for name, value in merged.items():
        if isinstance(value, dict):
            merged[name] = _merged(there.get(name), value)
    if any(map(_open, merged.values())):
        return None
    form = form_of(model.family)
    plain = {
        key: value
        for key, value in merged.items()
        if value != ABSENT and not form.goes_without_saying(key, value, merged)
    }
    around = subject.parent.key if subject.parent is not None else ()
    return Whole(subject.family, subject.key, Heeded(plain), row, look, around, entry)


_OF_CONSTRAINTS = ("deferrable", "initially_deferred")


def said_by(entry: Entry) -> dict[str, Any]:
    """Return the attributes that an entry says, by their keys."""
    attributes = {key for key, inner, _ in keys(entry.__class__) if inner is None}
    said = {}
    for name in entry.model_fields_set:
        key = entry.__class__.model_fields[name].alias or name
        if key in attributes:
            said[key] = getattr(entry, name)
    return said


def _merged(there: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Return the items of a mapping: those of the file, and others that are there."""
    others = isinstance(there, dict) and said.get(EXACT) is not True
    found = {**there, **said} if others else said
    return {name: value for name, value in found.items() if value != ABSENT and name != EXACT}


def _open(value: Any) -> bool:
    """Return whether a value is one of many that an expectation accepts."""
    if isinstance(value, dict):
        return any(map(_open, value.values()))
    return isinstance(value, Matcher) or (not isinstance(value, list) and is_condition(value))


def _torn(value: Any) -> bool:
    """Return whether YAML has taken an expression apart at its commas."""
    probe = Finding(expected="", actual="", fix="probe")
    return isinstance(value, list) and not apart(probe, value).fix


Member = tuple[Entry | None, type[Entry], Subject, Row | None]
"""The entry of an object, its model, and the object, which may not be there."""


def members_of(
    entry: Entry | None, model: type[Entry], subject: Subject, row: Row | None, look: Look
) -> Iterator[Member]:
    """Yield what belongs to an object, as its entry names it, or as it is there."""
    now = None if row is None else written(model, subject.written, subject, row, look)
    for key, inner, _ in keys(model):
        if inner is None or not issubclass(inner, Things) or inner.family == "columns":
            continue
        said = value_at(entry, key) if entry is not None else None
        there = now.members.get(key, {}) if now else {}
        named = dict(said.items()) if isinstance(said, Things) else {}
        for name in dict.fromkeys([*named, *there]):
            own, its = there.get(name), named.get(name)
            if isinstance(its, Thing) and its.absent:
                continue
            kind = kind_of(inner.family)
            one = Subject(inner.family, kind.key(name, look.schema, subject), name, subject)
            if own is not None:
                yield its, own.model, one, own.row
            elif its is not None:
                yield its, its.__class__, one, None
