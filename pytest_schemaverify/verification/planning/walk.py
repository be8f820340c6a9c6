"""From the entries of a file to the checks that they plan."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pytest_schemaverify.kinds import Kind, Subject, family_of, find
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.indexes.model import Index
from pytest_schemaverify.kinds.sections import naming
from pytest_schemaverify.language.base import Entry, Terms, Thing, When
from pytest_schemaverify.language.load import position
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.language.other_words import another_type
from pytest_schemaverify.language.own_keys import EXACT, named
from pytest_schemaverify.language.places import Path, Positions
from pytest_schemaverify.language.rules import Rule, Rules
from pytest_schemaverify.language.unknown_keys import split_by_comma
from pytest_schemaverify.language.unmanaged import Unnamed
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.typenames import goes_on, is_type

from .named import named_below
from .planned import Managed, Planned, Under


class Walk:
    """Goes through the entries and keeps the problems that it meets."""

    def __init__(self, spec: Spec, positions: Positions, together: tuple[Spec, ...] = ()) -> None:
        self.spec = spec
        self.together = together
        self.schema = spec.defaults.schema_
        self.positions = positions
        self.problems: list[Any] = []
        self.under = Under(spec.defaults.severity)
        """The terms at the place where the walk is."""
        self.last: tuple[Path, str] = ((), "")
        self.named: dict[Path, str] = {}
        """The object of an `each` that the walk is at, by the path of the entry."""

    def entry(self, entry: Entry, path: Path, subject: Subject | None) -> Iterator[Planned]:
        """Yield the checks of an entry and of everything in it."""
        around = self.under
        if isinstance(entry, Terms):
            self.under = under(entry, path, around)
        yield from self.checks(entry, path, subject)
        self.under = around

    def checks(self, entry: Entry, path: Path, subject: Subject | None) -> Iterator[Planned]:
        """Yield the checks of an entry, whose terms are set already."""
        if isinstance(entry, Thing) and entry.absent:
            yield self.one(f"{entry.family}.absent", path, subject, True, entry)
            return
        given = entry.model_fields_set
        family = family_of(entry.family)
        expecting = family is not None and family.expecting and not entry.implied
        if expecting and not given - entry.settings:
            self.problem(path, f"nothing is expected here; possible are {_choices(entry)}")
        for implied in entry.implied:
            if implied not in given:
                # Asking pydantic for an attribute that is not there takes long.
                known = implied in entry.__class__.model_fields
                expected = getattr(entry, implied) if known else True
                yield self.one(f"{entry.family}.{implied}", path, subject, expected, entry)
        for field, key in _fields(entry.__class__):
            if field in given or field == "exact":
                yield from self.key(entry, field, key, path, subject)
        if entry.without_exact and getattr(entry, "exact", None) is None:
            found = self.members(entry, path, subject, report=False)
            members = frozenset(one for one, _, _ in found)
            yield self.one(entry.without_exact, path, subject, members, entry)
        yield from self.things(entry, path, subject)

    def key(
        self, entry: Entry, field: str, key: str, path: Path, subject: Subject | None
    ) -> Iterator[Planned]:
        """Yield the checks of one key of an entry."""
        value, here = getattr(entry, field), (*path, key)
        given = field in entry.model_fields_set
        family = family_of(entry.family)
        nothing = family is not None and family.nothing
        if value is None and given and not nothing:
            self.problem(here, "nothing is given; write a value, or leave the key out")
        # NULL is a value that a query may return; everywhere else nothing is expected then.
        if (value is None and entry.family != "queries") or (not given and value is not True):
            return
        if isinstance(value, When):  # a trigger's `when` may be its condition, too
            return
        if isinstance(value, Entry) and not isinstance(value, Rule):
            yield from self.entry(value, here, _part(value, key, subject))
            return
        around = self.under
        if isinstance(value, Rule):
            self.under = under(value, here, around)
        if isinstance(value, Unnamed):
            yield from self.unnamed(entry, key, value, path)
        else:
            # A field whose name pydantic or Python has taken ends in an underscore.
            yield from self.field(entry, field.rstrip("_"), value, path, here, subject)
        self.under = around

    def unnamed(self, entry: Entry, kind: str, said: Unnamed, path: Path) -> Iterator[Planned]:
        """Yield the check of objects of a kind that the file does not name."""
        if said.report == "ignore":
            return
        walks = [self, *(Walk(spec, {}) for spec in self.together)]
        named = frozenset(one for walk in walks for one in walk.naming(kind))
        severity = said.severity or {"warn": "warn", "fail": "error"}[said.report]
        self.under = replace(self.under, severity=severity)
        check = f"{entry.family}.{kind}"
        yield self.one(
            check, path, None, Managed(said, named, self.together), entry, at=(*path, kind)
        )

    def naming(self, kind: str) -> Iterator[Subject]:
        """Yield the objects of a kind that the file names."""
        sections = [getattr(self.spec, name) for name in naming(kind)] if kind != "details" else []
        if kind in ("tables", "views"):
            # A table that is named for its rows only is managed all the same.
            sections.append(self.spec.data)
        for section in sections:
            if section is None:
                continue
            for one, entry, _ in self.members(section, (), None, report=False):
                yield one
                # The table of a partition that has been detached is no stray one: its rows are
                # wanted back.
                if parts := getattr(entry, "partitions", None):
                    inside = self.members(parts, (), one, report=False)
                    yield from (Subject("tables", part.key, part.written) for part, _, _ in inside)

    def field(
        self, entry: Entry, name: str, value: Any, path: Path, here: Path, subject: Subject | None
    ) -> Iterator[Planned]:
        """Yield the checks of a value: one, or one for each of its items."""
        check = f"{entry.family}.{name}"
        use = find(check).use
        if isinstance(value, Matcher) and (reason := _unfit(check, value)):
            self.problem(here, reason)
        elif use.type and isinstance(value, str) and not (is_type(value) or goes_on(value)):
            if not self.cut(path):  # that is reported already
                meant = another_type(value)
                told = f"; write `{meant}`" if meant else ": varchar(80), integer[]"
                what = f"`{value}`" if value else "an empty text"
                self.problem(here, f"{what} is no type as SQL writes it{told}")
        elif name == "exact" and isinstance(value, bool):
            if value:
                members = frozenset(
                    key for key, _, _ in self.members(entry, path, subject, report=False)
                )
                yield self.one(check, path, subject, members, entry, at=here)
        elif use.each:
            for index, item in enumerate(value):
                yield self.one(
                    check, path, subject, item, entry, at=(*here, index), suffix=f"[{index}]"
                )
        elif use.pairs:
            for key, pair in _pairs(value):
                yield self.one(
                    check, path, subject, pair, entry, at=(*here, key), suffix=f"[{key}]"
                )
        else:
            yield self.one(check, path, subject, value, entry, at=here)

    def cut(self, path: Path) -> bool:
        """Return whether a comma has made a key of the end of a value, beside a path."""
        beside = (str(one[-1]) for one in self.positions if one and one[:-1] == path[:-1])
        return any(key.count(")") > key.count("(") for key in beside)

    def things(self, entry: Entry, path: Path, subject: Subject | None) -> Iterator[Planned]:
        """Yield the checks of the named entries below an entry."""
        for thing, child, written in self.members(entry, path, subject, report=True):
            named = thing if isinstance(family_of(thing.family), Kind) else None
            if thing.family in ("access", "access_columns"):  # an identity in front of the table
                named = subject
            here = (*path, written)
            if isinstance(child, Index) and not thing.wild:
                self.problem(here, child.contradiction(thing.key, self.schema))
            if thing.written != written:
                self.named[here] = thing.written
            yield from self.entry(child, here, named)
            self.named.pop(here, None)

    def members(
        self, entry: Entry, path: Path, parent: Subject | None, *, report: bool
    ) -> Iterator[tuple[Subject, Entry, str]]:
        """Yield what `named_below` does; `report` keeps the names that are none as problems."""

        def bad(written: str, child: Entry, error: names.BadName) -> None:
            if report:
                self.problem((*path, written), split_by_comma(written, child) or str(error))

        return named_below(entry, self.schema, parent, bad)

    def shown(self, path: Path) -> str:
        """Return a path as names of items have it; of an `each` with the object."""
        if path is not self.last[0]:  # the checks of an entry share it
            self.last = path, self.spelled(path)
        return self.last[1]

    def spelled(self, path: Path) -> str:
        """Return the same as `shown`, without its memory of the last path."""
        if not self.named:
            return ".".join(map(str, path))
        return ".".join(
            f"{part}[{self.named[path[: depth + 1]]}]"
            if path[: depth + 1] in self.named
            else str(part)
            for depth, part in enumerate(path)
        )

    def problem(self, path: Path, message: str) -> None:
        """Keep a problem of the file, if there is one."""
        if message:
            self.problems.append((position(path, self.positions), path, message))

    def one(
        self, check: str, path: Path, subject: Subject | None, expected: Any, entry: Entry,
        *, at: Path | None = None, suffix: str = "",
    ) -> Planned:  # fmt: skip
        """Return a planned check; `at` is its place in the file where that is not the entry's."""
        place = position(at or path, self.positions)
        name = f"{self.shown(path)}::{check.partition('.')[2]}{suffix}"
        file = place[2] if len(place) == 3 else ""
        # This check reports a failed build, after which nothing else is verified.
        terms = Under() if check == "migrations.applies" else self.under
        preset = entry.asked_by(check.partition(".")[2]) if isinstance(entry, Rules) else ""
        return Planned(check, path, subject, expected, entry, *place[:2], name, file, terms, preset)


