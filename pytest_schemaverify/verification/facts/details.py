"""What a file leaves unsaid of the objects that it names, by their models."""

from collections.abc import Iterator, Mapping
from functools import partial

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds import Subject
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.form import Look, usual_owner
from pytest_schemaverify.kinds.lookup import find, matching
from pytest_schemaverify.verification.following import told
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaid import Unsaid, unsaid, unsaid_of_partitions

from .facts import Fact, Facts


def _unsaid_details(planned: Planned, facts: Facts) -> list[tuple[str, str]]:
    """Return the objects of which something is unsaid, each with that."""
    return sorted(one.shown for one in unsaid_of(facts, planned.expected.together))


def unsaid_of(facts: Facts, together: tuple[Spec, ...] = ()) -> Iterator[Unsaid]:
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


FACTS: Mapping[str, Fact] = {"unsaid": _unsaid_details}
