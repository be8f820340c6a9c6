"""What the database has of the objects that a file names, and what their entries do not say."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.databases.model import Database
from pytest_schemaverify.kinds.databases.written import ITSELF
from pytest_schemaverify.kinds.form import Look, form_of
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.kinds.sequences.model import Sequences
from pytest_schemaverify.kinds.tables.model import Table
from pytest_schemaverify.kinds.written import Written, additions, own, things, written
from pytest_schemaverify.language.base import Entry, Thing
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.writing import flow
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.planning.walk import Walk

Rows = Callable[[Subject], Sequence[tuple[Subject, Row | None]]]
"""Returns the objects that a name or pattern of the file means, each with its row."""
Place = tuple[Path, Entry]
"""An entry, and the keys that lead to it."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something of a named object that no entry says."""

    place: Place
    """The entry that could say it; of those that name the object one that names only this."""
    subject: Subject
    """The object."""
    key: str
    """Key under which it would stand."""
    value: Any
    """Value of the attribute; a `Written` for what belongs to the object."""
    name: str = ""
    """Name of what belongs to the object, or the item of a mapping."""
    of: Written | None = None
    """The object, as a file would say it; None where `value` is an object that no entry names."""
    within: tuple[str, str] = ("", "")
    """The attribute of the object and its item in which it is, where it is deeper inside."""

    @property
    def own(self) -> bool:
        """Whether it is what a column has beside what its table or query gives it."""
        return isinstance(self.value, Written) and self.value.given is not None

    @property
    def top(self) -> tuple[str, str]:
        """The attribute of the object that it is in, and the item of that; "" for all of it."""
        return self.within if self.within[0] else (self.key, self.name)

    @property
    def shown(self) -> tuple[str, str]:
        """The object that it is about, and what is there."""
        if self.own and isinstance(self.value, Written):
            parts = {key: part.said for key, part in self.value.parts.items()}
            return str(self.value.subject), flow({**self.value.said, **parts})
        if isinstance(self.value, Written) and self.name:
            noun = kind_of(self.value.subject.family).noun
            return str(self.value.subject), f"the {noun} is there"
        value = _in_short(self.value) if isinstance(self.value, Written) else self.value
        return str(self.subject), flow({self.key: {self.name: value} if self.name else value})


def _in_short(part: Written) -> dict[str, Any]:
    """Return what a part has, and the names of what is in it, as policies are."""
    said = {key: value for key, value in part.said.items() if value is not False}
    return said | {key: [*names] for key, names in part.members.items() if names}


def unsaid(spec: Spec, look: Look, rows: Rows, together: Iterable[Spec] = ()) -> Iterator[Unsaid]:
    """Yield what the entries of the file leave unsaid of the objects that they name.

    What other files about the same database say of these is no longer unsaid.
    """
    walk = Walk(spec, {(): (1, 1)})
    named: Named = {}
    for section in spec.model_fields_set:
        value = getattr(spec, section)
        if section in KINDS and value is not None:
            found = _named(walk, [((section,), value)], None, rows)
            named |= found
            for other in together:
                _say_more(found, Walk(other, {}), section, rows)
            for subject, row, places in found.values():
                entry = places[0][1]
                one = written(entry.__class__, subject.written, subject, row, look)
                left = own(one, look)
                theirs = section == "tables" and look.theirs(row.schema)
                added = additions(left) if left is not None and theirs else left
                if added is not None:
                    yield from _of(added, places, walk, rows)
    yield from _sequences(spec, look, named)
    yield from _database([spec, *together], look, walk, rows)


def _database(specs: Iterable[Spec], look: Look, walk: Walk, rows: Rows) -> Iterator[Unsaid]:
    """Yield what is unsaid of the database itself, where the file says who may use it.

    A file without `grants` there is about any database that its migrations make.
    """
    places: list[Place] = [(("database",), one.database) for one in specs if one.database]
    if not any(one.grants for _, one in places if isinstance(one, Database)):
        return
    for row in look.catalog.families["databases"].values():
        one = written(Database, "database", ITSELF, row, look)
        # Servers of one project differ in who owns it, so only a file that says an owner wants one.
        said = {key: value for key, value in one.said.items() if key != "owner"}
        yield from _of(replace(one, said=said), places, walk, rows)


