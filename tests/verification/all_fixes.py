"""What the script of all fixes leaves, after changes of a database of which a file says all.

`python -m tests.verification.all_fixes` prints each change after which it does not do what it says,
and how many it makes good. `--pairs` makes two changes at once, and words choose changes by name.
"""

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg

from pytest_schemaverify import databases
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.rehearsal.state import change
from pytest_schemaverify.rehearsal.state.diff import diff
from pytest_schemaverify.reports.fix_script import Fixes, fixes, script
from pytest_schemaverify.settings.config import Config
from tests.verification.changed import CHANGES, Kept, failing, kept_from, unknown

SEED, PAIRS = 7, 60


@dataclass(frozen=True, slots=True)
class Repair:
    """A change, and what the script did about it."""

    found: Fixes
    error: str = ""
    """What the server said of the script."""
    left: tuple[str, ...] = ()
    """The expectations that do not hold after it."""
    second: Fixes | None = None
    """What was repaired by a second script, if one was needed."""

    @property
    def word(self) -> str:
        """What became of it: `green`, `error`, `wrong`, or `some` where not all have a fix."""
        if self.error:
            return "error"
        if not self.left:
            return "green" if self.found.number else "unnoticed"
        # One that had no fix may still fail; that another one does is the script's fault.
        last = self.second or self.found
        known = {one.split(" (")[0] for one in (*last.left, *last.untold)}
        return "some" if known.issuperset(self.left) else "wrong"


def repaired(names: Sequence[str], kept: Kept) -> Repair:
    """Make changes, run the script for what fails then, and take back all of it.

    What is made may have more to be judged and repaired, so a second script may be needed.
    """
    with kept.connection.transaction(force_rollback=True):
        for name in names:
            kept.connection.execute(CHANGES[name].sql.encode())
        found = fixes(failing(near(kept)) or failing(kept), "written.yaml")
        first = one = _run(found, kept)
        if one.word == "wrong":
            found = fixes(failing(kept), "written.yaml")
            one = replace(_run(found, kept), found=first.found, second=found)
    return one


def near(kept: Kept) -> Kept:
    """Return the expectations that can fail now, which are about what differs, or about many.

    Judging all of them takes most of the time.
    """
    changes = diff(kept.facts.catalog, read(kept.connection))
    names = {around(change(one).subject) for one in changes}
    planned = [
        one
        for one in kept.planned
        if one.subject is None
        or one.check.startswith(("unmanaged", "grants", "default"))
        or any(name in str(one.subject) for name in names)
    ]
    return replace(kept, planned=planned)


def around(subject: str) -> str:
    """Return the table, or the like, that an object belongs to."""
    name = subject.rpartition(" on ")[2].partition("(")[0].partition(" of ")[0]
    return ".".join(name.split(".")[:2]).rpartition(" ")[2]


def _run(found: Fixes, kept: Kept) -> Repair:
    if not found.made_by:
        return Repair(found, left=tuple(one.split(" (")[0] for one in found.left))
    try:
        # Without a savepoint: PostgreSQL 18 changes no domain in one that was changed before it.
        kept.connection.execute(within("\n".join(script(found, [], []))).encode())
    except psycopg.Error as error:
        return Repair(found, str(error))
    # Where nothing differs from before, nothing fails, and judging it would take long.
    if not diff(kept.facts.catalog, read(kept.connection)):
        return Repair(found)
    return Repair(found, left=tuple(one.planned.name for one in failing(kept)))


def within(text: str) -> str:
    """Return a script as it can be run inside of a transaction."""
    lines = [one for one in text.splitlines() if one not in ("begin;", "commit;")]
    return "\n".join(lines).replace(" concurrently ", " ")


def pairs(kept: Kept) -> list[tuple[str, str]]:
    """Return pairs of changes that can be made together, always the same ones."""
    known = [name for name in sorted(CHANGES) if not unknown(name, kept)]
    drawn = random.Random(SEED)
    found: list[tuple[str, str]] = []
    while len(found) < PAIRS:
        one, other = drawn.sample(known, 2)
        try:
            with kept.connection.transaction(force_rollback=True):
                for name in (one, other):
                    kept.connection.execute(CHANGES[name].sql.encode())
        except psycopg.Error:
            continue
        found.append((one, other))
    return found


def _main() -> None:
    words = [word for word in sys.argv[1:] if word[0] != "-"]
    each = next((int(word[2:]) for word in sys.argv if word.startswith("-n")), 1)
    with databases.start(Config()) as server, kept_from(server) as kept:
        every = pairs(kept) if "--pairs" in sys.argv else [(name,) for name in CHANGES]
        every = every[::each]
        counts: Counter[str] = Counter()
        for names in every:
            if any(unknown(name, kept) for name in names):
                continue
            if words and not any(word in name for word in words for name in names):
                continue
            one = repaired(names, kept)
            print(one.word, end=" ", flush=True)
            counts[one.word + " by two" * (one.second is not None)] += 1
            if one.word != "green" or one.second or words:
                print(f"\n{one.word}: {' AND '.join(names)}: {one.error}")
                print(*(f"    {CHANGES[name].sql}" for name in names), sep="\n")
                print(*(f"    left: {left}" for left in one.left), sep="\n")
                for found in filter(None, (one.found, one.second)):
                    print(*(f"    {line}" for line in script(found, [], [])), sep="\n", flush=True)
        print(dict(counts))


if __name__ == "__main__":
    _main()
