"""Objects of a kind that the file names nowhere."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

from pytest_schemaverify.catalog import Key, Row
from pytest_schemaverify.kinds import Subject, kind_of
from pytest_schemaverify.kinds.form import Look, usual_owner
from pytest_schemaverify.kinds.lookup import find, matching
from pytest_schemaverify.kinds.platforms import of_platform_object
from pytest_schemaverify.kinds.written import form_of
from pytest_schemaverify.verification.following import told
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaid import Unsaid, unsaid, unsaid_of_partitions

from .facts import Fact, Facts

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec

_NOUNS = {"default_privileges": "role with default privileges"}


def _unnamed_objects(planned: Planned, facts: Facts) -> list[str]:
    section = planned.check.partition(".")[2]
    kind = kind_of(section)
    objects = (one for subject in planned.expected.named for one in facts.objects(subject))
    known = {id(facts.row(one)) for one in objects}
    scope = facts.scope(planned.expected.schemas)
    everywhere = _own_schemas(planned, facts) if section == "schemas" else kind.always
    return sorted(
        kind.own_name(row)
        for key, row in _rows(section, facts)
        if id(row) not in known
        and (kind.schemaless or len(key) == 1 or key[0] in scope)
        and not kind.dependent(row)
        and not any(fnmatchcase(key[0], pattern) for pattern in everywhere)
        and not of_platform_object(section, key, facts.platform)
    )


def _own_schemas(planned: Planned, facts: Facts) -> tuple[str, ...]:
    """Return the schemas of names that have none, in all files about the database."""
    return (facts.schema, *(one.defaults.schema_ for one in planned.expected.together))


def _noun(planned: Planned, facts: Facts) -> str:
    section = planned.check.partition(".")[2]
    return _NOUNS.get(section, kind_of(section).noun)


def _rows(section: str, facts: Facts) -> Iterator[tuple[Key, Row]]:
    """Yield the objects of a section that are there for themselves, each with its key."""
    form, look = form_of(section), Look(facts.catalog, facts.schema, platform=facts.platform)
    if form.rows is not None:
        yield from (((row.name,), row) for row in form.rows(facts.catalog))
        return
    for key, row in facts.catalog.families[section].items():
        if form.there(row, look):
            yield key, row


def _unsaid_details(planned: Planned, facts: Facts) -> list[tuple[str, str]]:
    """Return the objects of which something is unsaid, each with that."""
    return sorted(one.shown for one in unsaid_of(facts, planned.expected.together))


def unsaid_of(facts: Facts, together: "tuple[Spec, ...]" = ()) -> Iterator[Unsaid]:
    """Yield what the file leaves unsaid of the objects that it names.

    What those together with it say of them is not unsaid.
    """
    look = Look(
        facts.catalog, facts.schema, usual_owner(facts.catalog, facts.scope()), facts.platform
    )
    rows = partial(named_by, facts)
    yield from told(unsaid(facts.spec, look, rows, together), facts.catalog)
    yield from unsaid_of_partitions(facts.spec, look, rows, together)


def named_by(facts: Facts, subject: Subject) -> list[tuple[Subject, Row | None]]:
    """Return the objects that a name or pattern of the file means, each with its row.

    Raises CannotDetermine for a name that means several objects.
    """
    # Not by `facts.row`, which knows the subjects of the plan only, by their identity.
    wanted = matching(facts.catalog, subject, subject.parent) if subject.wild else [subject]
    return [(one, find(facts.catalog, one, facts.server)) for one in wanted]


FACTS: Mapping[str, Fact] = {
    "unmanaged": _unnamed_objects,
    "unmanaged_noun": _noun,
    "unsaid": _unsaid_details,
}
