"""Offers the fixes that can be run and make the expectation hold.

Each is tried on the copy of a disposable database, in a transaction that is rolled back. On an
existing database nothing is tried; there the checks alone know what the server takes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.snapshot import read_again
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Planned

Again = Callable[[Planned, Facts], tuple[Finding, ...]]
"""Runs the check once more with other facts."""
_LONGEST = 3.0
"""Seconds in which fixes are tried, all of a file together; later ones are offered untried."""


def offered(
    planned: Planned, findings: tuple[Finding, ...], facts: Facts, again: Again
) -> tuple[Finding, ...]:
    """Return the findings without the fixes that the server refuses, or that change nothing."""
    # The copy is that of the end, and tells nothing about a fix for a moment on the way.
    unread = facts.copy is None or planned.stage or not facts.fixing
    if unread or not any(one.fix for one in findings):
        return findings
    # once() gives all checks of the file the same list, so that they share the time.
    spent = facts.once("trying fixes", list[float])
    kept = []
    for finding in findings:
        began = monotonic()
        untried = not finding.fix or sum(spent) > _LONGEST
        works = untried or _works(planned, finding, facts, again)
        spent.append(0.0 if untried else monotonic() - began)
        kept.append(finding if works else replace(finding, fix=""))
    return tuple(kept)


def _works(planned: Planned, finding: Finding, facts: Facts, again: Again) -> bool:
    assert facts.copy is not None
    connection = facts.copy()
    try:
        with connection.transaction(force_rollback=True):
            # Without parameters psycopg sends several statements at once, as a fix may have.
            connection.execute(finding.fix.encode())
            left = again(planned, _after(facts, connection))
    except psycopg.Error as error:
        state = error.sqlstate or ""
        # Rows that are there only to be tried may be in the way, or it takes too long.
        made = state.startswith("23") and facts.spec.access is not None
        return made or state[:2] in _NOT_OF_THE_FIX
    # The fix ran; that the check cannot be made afterwards says nothing against it.
    except SchemaVerifyError:
        return True
    return not any((one.fix, one.subject) == (finding.fix, finding.subject) for one in left)


_NOT_OF_THE_FIX = ("", "08", "53", "55", "57", "58")
"""Classes of SQLSTATE that say nothing of a statement: no connection, no resources, a time-out."""


def _after(facts: Facts, connection: Connection[Any]) -> Facts:
    """Return the facts as they are inside of a transaction, after its statements."""

    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    target = replace(facts.target, catalog=read_again(connection, facts.catalog))
    return replace(facts, target=target, reading=reading)
