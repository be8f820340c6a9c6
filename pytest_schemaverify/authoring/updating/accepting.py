"""Takes what a review has decided into the files, and into the known findings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.failing_expectations import names_others
from pytest_schemaverify.authoring.updating.editing import Edited
from pytest_schemaverify.authoring.updating.judged import Asked, dotted
from pytest_schemaverify.authoring.updating.reviewing import Change
from pytest_schemaverify.authoring.updating.update import Update, update, write
from pytest_schemaverify.authoring.writing.new_files import write_new
from pytest_schemaverify.language.files import exact
from pytest_schemaverify.settings import paths
from pytest_schemaverify.verification.known_findings import Known, known_of, read, text_of
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.verification import Verification


def accepted(
    one: Verification, differences: Sequence[Difference], changes: Sequence[Change]
) -> Update:
    """Return the update with the differences whose changes are accepted."""
    taken = [d for d, change in zip(differences, changes, strict=True) if change.taken]
    # Each was accepted by itself.
    keys = tuple(dotted(one.path) for one in taken)
    return update(one, taken, Asked(create=True, fix=True, trim=True, accepted=keys))


def known(one: Verification, difference: Difference, item: str, reason: str) -> list[Known]:
    """Return the findings of a difference as known ones; none where no expectation found it.

    `item` is how pytest calls the file.
    """
    return [
        entry._replace(reason=reason)
        for planned, subject in _found_by(one, difference)
        for entry in _known(one, planned, subject, item)
    ]


def _found_by(one: Verification, difference: Difference) -> Iterator[tuple[Planned, str]]:
    """Yield the expectations that found a difference, with the subject of the finding."""
    if difference.planned is not None:
        yield difference.planned, ""
        return
    for planned in one.contract.planned:
        if planned.check.startswith("unmanaged.") or names_others(planned):
            yield planned, difference.subject


def _known(one: Verification, planned: Planned, subject: str, item: str) -> Iterator[Known]:
    findings = one.results.found(planned).findings
    entries = known_of(f"{item}::{planned.name}", findings)
    for finding, entry in zip(findings, entries, strict=True):
        if not subject or finding.subject == subject:
            yield entry


def write_all(edited: Edited, baseline: Path, entries: Sequence[Known]) -> None:
    """Write the files and the known findings, all or none. Raises what writing raises."""
    if not entries:
        write(edited)
    elif paths.exists(baseline):
        before = exact(baseline)
        after = text_of(read(baseline, recording=False).rewritten((), entries))
        write(
            replace(
                edited,
                before={**edited.before, baseline: before},
                after={**edited.after, baseline: after},
            )
        )
    else:
        write_new({baseline: text_of(sorted(entries))})
        try:
            write(edited)
        except Exception:
            baseline.unlink()
            raise
