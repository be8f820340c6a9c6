"""Single changes of a database of which a file says all, and what fails after each of them.

The file is what `init` writes of the worked example with an object of each kind; the changes are
tests/data/changes.yaml and tests/data/mutations.yaml.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from tests.authoring.changing import Change
from tests.authoring.test_kills import EVERY, Kept, kept_from

__all__ = ["CHANGES", "Kept", "after", "failing", "findings", "kept_from", "undone", "unknown"]

CHANGES: dict[str, Change] = {one.name: one for one in EVERY if not one.beyond}
"""Those of what a written file is about."""


def unknown(name: str, kept: Kept) -> bool:
    """Return whether the server is too old for a change."""
    return kept.facts.catalog.version < CHANGES[name].since * 10_000


@contextmanager
def undone(name: str, kept: Kept) -> Iterator[None]:
    """Make a change, and take it back in the end with all that was done after it."""
    with kept.connection.transaction(force_rollback=True):
        kept.connection.execute(CHANGES[name].sql.encode())
        yield


def after(kept: Kept) -> Facts:
    """Return the facts as they are on the connection now."""
    target = replace(kept.facts.target, catalog=read(kept.connection))
    facts = replace(kept.facts, target=target)
    # What was the same text for the server before the change counts as the same after it.
    facts.server = kept.facts.server
    return facts


def failing(kept: Kept) -> list[Result]:
    """Return the results of the expectations that do not hold now."""
    facts = after(kept)
    results = (run(one, facts) for one in kept.planned)
    return [one for one in results if one.findings or one.undetermined]


def findings(kept: Kept) -> Iterator[tuple[Planned, Finding]]:
    """Yield what is found now, each finding with the expectation that does not hold."""
    for result in failing(kept):
        for finding in result.findings:
            yield result.planned, finding
