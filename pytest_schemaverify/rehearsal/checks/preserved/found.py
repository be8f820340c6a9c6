from collections.abc import Iterator

from pytest_schemaverify.findings import Finding, counted_rows, samples
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.preserved import Fate

USE = Use(built=True)


def check(fate: Fate) -> Iterator[Finding]:
    """Every row that was there before the migrations is found afterwards, or accounted for."""
    if not fate.there:
        yield Finding(
            expected="a table that was there before the migrations",
            actual=f"there was no {fate.source}",
        )
    # Without a row nothing was followed, which is no pass.
    elif not fate.before:
        yield Finding(
            expected="rows to follow",
            actual=f"{fate.source} had none before the migrations",
            hint="add a `seed`, or start from a backup",
        )
    if fate.lost:
        shown = [samples(row) for row in fate.samples]
        if fate.lost > len(shown):
            shown.append(f"and {fate.lost - len(shown)} more")
        excused = f", {fate.explained} accounted for" if fate.explained else ""
        yield Finding(
            expected=f"{counted_rows(fate.before)} of {fate.source}, found in {fate.target}",
            actual=f"{fate.found} found{excused}, {fate.lost} lost",
            # Without numbers of rows, which are others with the next backup.
            identity=f"rows of {fate.source} that are not found in {fate.target}",
            hint="\n".join(["lost: " + "\n".join(shown), *fate.ended]),
        )
    for condition in fate.unused:
        yield Finding(
            subject=f"except: {condition}",
            expected="a lost row that it is needed for",
            actual="there is none; remove it",
        )
