"""Verifies a file of expectations, and prints what would repair the failures."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pytest_schemaverify.authoring.writing.new_files import write_new
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, WRONG
from pytest_schemaverify.cli.opening import opened, results_of
from pytest_schemaverify.cli.running.known import new
from pytest_schemaverify.cli.sources import say, spelled
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.reports.fix_script import Fixes, fixes, script
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.repairing import Copy, copied
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace) -> int:
    """Print the script, and return the exit code. Raises the error that prevents it."""
    output = Path(chosen.output) if chosen.output else None
    if output is not None and paths.exists(output):
        raise ConfigError(
            f"writing {output}",
            because="it is there already, and would be overwritten",
            remedy="name another file with -o FILE, or move this one away",
        )
    with opened(chosen) as one:
        say(chosen, header(one))
        results = results_of(one)
        found = fixes(new(one, results), one.contract.name)
        with one.database.line.ticking("trying the fixes on a copy"):
            later, trial = _tried(one, results, found)
        head, advice = [*_head(one)], [*_advice(one), *trial]
    found.left, found.untold = ([*map(spelled, texts)] for texts in (found.left, found.untold))
    text = "".join(f"{line}\n" for line in script(found, head, advice, later))
    if output is None:
        print(text, end="")
    else:
        write_new({output: text})
    if found.left:
        return WRONG
    return COULD_NOT_TELL if found.untold else HOLDS


_ROUNDS = 4
"""Scripts that follow one another; what is made may have parts that are missing, and so on."""


def _tried(
    one: Verification, results: Sequence[Result], found: Fixes
) -> tuple[list[Fixes], Sequence[str]]:
    """Run the fixes on a copy; return those of what can be judged only then, and what came of it.

    What is left then, and what the server refuses, is noted where the first fixes are. A fix of
    theirs that a later one undoes is taken out, and the others are tried again without it.
    """
    held = frozenset(result.planned.name for result in results if result.passed)
    undone: dict[str, str] = {}
    while found.made_by:
        with copied(one) as copy:
            if copy is None:
                return [], ("It was not tried, because an existing database is only read.",)
            every, after = _rounds(one, copy, results, found, undone, held)
        if not (more := _undone(every, after, held)):
            found.left, found.untold, found.hidden = after.left, after.untold, after.hidden
            return every[1:], (f"Tried on a copy of the database: {_holding(len(after.left))}.",)
        more = dict(_of_each(one, results, more, held))
        undone |= more
        found.refuse(more, _CONTRADICTION)
    return [], ()


_CONTRADICTION = (
    "{} is left out, because it breaks what the file says elsewhere, and one of the two has to "
    "change"
)


def _rounds(
    one: Verification, copy: Copy, results: Sequence[Result], found: Fixes,
    undone: Mapping[str, str], held: frozenset[str],
) -> tuple[list[Fixes], Fixes]:  # fmt: skip
    """Run fixes on a copy, then those of what is found then; return all, and what is left."""
    every, refused = [found], dict[str, str]()
    while True:
        last = every[-1]
        last.order, more = copy.run(last.order)
        last.refuse(more, "the server refuses its fix")
        refused |= more
        results = [*copy.judged(results)]
        after = fixes(new(one, results), one.contract.name)
        contradicting = {fix: why for fix, why in undone.items() if fix in after.made_by}
        after.refuse(contradicting, _CONTRADICTION)
        # What the server has refused would be refused again.
        again = {fix: error for fix, error in refused.items() if fix in after.made_by}
        after.refuse(again, "the server refuses its fix")
        if not after.order or _undone(every, after, held):
            return every, after
        if len(every) == _ROUNDS:
            after.refuse(dict.fromkeys(after.order, ""), "other fixes undo its fix")
            return every, after
        every.append(after)


def _undone(every: Sequence[Fixes], after: Fixes, held: frozenset[str]) -> dict[str, str]:
    """Return the first fixes that are needed once more, each with what broke by it and held."""
    first, *later = every
    broken = _broken(later, held)
    return dict.fromkeys((fix for fix in first.order if fix in after.made_by if broken), broken)


def _of_each(
    one: Verification, results: Sequence[Result], undone: Mapping[str, str], held: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the fixes that are undone, each with what it alone breaks.

    The user has to know which two lines contradict each other. A fix that needs others, and so
    breaks nothing when it is alone, is told with what all of them break.
    """
    for fix, by_all in undone.items():
        by_this = ""
        if len(undone) > 1:
            with copied(one) as copy:
                assert copy is not None  # there was one for all of them
                copy.run([fix])
                by_this = _broken([fixes(copy.judged(results), one.contract.name)], held)
        yield fix, by_this or by_all


def _broken(every: Iterable[Fixes], held: frozenset[str]) -> str:
    """Return the first place that needs one of the fixes and held, and how many more do."""
    places = [place for one in every for places in one.made_by.values() for place in places]
    broken = [place for place in places if place.rpartition(" (")[0] in held]
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"{broken[0]}{more}" if broken else ""


def _holding(left: int) -> str:
    return (
        f"{left} failure{'s are' if left != 1 else ' is'} left then" if left else "all holds then"
    )


def _head(one: Verification) -> Iterator[str]:
    yield f"`schemaverify fix` made this for {one.contract.name}"
    yield f"against {masked(one.database.there.description)}"


def _advice(one: Verification) -> Iterator[str]:
    """Yield what to do with the script, where it has statements."""
    yield "Nothing has been run. Read it first; psql -v ON_ERROR_STOP=1 -f FILE runs it."
    if one.contract.files is not None:
        yield "Put it into a new migration, or the next database is built without it; leave out"
        yield "begin and commit where your tool begins a transaction of its own."
