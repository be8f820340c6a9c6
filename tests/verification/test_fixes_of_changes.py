"""What fails after a single change of a database has a fix, or a reason why none can be right.

`python -m tests.verification.test_fixes_of_changes` measures all changes and prints the failures
without a fix, by check.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config

from .changed import CHANGES, Kept, findings, kept_from, undone, unknown


def _why() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the failures that may have no fix, by change and check, each with the reason."""
    for reason, changes in yaml.safe_load(DATA.read_text(encoding="utf-8")).items():
        for name, checks in changes.items():
            yield from (((name, check), reason) for check in checks.split())


DATA = Path(__file__).parents[1] / "data/unfixed.yaml"
WHY: Mapping[tuple[str, str], str] = dict(_why())
_EACH = 1 if os.environ.get("SCHEMAVERIFY_TEST_CHANGES") else 24
FLOOR = 0.9
"""The share of failures that have a fix, of all changes; those with a reason are among the rest."""
SOME = list(CHANGES)[::_EACH]


def measured(names: Iterable[str], kept: Kept) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each failure: the change, the check, what is said, and whether it has a fix."""
    for name in names:
        if not unknown(name, kept):
            with undone(name, kept):
                for planned, finding in findings(kept):
                    told = f"{planned.name} {finding.subject}: {finding.actual}"
                    yield name, planned.check, told, bool(finding.fix)


@pytest.fixture(scope="module")
def kept(server: Server) -> Iterator[Kept]:
    """The file and its database."""
    with kept_from(server) as kept:
        yield kept


def test_failures_of_single_changes_have_a_fix(kept: Kept) -> None:
    found = list(measured(SOME, kept))
    without = [one for one in found if not one[3]]
    assert len(found) >= len(SOME)
    assert not [one for one in without if one[:2] not in WHY]
    # The share of a few changes would be another one with each change that is added.
    assert _EACH > 1 or len(found) - len(without) >= FLOOR * len(found), without


def test_a_reason_is_about_a_change_and_goes_when_there_is_a_fix(kept: Kept) -> None:
    assert {name for name, _ in WHY} <= CHANGES.keys()
    known = [one for one in WHY if one[0] in SOME and not unknown(one[0], kept)]
    without = {one[:2] for one in measured(dict.fromkeys(name for name, _ in known), kept)
               if not one[3]}  # fmt: skip
    assert not set(known) - without


def _main() -> None:
    without: dict[str, list[str]] = defaultdict(list)
    number = reasons = 0
    with databases.start(Config()) as server, kept_from(server) as kept:
        for name, check, told, fixed in measured(CHANGES, kept):
            number += 1
            if not fixed:
                reason = WHY.get((name, check), "")
                reasons += bool(reason)
                without[f"{check} - {reason or '??'}"].append(f"{name}: {told[:160]}")
    for check, texts in sorted(without.items(), key=lambda pair: -len(pair[1])):
        print(len(texts), check, *texts, sep="\n    ")
    have = number - sum(map(len, without.values()))
    print(f"{have} of {number} failures have a fix, {reasons} have a reason, "
          f"{number - have - reasons} have neither")  # fmt: skip


if __name__ == "__main__":
    _main()
