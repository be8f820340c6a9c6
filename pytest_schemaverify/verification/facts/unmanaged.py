"""Objects of a kind that the file names nowhere."""

from collections.abc import Iterator, Mapping
from functools import partial

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds import Subject, kind_of
from pytest_schemaverify.kinds.form import Look, usual_owner
from pytest_schemaverify.kinds.lookup import find, matching
from pytest_schemaverify.kinds.platforms import of_platform_object
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaid import Unsaid, unsaid

from .facts import Fact, Facts

# Every new database has it from template1.
_ALWAYS = frozenset({("plpgsql",)})


def _unnamed_objects(planned: Planned, facts: Facts) -> list[str]:
    kind = planned.check.partition(".")[2]
    objects = (one for subject in planned.expected.named for one in facts.objects(subject))
    known = {id(facts.row(one)) for one in objects}
    always = _ALWAYS | ({(facts.schema,)} if kind == "schemas" else set())
    scope = facts.scope(planned.expected.schemas)
    dependent = kind_of(kind).dependent
    platform = facts.platform
    return sorted(
        f"{quoted(*key[:2])}({key[2]})" if kind == "functions" else quoted(*key)
        for key, row in facts.catalog.families[kind].items()
        if id(row) not in known
        and key not in always
        and (len(key) == 1 or key[0] in scope)
        and not dependent(row)
        and not of_platform_object(kind, key, platform)
    )


def _unsaid_details(planned: Planned, facts: Facts) -> list[tuple[str, str]]:
    """Return the objects of which something is unsaid, each with that."""
    return sorted(one.shown for one in unsaid_of(facts))


def unsaid_of(facts: Facts) -> Iterator[Unsaid]:
    """Yield what the file leaves unsaid of the objects that it names."""
    look = Look(
        facts.catalog, facts.schema, usual_owner(facts.catalog, facts.scope()), facts.platform
    )
    yield from unsaid(facts.spec, look, partial(named_by, facts))


def named_by(facts: Facts, subject: Subject) -> list[tuple[Subject, Row | None]]:
    """Return the objects that a name or pattern of the file means, each with its row.

    Raises CannotDetermine for a name that means several objects.
    """
    # Not by `facts.row`, which knows the subjects of the plan only, by their identity.
    wanted = matching(facts.catalog, subject, subject.parent) if subject.wild else [subject]
    return [(one, find(facts.catalog, one, facts.server)) for one in wanted]


FACTS: Mapping[str, Fact] = {"unmanaged": _unnamed_objects, "unsaid": _unsaid_details}
