"""How much of a database a file of expectations pins: what it says of what there is to say.

Counted is what `init` would write: each object by its name, each attribute that PostgreSQL does not
give by itself, each role that holds privileges.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pytest_schemaverify.authoring.scope import Chosen, Contents, contents
from pytest_schemaverify.authoring.writing.draft import no_key
from pytest_schemaverify.catalog import Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds import KINDS, Subject
from pytest_schemaverify.kinds.form import form_of
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.facts.details import named_by
from pytest_schemaverify.verification.unsaid import Unsaid, unsaid_in

Level = Literal["nothing", "named", "attributes", "expressions"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""How much is said of an object: it is not named; only its name, or not all of its attributes; all
but its expressions; all of it."""

SECURITY = ("policies", "rls", "grants", "default_privileges")
"""Kinds that count double and come first, as functions do that run with their owner's rights."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """How much the file says of one object."""

    kind: str
    object: str
    level: Level
    said: int
    """Things that the file says of it, out of those that are `there`."""
    there: int
    double: bool = False
    """Whether it counts double."""


@dataclass(slots=True)
class Sum:
    """How much the file says of several objects."""

    said: int = 0
    there: int = 0
    weighed: int = 0
    """The same as `said`, with double what counts double, out of `weight`."""
    weight: int = 0
    levels: Counter[Level] = field(default_factory=Counter)
    """Numbers of objects by level."""

    def add(self, one: Pinned) -> None:
        """Add an object."""
        times = 2 if one.double else 1
        self.said += one.said
        self.there += one.there
        self.weighed += one.said * times
        self.weight += one.there * times
        self.levels[one.level] += 1

    @property
    def percent(self) -> int:
        """The whole percent that are said, rounded down, so that 100 means all of it."""
        return 100 * self.weighed // self.weight if self.weight else 100


@dataclass(slots=True)
class Coverage:
    """How much of a database a file of expectations pins."""

    contents: Contents
    objects: list[Pinned]
    missing: list[Unsaid]
    """What the file does not say, what is about security first."""
    others: int = 0
    """Number of objects that are not counted because they are of other kinds than asked for."""
    without_key: tuple[str, ...] = ()
    """Objects that are not counted because they are of kinds which the language does not have."""

    def kinds(self) -> dict[str, Sum]:
        """Return the sums by kind, those of security first."""
        found: dict[str, Sum] = {}
        for one in self.objects:
            found.setdefault(one.kind, Sum()).add(one)
        return dict(sorted(found.items(), key=lambda item: _place(item[0])))

    @property
    def whole(self) -> Sum:
        """The sum of everything."""
        found = Sum()
        for one in self.objects:
            found.add(one)
        return found

    @property
    def left_out(self) -> dict[str, int]:
        """Numbers of objects that are not counted because they are the platform's, by section."""
        # Roles with which the database has nothing to do are the server's, and of others.
        passed_over = self.contents.passed_over.items()
        return {section: n for section, n in passed_over if n and section != "roles"}


def coverage(facts: Facts, kinds: tuple[str, ...] = ()) -> Coverage:
    """Return how much the file says of its database, of these kinds only or of all."""
    database = facts.spec.database
    platform = database.platform.name if database else "postgres"
    found = contents(facts.catalog, Chosen(platform, facts.schema))

    def rows(subject: Subject) -> list[tuple[Subject, Row | None]]:
        # The check of such a name says what is wrong; here it names no object.
        with suppress(CannotDetermine):
            return named_by(facts, subject)
        return []

    missing = list(unsaid_in(facts.spec, found.sections, rows))
    every = list(_counted(found, missing))
    objects = [one for one in every if not kinds or one.kind in kinds]
    wanted = [one for one in missing if not kinds or rank(one)[1] in kinds]
    wanted.sort(key=lambda one: rank(one)[0])
    return Coverage(found, objects, wanted, len(every) - len(objects), (*no_key(facts, found),))


