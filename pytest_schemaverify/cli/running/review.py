"""Reviews the changes of a file of expectations, on a terminal or with a file of decisions."""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.updating.accepting import accepted, known, write_all
from pytest_schemaverify.authoring.updating.editing import Texts
from pytest_schemaverify.authoring.updating.reviewing import (
    Change,
    changes_of,
    load,
    save,
    with_decisions,
)
from pytest_schemaverify.authoring.updating.selecting import Selection, require_known, selected
from pytest_schemaverify.cli.exit_codes import HOLDS, WRONG
from pytest_schemaverify.cli.opening import opened
from pytest_schemaverify.cli.running import keyboard
from pytest_schemaverify.cli.running.asking import Asking
from pytest_schemaverify.cli.running.node_ids import collected
from pytest_schemaverify.cli.sources import say
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings.config import BASELINE
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.known_findings import Known
from pytest_schemaverify.verification.verification import Verification

STATE = ".schemaverify-review.json"


def run(chosen: argparse.Namespace, selection: Selection) -> int:
    """Review the changes, and write what is accepted. Raises the error for which nothing is."""
    if os.environ.get("CI"):
        raise ConfigError(
            "reading --review",
            because="with CI set nothing is written",
            remedy="review it elsewhere; --check says here whether there is anything to review",
        )
    state = Path(chosen.state or STATE)
    earlier = load(state)
    with opened(chosen) as one:
        say(chosen, header(one))
        found = selected(every := compared(one, blame=True).differences, selection)
        texts = Texts(one.contract)
        require_known(selection.keys, [*(d.path for d in every), *texts.paths()], "KEY ")
        changes = with_decisions(changes_of(texts, found), earlier)
        if not chosen.apply:
            save(state, changes)
            if not keyboard.available():
                return _left_to_a_program(state, changes)
            Asking(changes, lambda: save(state, changes)).run()
        return _applied(one, found, changes, state)


def _left_to_a_program(state: Path, changes: Sequence[Change]) -> int:
    pending = sum(one.pending for one in changes)
    if not changes:
        print("nothing differs")
        return HOLDS
    print(f"{state}: {len(changes)} changes, {pending} of them pending; there is no terminal here")
    print("write a `decision` on each, then type `schemaverify update --review --apply`")
    return WRONG


def _applied(
    one: Verification, found: Sequence[Difference], changes: Sequence[Change], state: Path
) -> int:
    """Write what is decided, and leave the rest in the file of the review."""
    done = accepted(one, found, changes)
    entries = dict(_entries(one, found, changes))
    baseline = _baseline(one)
    write_all(done.edited, baseline, [entry for those in entries.values() for entry in those])
    written = {id(j.difference) for j in done.judged if j.verdict == "taken"}
    for judged in done.judged:
        how = "written" if judged.verdict == "taken" else f"not written: {masked(judged.reason)}"
        print(f"{judged.key}: {how}")
    left = []
    for difference, change in zip(found, changes, strict=True):
        if entries.get(change.id):
            print(f"{change.key}: known, see {baseline}")
        elif id(difference) not in written:
            left.append(change)
            if not change.taken:
                print(f"{change.key}: {_why_left(change)}")
    save(state, left)
    if not changes:
        print("nothing differs")
    return WRONG if left else HOLDS


def _entries(
    one: Verification, found: Sequence[Difference], changes: Sequence[Change]
) -> Iterator[tuple[str, list[Known]]]:
    """Yield the findings that become known, by the ids of their changes."""
    wanted = [pair for pair in zip(found, changes, strict=True) if pair[1].decision == "baseline"]
    item = collected(one.contract.path) if wanted else ""
    for difference, change in wanted:
        yield change.id, known(one, difference, item, change.reason)


def _baseline(one: Verification) -> Path:
    named = one.contract.config.baseline
    return Path(named) if named else one.contract.folder / BASELINE


def _why_left(change: Change) -> str:
    if change.decision == "reject":
        undo = " ".join(change.undo.split())
        return f"rejected; the database is to change: {undo}" if undo else "rejected"
    if change.decision == "baseline":
        return "no expectation has found it, so it cannot be a known finding"
    if change.decision == "accept":
        return f"not written: {change.by_hand or change.risk}"
    return "pending"
