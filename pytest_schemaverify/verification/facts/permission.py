"""Whether an entry of `allow_functions` allows anything."""

from collections.abc import Mapping

from pytest_schemaverify.verification.planning import Planned

from .facts import Fact, Facts


def _permission(planned: Planned, facts: Facts) -> tuple[int, int]:
    """Return how many functions an entry of `allow_functions` names, and how many need it."""
    found = facts.allowed.named(str(planned.path[-1]))
    return len(found), len(found.intersection(one.oid for one in facts.vet.risks.every))


FACTS: Mapping[str, Fact] = {"permission": _permission}