def rank(one: Unsaid) -> tuple[int, str]:
    """Return the place of something in the order of what is missing, and its kind."""
    value = one.value
    within = value.all() if isinstance(value, Written) else [one.of] if one.of else []
    whole = isinstance(value, Written)
    kinds = [kind for each in within for kind in _kinds_of(each, None if whole else one.top[0])]
    return min(((_place(kind, double), kind) for kind, double in kinds), default=(0, one.key))


def _kinds_of(one: Written, key: str | None) -> Iterator[tuple[str, bool]]:
    """Yield the kinds that an object, or one attribute of it, counts for."""
    if key != "grants" and not _off(one):
        yield one.model.family, _double(one)
    if (key is None and "grants" in one.said) or key == "grants":
        yield "grants", True


def _place(kind: str, double: bool = False) -> int:
    if kind in SECURITY:
        return SECURITY.index(kind)
    return len(SECURITY) + (0 if double else 1 + KINDS.index(kind))


def _double(one: Written) -> bool:
    family = one.model.family
    return family in SECURITY or (family == "functions" and one.said.get("security") == "definer")


def _counted(found: Contents, missing: Iterable[Unsaid]) -> Iterator[Pinned]:
    whole: set[int] = set()
    attributes: dict[int, list[Unsaid]] = {}
    for unsaid in missing:
        if isinstance(unsaid.value, Written):
            whole |= {id(one) for one in unsaid.value.all()}
        else:
            attributes.setdefault(id(unsaid.of), []).append(unsaid)
    for one in found.all():
        its = attributes.get(id(one), [])
        if "grants" in one.said:
            yield from _grants(one, id(one) in whole, its)
        pinned = _object(one, id(one) in whole, its)
        if pinned.there:
            yield pinned


def _object(one: Written, missing: bool, attributes: list[Unsaid]) -> Pinned:
    """Return how much is said of an object, without its privileges."""
    form = form_of(one.model.family)
    things = {
        key: _number(value)
        for key, value in one.said.items()
        if key != "grants" and form.implied.get(key) not in one.said
    }
    if _off(one):
        things = {}
    # Being there says something of whatever has a name.
    named = 0 if _is_part(one) else 1
    lacking = {a.top for a in attributes if a.top[0] in things}
    said = (
        0
        if missing
        else named + sum(things.values()) - sum(1 if item else things[key] for key, item in lacking)
    )
    level: Level = "expressions"
    if missing:
        level = "nothing"
    elif any(key not in form.expressions for key, _ in lacking):
        level = "named"
    elif lacking:
        level = "attributes"
    there = named + sum(things.values())
    return Pinned(one.model.family, shown(one), level, said, there, _double(one))


def _is_part(one: Written) -> bool:
    """Return whether something has no name of its own, as row-level security of a table."""
    return one.subject.family != one.model.family or bool(one.model.part)


def _off(one: Written) -> bool:
    """Return whether there is nothing to say of a part, as of row-level security that is off."""
    return _is_part(one) and not any(one.members.values()) and not any(one.said.values())


def shown(one: Written) -> str:
    """Return the name of an object, or of the one that it is a part of."""
    return str(one.subject)


def _grants(one: Written, missing: bool, attributes: list[Unsaid]) -> Iterator[Pinned]:
    """Yield each role that holds privileges on an object.

    Where PostgreSQL would grant something by itself, that nobody holds any is to be said, too.
    """
    lacking = {item for key, item in (a.top for a in attributes) if key == "grants"}
    for role in one.said["grants"] or ["nobody"]:
        unsaid = missing or bool(lacking & {"", role})
        level: Level = "nothing" if unsaid else "expressions"
        yield Pinned("grants", f"{shown(one)}: {role}", level, 0 if unsaid else 1, 1, True)


def _number(value: Any) -> int:
    """Return how many things a value says: a mapping one for each of its items."""
    return max(1, len(value)) if isinstance(value, Mapping) else 1
