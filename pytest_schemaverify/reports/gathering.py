"""What reports show besides expectations, asked of a run that has been made.

All of this takes time, so it is for those formats that show it. Results that are there already are
taken from there; a worker of pytest-xdist keeps its own, and then they are found once more.
"""

from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.recording import Recording
from pytest_schemaverify.reports.sections import HeldLock, Reach, Rehearsed
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.verification import Verification


def access(one: Verification, target: Target, recording: Recording) -> tuple[Reach, ...]:
    """Return who gets how far, where the file or the user asks for the matrix."""
    if target.server is None or not _asks(one, "access.matrix"):
        return ()
    from pytest_schemaverify.verification.facts.access import cells_of

    return tuple(
        Reach(
            table=names.quoted(*cell.table), role=cell.role, command=cell.command,
            computed=cell.computed.reach, reason=recording.sayable(cell.computed.reason),
            seen=cell.seen, agrees=cell.agrees, untried=recording.sayable(cell.untried),
        )
        for cell in cells_of(one.results.facts)
    )  # fmt: skip


def rehearsal(one: Verification, target: Target, recording: Recording) -> Rehearsed | None:
    """Return what the migrations cost, where the file has a budget or the user asks."""
    asked = one.contract.config.costs or _asks(one, "budget.")
    if target.server is None or one.contract.files is None or not asked:
        return None
    cost = one.results.facts.measured()
    locks = tuple(
        HeldLock(
            file=held.file, table=held.table, mode=held.lock.mode,
            place=recording.placed(held.lock.place),
            since=round(held.since, 6), until=round(held.until, 6),
        )
        for held in cost.held
    )  # fmt: skip
    files = {name: round(seconds, 6) for name, seconds in cost.files.items()}
    rewrites = {table: recording.placed(place) for table, place in cost.rewrites.items()}
    return Rehearsed(files=files, locks=locks, rewrites=rewrites)


def _asks(one: Verification, check: str) -> bool:
    return any(planned.check.startswith(check) for planned in one.contract.planned)
