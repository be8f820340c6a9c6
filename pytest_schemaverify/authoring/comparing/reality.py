"""What the database has at a place of a file, as the file would say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.comparing.by_hand import along
from pytest_schemaverify.authoring.scope import below
from pytest_schemaverify.catalog import Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds import find as check_of
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.kinds.form import as_file, form_of, pairs
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.lookup import find
from pytest_schemaverify.kinds.written import Written, written
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Planned

_PLAIN = (str, bool, int, float, list)


@dataclass(frozen=True, slots=True)
class Place:
    """An object of the database, and where a file is about it."""

    one: Written
    path: Path
    """Keys that lead to its entry."""
    rest: Path
    """Keys below that entry, for what is no object: a role of its grants."""


@dataclass(slots=True)
class Reality:
    """The objects of a database by the places of a file."""

    facts: Facts
    style: Style
    objects: dict[Path, Written] = field(default_factory=dict)
    """The objects that were looked at, by the paths of their entries."""
    whole: dict[Path, Any] = field(default_factory=dict)
    """Values of places at which something differs and something is new, with both."""
    _written: dict[tuple[int, type[Entry]], Written] = field(default_factory=dict)

    def place(self, planned: Planned) -> Place | None:
        """Return the object that an expectation is about; None where there is none."""
        subjects = _upwards(planned.subject)
        entries = dict(along(self.facts.spec, planned.path[:2]))
        if not subjects or planned.path[:2] not in entries:
            return None
        one = self.own(subjects[-1], entries[planned.path[:2]].__class__)
        return None if one is None else self._inside(one, planned.path, subjects)

    def own(self, subject: Subject, model: type[Entry]) -> Written | None:
        """Return an object as an entry says it; None where it is not there."""
        row = self.row(subject)
        if row is None:
            return None
        known = id(row), model
        if known not in self._written:
            look = self.style.look
            self._written[known] = written(model, subject.written, subject, row, look)
        return self._written[known]

    def row(self, subject: Subject) -> Row | None:
        """Return the row of an object; None where it is not there, or the name means several."""
        try:
            return find(self.facts.catalog, subject, self.facts.server)
        except CannotDetermine:
            return None

    def _inside(self, one: Written, path: Path, subjects: Iterable[Subject]) -> Place:
        at = 2
        while at < len(path):
            key = str(path[at])
            if key in one.parts:
                one, at = one.parts[key], at + 1
                continue
            name = str(path[at + 1]) if at + 1 < len(path) else ""
            member = self._member(one.members.get(key, {}), name, subjects)
            if member is None:
                break
            one, at = member, at + 2
        self.keep(path[:at], one)
        return Place(one, path[:at], path[at:])

    def _member(
        self, members: Mapping[str, Written], name: str, subjects: Iterable[Subject]
    ) -> Written | None:
        """Return the object that a file calls by a name, which may be spelled in other ways."""
        rows = [self.row(one) for one in subjects if one.written == name] if members else []
        return next((m for m in members.values() if any(m.row is row for row in rows)), None)

    def keep(self, path: Path, one: Written) -> None:
        """Remember where the file has, or would have, an object and what is in it."""
        self.objects.update(below(path, one))

    def value(self, planned: Planned, place: Place) -> Any:
        """Return the value of the key that an expectation is about; None where no key says it."""
        own = key_of(planned)
        if not place.rest:
            return self.attribute(place.one, own, place.path, planned.check)
        value = self.attribute(place.one, str(place.rest[0]), place.path)
        for part in place.rest[1:]:
            value = item_of(value, str(part))
        if planned.check.startswith("privileges."):
            return (value or []) if own == "exactly" else None
        return value.get(own) if isinstance(value, dict) else value if own == "columns" else None

    def attribute(self, one: Written, key: str, path: Path, check: str = "") -> Any:
        """Return an attribute of an object as a file says it; None where no key says it."""
        value = {**one.usual, **one.said}.get(key)
        if key in one.hidden:
            return None
        if value is None:
            field_ = check_of(check).field if check else key
            value = as_file(getattr(one.row, field_)) if field_ in one.row._fields else None
            return value if isinstance(value, _PLAIN) else None
        spelled = form_of(one.model.family).spelled.get(key)
        if spelled is None or (path, key) in self.style.as_printed:
            return value
        return spelled(value, self.style.look)

    def item(self, planned: Planned, place: Place) -> Any:
        """Return the value of an item of a mapping; None where it is not there."""
        own, name = key_of(planned), str(planned.expected[0])
        value = item_of({**place.one.usual, **place.one.said}.get(own), name)
        there = getattr(place.one.row, own, ())
        if value is None and all(isinstance(one, str) for one in there):
            value = pairs(one for one in there if "=" in one).get(name)
        return value

    def short(self, entry: Entry, changed: Iterable[str], more: Mapping[str, Any], place: Place
              ) -> Any:  # fmt: skip
        """Return the short form of an entry with the keys that it says, and those in `more`.

        Only what has `changed` is the database's; the rest stays as the file has it. Where no
        short form can say it, a mapping is returned.
        """
        one, form = place.one, form_of(place.one.model.family)
        there, said = {**one.usual, **one.said}, {}
        fields = entry.__class__.model_fields
        for name in entry.model_fields_set - entry.settings:
            key, value = fields[name].alias or name, getattr(entry, name)
            if key in changed or not isinstance(value, _PLAIN):
                value = self.attribute(one, key, place.path, f"{entry.family}.{name.rstrip('_')}")
            said[key] = value
        for key, usual in form.usual.items():
            if usual is None and key in there:
                said.setdefault(key, self.attribute(one, key, place.path))
        if None in said.values():  # it is hidden, or no key says it
            return None
        said = {k: v for k, v in said.items() if not form.goes_without_saying(k, v, said)}
        return _in_short(one, {**said, **more}, self.style)


def _in_short(one: Written, said: Mapping[str, Any], style: Style) -> Any:
    order = [info.alias or name for name, info in one.model.model_fields.items()]
    said = {key: said[key] for key in order if key in said}
    form = form_of(one.model.family)
    short = form.short(said, one.row, style.look) if form.short is not None else None
    if short is not None:
        return short
    if len(said) == 1:
        [(key, only)] = said.items()
        if not isinstance(only, dict) and one.model.keys_of(only) == {key}:
            return only
    return said


def key_of(planned: Planned) -> str:
    """Return the key of the entry that an expectation is about."""
    own = planned.check.partition(".")[2]
    fields = planned.entry.__class__.model_fields.items()
    return next((info.alias or name for name, info in fields if name.rstrip("_") == own), own)


def _upwards(subject: Subject | None) -> list[Subject]:
    found = []
    while subject is not None:
        found.append(subject)
        subject = subject.parent
    return found


def item_of(value: Any, name: str) -> Any:
    """Return the item of a mapping whose name may be spelled in another way."""
    if not isinstance(value, Mapping):
        return None
    return next((its for key, its in value.items() if names.bare(key) == names.bare(name)), None)
