from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_schemaverify.behaviour.access.matrix import Cell
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql import names

USE = Use(copied=True)
NONE = ("refused", "nothing")


def check(
    pinned: Mapping[tuple[str, ...], Mapping[str, Mapping[str, str]]],
    reasons: Mapping[tuple[str, ...], Mapping[str, Mapping[str, str]]],
    cells: Sequence[Cell],
    exactly: bool,
) -> Iterator[Finding]:
    """Roles reach as much of tables as grants and policies say, and as is pinned."""
    needed = set()
    for cell in cells:
        found = [*_of_cell(cell, pinned, exactly)]
        if cell.command not in reasons.get(cell.table, {}).get(cell.role, {}):
            yield from found
        elif found:
            needed.add((cell.table, cell.role, cell.command))
    yield from _unknown(pinned, cells)
    for table, roles in reasons.items():
        for role, commands in roles.items():
            if not any((table, role, command) in needed for command in commands):
                yield Finding(
                    subject=f"{names.quoted(*table)}, {role}",
                    expected="a cell that needs this exemption",
                    actual="none does; remove it from `except`",
                )


def _of_cell(
    cell: Cell,
    pinned: Mapping[tuple[str, ...], Mapping[str, Mapping[str, str]]],
    exactly: bool,
) -> Iterator[Finding]:
    subject = f"{names.quoted(*cell.table)}, {cell.role}, {cell.command}"
    if not cell.agrees:
        yield _unlike_policies(cell, subject)
    # What was not tried is reported above, and is neither as pinned nor otherwise.
    if not cell.seen:
        return
    mine = pinned.get(cell.table, {}).get(cell.role)
    if mine is None and not (exactly and cell.seen not in NONE):
        return
    wanted = "none" if mine is None else mine.get(cell.command, "none")
    seen = "none" if cell.seen in NONE else cell.seen
    if seen != wanted:
        hint = "" if mine is not None else "the matrix is exact, and does not have this"
        actual = _seen(cell) if cell.way else seen
        yield Finding(subject=subject, expected=wanted, actual=actual, hint=hint)


def _unlike_policies(cell: Cell, subject: str) -> Finding:
    return Finding(
        subject=subject,
        expected=f"{cell.computed.reach}, by grants and policies: {cell.computed.reason}",
        actual=_seen(cell) if cell.seen else f"not tried: {cell.untried}",
        identity=f"{cell.computed.reach}, not {cell.seen or lasting(cell.untried)}",
        hint="--schema-statement-timeout gives it more time" if cell.bound else "",
        untold=cell.bound,
    )


def _seen(cell: Cell) -> str:
    return f"{cell.seen}, as {cell.by}{': ' if cell.way else ''}{cell.way}"


def _unknown(
    pinned: Mapping[tuple[str, ...], Mapping[str, Any]], cells: Sequence[Cell]
) -> Iterator[Finding]:
    """Yield what is pinned of no cell: a spelling mistake in the file would pass otherwise."""
    there = {(cell.table, cell.role) for cell in cells}
    for table, roles in pinned.items():
        for role in roles:
            if (table, role) not in there:
                yield Finding(
                    subject=f"{names.quoted(*table)}, {role}",
                    expected="a table in scope and a role of an identity",
                    actual="it is not in the matrix",
                )