def unsaid_of_partitions(
    spec: Spec, look: Look, rows: Rows, together: Iterable[Spec] = ()
) -> Iterator[Unsaid]:
    """Yield what partitions of the file's tables have of their own, where no entry names them."""
    mine, all_ = (
        {subject.key for one in specs for subject in _tables(one, rows)}
        for specs in ([spec], [spec, *together])
    )
    for key, row in look.catalog.families["tables"].items():
        if row.partition_of and key not in all_ and not mine.isdisjoint(_above(row, look)):
            name = look.name(*key)
            one = own(written(Table, name, Subject("tables", key, name), row, look), look)
            one = additions(one) if one is not None and look.theirs(row.schema) else one
            if one is not None:
                place: Place = (("tables", name), Table.model_validate({}))
                yield from _of(one, [place], Walk(spec, {(): (1, 1)}), rows)


def _tables(spec: Spec, rows: Rows) -> Iterator[Subject]:
    if spec.tables is not None:
        around: list[Place] = [(("tables",), spec.tables)]
        for subject, _, _ in _named(Walk(spec, {(): (1, 1)}), around, None, rows).values():
            yield subject


def _above(row: Row, look: Look) -> Iterator[tuple[str, ...]]:
    """Yield the keys of the tables that a partition is a part of."""
    above: Row | None = row
    while above is not None and above.partition_of:
        key = names.parts(above.partition_of)
        yield key
        above = look.catalog.find("tables", key)


def _say_more(named: "Named", walk: Walk, section: str, rows: Rows) -> None:
    """Add the entries of another file to those of the objects that this file names."""
    value = getattr(walk.spec, section)
    around = [] if value is None else [((section,), value)]
    for known, (_, _, places) in _named(walk, around, None, rows).items():
        if known in named:
            named[known][2].extend(places)


def _sequences(spec: Spec, look: Look, named: "Named") -> Iterator[Unsaid]:
    """Yield the sequences of named tables' columns that are not as PostgreSQL makes them."""
    tables = {one.key for one, _, _ in named.values() if one.family == "tables"}
    section = spec.sequences
    place: Place = ((), spec) if section is None else (("sequences",), section)
    for name, one in things(Sequences, look).items():
        table = names.parts(one.row.owned_by)[:2] if one.row.owned_by else None
        if table in tables and id(one.row) not in named:
            yield Unsaid(place, one.subject, "sequences", one, name)


def unsaid_in(
    spec: Spec, sections: Mapping[str, Mapping[str, Written]], rows: Rows
) -> Iterator[Unsaid]:
    """Yield what the file leaves unsaid of these objects, by section and name.

    An object that it does not name is left unsaid as a whole.
    """
    walk = Walk(spec, {(): (1, 1)})
    for section, objects in sections.items():
        value = getattr(spec, section)
        around = [] if value is None else [((section,), value)]
        named = _named(walk, around, None, rows)
        for name, one in objects.items():
            if id(one.row) in named:
                yield from _of(one, named[id(one.row)][2], walk, rows)
            else:
                yield Unsaid(((), spec), one.subject, section, one, name)


Named = dict[int, tuple[Subject, Row, list[Place]]]
"""Objects with the entries that name them, by the identity of their rows."""


def _named(walk: Walk, around: Iterable[Place], parent: Subject | None, rows: Rows) -> Named:
    found: Named = {}
    for path, container in around:
        for subject, entry, key in walk.members(container, path, parent, report=False):
            if isinstance(entry, Thing) and entry.absent:
                continue
            for one, row in rows(subject):
                if row is not None:
                    places = found.setdefault(id(row), (one, row, []))[2]
                    # What is said of one object goes before what is said of many.
                    many = subject.wild or getattr(entry, "each", None)
                    places.insert(len(places) if many else 0, ((*path, key), entry))
    return found


