"""What reports say of a file of expectations as a whole, gathered at the end of a run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.gathering import access, rehearsal
from pytest_schemaverify.reports.record import Verified
from pytest_schemaverify.reports.recording import Recording
from pytest_schemaverify.reports.sections import Covered
from pytest_schemaverify.verification.verification import Verification


def with_sections(one: Verification, recording: Recording) -> Verified:
    """Return what a file was verified against, with all that a report shows of it.

    A section that fails becomes a note which says why.
    """
    found = recording.against(one)
    target = one.database.target
    if not isinstance(target, Target) or target.failure:
        return found
    for name, (doing, gathered) in _SECTIONS.items():
        try:
            found = replace(found, **{name: gathered(one, target, recording)})
        except Exception as error:
            why = " ".join(recording.sayable(str(internal(doing, error))).split())
            found = replace(found, notes=(*found.notes, f"the report lacks a part: {why}"))
    return found


def coverage(one: Verification, target: Target, recording: Recording) -> dict[str, Covered]:
    """Return how much the file says, by kind of object, and of everything under ""."""
    # Reports cannot import what writes files of expectations.
    from pytest_schemaverify.authoring.coverage.pinning import LEVELS, coverage

    found = coverage(one.results.facts)
    return {
        kind: Covered(
            percent=one.percent, said=one.said, there=one.there,
            levels={level: one.levels[level] for level in LEVELS},
        )
        for kind, one in {"": found.whole, **found.kinds()}.items()
    }  # fmt: skip


_SECTIONS: dict[str, tuple[str, Callable[[Verification, Target, Recording], Any]]] = {
    "access": ("trying who can reach what", access),
    "coverage": ("counting what the file says", coverage),
    "rehearsal": ("measuring what the migrations cost", rehearsal),
}