def _pairs(value: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield each key with its name and value; that of `exact: true` are all names."""
    for key, item in value.items():
        if key != EXACT:
            yield key, (named(key), item)
        elif item:
            yield key, (key, frozenset(map(named, value.keys() - {EXACT})))


def under(entry: Terms, path: Path, around: Under) -> Under:
    """Return the terms of an entry that is under some already."""
    when = entry.when if isinstance(entry.when, When) else None
    if not (entry.severity or when or entry.skip or entry.xfail):
        return around
    return Under(
        entry.severity or around.severity,
        (*around.when, when) if when else around.when,
        around.skip or entry.skip or "",
        around.xfail or entry.xfail or "",
        around.expected_at if around.xfail or not entry.xfail else path,
    )


def _part(entry: Entry, key: str, subject: Subject | None) -> Subject | None:
    """Return the object that an entry is about, which may be a part of the one around it."""
    if entry.part == "databases":
        return Subject(entry.part, (), key)
    if subject is not None and subject.family == "databases" and entry.family != "grants":
        return None  # what is in the database is no part of its name
    if not entry.part or subject is None:
        return subject
    own = (*subject.key, key) if entry.part == "default_grants" else subject.key
    return Subject(entry.part, own, subject.written, subject, subject.wild)


@cache
def _fields(kind: type[Entry]) -> tuple[tuple[str, str], ...]:
    """Return name and key of each field that plans something."""
    return tuple(
        (name, info.alias or name)
        for name, info in kind.model_fields.items()
        if name not in kind.settings
    )


def _unfit(check: str, matcher: Matcher) -> str:
    """Return why a matcher cannot stand for the value of a check, or "" if it can."""
    one = find(check)
    if one.use.unmatched:
        return f"{one.use.unmatched} is expected here, and no matcher"
    if not matcher.kinds:
        return ""
    row = inspect.get_annotations(one.run).get("actual")
    if row is Any and not check.startswith("privileges."):  # no row has what a role may do
        return ""
    if one.compares and matcher.kinds == {"condition"}:
        return ""
    if one.value or one.field in getattr(row, "_fields", ()):
        return ""
    return (
        f"{matcher} needs one value to look at, and `{check}` compares several; "
        "`one_of` and `not` with values can stand here"
    )


def _choices(entry: Entry) -> str:
    fields = entry.__class__.model_fields.items()
    return ", ".join(f"`{f.alias or name}`" for name, f in fields if name not in entry.settings)