def _of(one: Written, places: list[Place], walk: Walk, rows: Rows) -> Iterator[Unsaid]:
    """Yield what no entry says of an object and of what belongs to it."""
    for key, value in one.said.items():
        said = _values(key, places)
        if not said:
            if not _covered(key, one, places):
                yield Unsaid(places[0], one.subject, key, value, of=one)
        elif isinstance(value, Mapping):
            yield from _items(one, key, value, said)
    for key, part in one.parts.items():
        yield from _of_part(one, key, part, places, walk, rows)
    for key, members in one.members.items():
        yield from _of_members(one, key, members, places, walk, rows)


def _of_part(
    one: Written, key: str, part: Written, places: list[Place], walk: Walk, rows: Rows
) -> Iterator[Unsaid]:
    said = [(path, value) for path, value in _values(key, places) if isinstance(value, Entry)]
    if said:
        yield from _of(part, said, walk, rows)
    elif any(part.members.values()) or not all(value is False for value in part.said.values()):
        yield Unsaid(places[0], one.subject, key, part, of=one)


def _of_members(
    one: Written, key: str, members: Mapping[str, Written], places: list[Place], walk: Walk,
    rows: Rows,
) -> Iterator[Unsaid]:  # fmt: skip
    said = [(path, value) for path, value in _values(key, places) if isinstance(value, Entry)]
    # A list of columns says which there are, as a primary key and `unique` do.
    # What a query gives its columns is said with it, and what else they have is not.
    given = all(member.given is not None for member in members.values())
    if (_covered(key, one, places) and not given) or (_values(key, places) and not said):
        return
    named = _named(walk, said, one.subject, rows)
    for name, member in members.items():
        if id(member.row) in named:
            yield from _of(member, named[id(member.row)][2], walk, rows)
        else:
            place = said[0] if said else places[0]
            yield Unsaid(place, one.subject, key, member, name, one)


def _values(key: str, places: Iterable[Place]) -> list[tuple[Path, Any]]:
    """Return what entries say under a key, each with its path."""
    found = []
    for path, entry in places:
        field = next(
            (n for n, f in entry.__class__.model_fields.items() if (f.alias or n) == key), ""
        )
        if field in entry.model_fields_set:
            found.append(((*path, key), getattr(entry, field)))
    return found


def _covered(key: str, one: Written, places: Iterable[Place]) -> bool:
    """Return whether another key says the same in another way."""
    form = form_of(one.model.family)
    others = {form.said_by.get(key), form.implied.get(key)} - {None}
    return any(_values(str(other), places) for other in others)


def _items(
    one: Written,
    key: str,
    value: Mapping[str, Any],
    said: list[tuple[Path, Any]],
    within: tuple[str, str] = ("", ""),
) -> Iterator[Unsaid]:
    """Yield the items of a mapping, such as roles of grants, that no entry names."""
    if any(getattr(entry, "exact", None) for _, entry in said):
        return  # a check of its own says that there are no others
    for name, its in value.items():
        inner = [found for path, around in said for found in _item(name, path, around)]
        if not inner:
            path, entry = said[0]
            place = (path, entry) if isinstance(entry, Entry) else (path[:-1], entry)
            yield Unsaid(place, one.subject, key, its, name, one, within)
        elif isinstance(its, Mapping):
            yield from _items(one, name, its, inner, within if within[0] else (key, name))


def _item(name: str, path: Path, around: Any) -> Iterator[tuple[Path, Any]]:
    """Yield what a mapping of the file says under a name, with its path."""
    if isinstance(around, Entry):
        yield from _values(name, [(path, around)])
        around = around.__pydantic_extra__ or {}
    if isinstance(around, Mapping):
        for other, value in around.items():
            if names.bare(str(other).lower()) == names.bare(name.lower()):
                yield (*path, other), value
    # A primary key may be a list, which says only which columns it has.
    elif not isinstance(around, list) or name == "columns":
        yield path, around
