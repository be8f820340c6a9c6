"""Rules that a preset asks for, and that make no sense for a database."""

from dataclasses import replace

from pytest_schemaverify.language.presets import RULES
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result


def out_of_place(planned: Planned, facts: Facts) -> Result | None:
    """Return a skipped result for a rule of a preset that makes no sense here; None for others.

    Who names such a rule learns that it cannot be looked at; who names a preset did not mean it.
    """
    if not planned.preset or not RULES[planned.check.partition(".")[2]].clients:
        return None
    roles = facts.catalog.families.get("roles")
    if not roles or any((role,) in roles for role in facts.clients):
        return None
    reason = f"there is no role {' or '.join(facts.clients)}; `defaults.clients` names yours"
    return Result(planned, skipped=reason)


def told(result: Result) -> Result:
    """Return a result which, if it is skipped, names the preset that asks for its rule."""
    if not (result.skipped and result.planned.preset):
        return result
    return replace(result, skipped=f"{result.skipped} (preset {result.planned.preset})")
