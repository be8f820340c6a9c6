"""Runs fixes one after the other on a copy of their own, and finds what fails then.

An existing database is only read, so that nothing is tried there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import Connection

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.snapshot import read_again
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import of_files, run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.severity import counted
from pytest_schemaverify.verification.verification import Verification


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a database that was built, which is written to."""

    connection: Connection[Any]
    facts: Facts
    fail_on: str
    marked: bool = False
    """Whether its comment is the mark by which a run knows a database on somebody's server."""

    def run(self, fixes: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Run fixes; return those that ran, in that order, and why the server refuses the others.

        One that is refused may need another, and is run again after it.
        """
        done: list[str] = []
        waiting = list(fixes)
        while waiting:
            refused = {fix: error for fix in waiting if (error := self._error(fix))}
            done += [fix for fix in waiting if fix not in refused]
            if len(refused) == len(waiting):
                return done, refused
            waiting = list(refused)
        return done, {}

    def _error(self, fix: str) -> str:
        if self.marked and "comment on database" in fix:
            return "the comment of a copy on an existing server is the mark of the run"
        try:
            # On its own connection each is committed, as a new value of an enum must be.
            self.connection.execute(fix.encode())
        except psycopg.Error as error:
            return str(error)
        return ""

    def judged(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield results as they are now; those that a copy cannot tell stay as they were."""

        @contextmanager
        def reading() -> Iterator[Reader]:
            with self.connection.transaction(), Reader(self.connection).undone() as reader:
                yield reader

        target = replace(self.facts.target, catalog=read_again(self.connection, self.facts.catalog))
        facts = replace(self.facts, target=target, reading=reading, copy=None)
        for one in results:
            again = _of_the_catalog(one.planned) and not one.known
            yield counted(run(one.planned, facts), self.fail_on) if again else one


def _of_the_catalog(planned: Planned) -> bool:
    """Return whether a check looks at nothing but the database as it is in the end."""
    use = find(planned.check).use
    elsewhere = planned.stage or of_files(planned.check) or planned.under.xfail
    return not (elsewhere or use.built or use.copied or use.live)


@contextmanager
def copied(one: Verification) -> Iterator[Copy | None]:
    """Have a copy of the database inside the block; None where it is only read."""
    facts = one.results.facts
    if facts.copy is None:
        yield None
        return
    with copies.trial(facts.target, facts.bounds) as connection:
        server = facts.target.server
        marked = server is not None and bool(server.mark)
        yield Copy(connection, facts, one.contract.config.fail_on, marked)
