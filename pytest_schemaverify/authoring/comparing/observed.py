"""What is seen when a file of expectations and its database are laid side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pytest_schemaverify.authoring.scope import SECTIONS, Chosen, contents
from pytest_schemaverify.catalog import Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.form import Look, usual_owner
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.lookup import find as find_object
from pytest_schemaverify.kinds.lookup import matching
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.walk import Walk
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.unsaid import Unsaid, unsaid
from pytest_schemaverify.verification.verification import Verification


@dataclass(slots=True)
class Observed:
    """What a file and its database do not say alike, before it is put into words."""

    look: Look
    wrong: list[Result] = field(default_factory=list)
    """Expectations of objects that do not hold."""
    undetermined: list[Result] = field(default_factory=list)
    """Expectations of objects of which nobody could tell."""
    others: list[Result] = field(default_factory=list)
    """Expectations that are about no object, such as rules, and do not hold."""
    unsaid: list[Unsaid] = field(default_factory=list)
    """What the file does not say of the objects that it names."""
    unnamed: dict[Path, Written] = field(default_factory=dict)
    """Objects that the file names nowhere, by the places where they would stand."""


def observed(one: Verification, chosen: Chosen | None = None, *, blame: bool = False) -> Observed:
    """Return what a file and its database do not say alike.

    `chosen` narrows it down to kinds and tables; platform and schema are those of the file. `blame`
    also looks for the statement that last changed an object, which takes longer.
    """
    facts = one.results.facts
    wanted = chosen or Chosen()
    database = facts.spec.database
    platform = database.platform.name if database and database.platform else "postgres"
    there = contents(facts.catalog, Chosen(platform, facts.schema, wanted.kinds, wanted.tables))
    found = Observed(there.look)
    _judge(one, found, wanted, blame=blame)
    names = _Names(facts)
    owner = usual_owner(facts.catalog, facts.scope())
    look = Look(facts.catalog, facts.schema, owner, platform)
    found.unsaid = [u for u in unsaid(facts.spec, look, names.rows) if _in(wanted, u.place[0])]
    found.unnamed = {
        (section, name): its
        for section, objects in there.sections.items()
        for name, its in names.left(section, objects)
        if _in(wanted, (section, name))
    }
    return found


def _in(wanted: Chosen, path: Path) -> bool:
    """Return whether what stands at a path is wanted."""
    if wanted.kinds and path[0] not in wanted.kinds:
        return False
    if path[0] != "tables":
        return bool(wanted.kinds) or not wanted.tables
    # What is said of all tables is not said of those that are wanted alone.
    named = any(fnmatchcase(str(name), one) for name in path[1:2] for one in wanted.tables)
    return named or not wanted.tables


def _judge(one: Verification, found: Observed, wanted: Chosen, *, blame: bool) -> None:
    planned = one.contract.planned
    for number, expectation in enumerate(planned):
        path = expectation.path
        staged = path[:2] == ("migrations", "at")
        about_objects = (path[3:] if staged else path)[:1] in _SECTIONS
        if about_objects and not staged and not _in(wanted, path):
            continue
        if not about_objects and (wanted.kinds or wanted.tables or _long(expectation)):
            continue
        one.database.line("comparing", number, len(planned))
        result = one.results.found(expectation) if staged or blame else _run(one, expectation)
        if result.undetermined and about_objects:
            found.undetermined.append(result)
        elif result.findings:
            (found.wrong if about_objects else found.others).append(result)


_SECTIONS = frozenset((name,) for name in SECTIONS)


def _long(planned: Planned) -> bool:
    """Return whether a check is more than a look at the database, or says the same as others."""
    use = find(planned.check).use
    family = planned.check.partition(".")[0]
    return use.built or use.copied or use.live or family in ("unmanaged", "access", "migrations")


def _run(one: Verification, planned: Planned) -> Result:
    """Return the result of a check without looking for what has changed its object."""
    return run(planned, one.results.facts)


class _Names:
    """The objects that the names of a file mean."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def rows(self, subject: Subject) -> list[tuple[Subject, Row | None]]:
        """Return the objects of a name or a pattern, each with its row; none for several."""
        facts, found = self._facts, []
        inside = matching(facts.catalog, subject, subject.parent) if subject.wild else [subject]
        for one in inside:
            try:
                found.append((one, find_object(facts.catalog, one, facts.server)))
            except CannotDetermine:
                continue  # the expectation says that it is not known which one is meant
        return found

    def left(self, section: str, objects: dict[str, Written]) -> Iterator[tuple[str, Written]]:
        """Yield the objects of a section that the file names nowhere."""
        entry = getattr(self._facts.spec, section, None)
        named = (
            list(Walk(self._facts.spec, {(): (1, 1)}).members(entry, (), None, report=False))
            if entry
            else []
        )
        subjects = [one for one, _, _ in named]
        rows = {id(row) for one in subjects for _, row in self.rows(one) if row is not None}
        keys = {one.key for one in subjects}
        # A function's name without types means all of that name.
        loose = {key[:-1] for key in keys if key[-1:] == ("*",)}
        for name, one in objects.items():
            key = one.subject.key
            if id(one.row) not in rows and key not in keys and key[:-1] not in loose:
                yield name, one
