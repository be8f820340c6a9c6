"""Facts about functions that the server tells when it is asked."""

from collections.abc import Mapping

from pytest_schemaverify import routines
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.routines import Checked

from .gathered import Fact, Facts


def _bodies(planned: Planned, facts: Facts) -> Checked:
    """Return what is wrong in the bodies of the functions in scope."""
    scope = facts.scope(getattr(planned.expected, "schemas", None))
    with facts.session() as connection:
        return routines.checked(connection, facts.catalog, scope)


FACTS: Mapping[str, Fact] = {"bodies": _bodies}
