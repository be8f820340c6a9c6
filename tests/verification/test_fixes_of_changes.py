"""What fails after a single change of a database has a fix, or a reason why none can be right.

`python -m tests.verification.test_fixes_of_changes` measures all changes and prints the failures
without a fix, by check.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config

from .changed import CHANGES, Kept, findings, kept_from, undone, unknown

_HASH = "the file has but a hash of the text, which the function has no longer"
WHY: Mapping[str, str] = {
    "functions.exists": _HASH,
    "functions.body": _HASH,
    "functions.arguments": _HASH,
    "functions.returns": _HASH,
    "functions.language": _HASH,
    "functions.kind": _HASH,
    "operator_classes.exists": "the file does not say which operators are in it",
    "types.enum": "no statement removes a label or moves one",
    "columns.collation": "the file names it without its schema, and the index has to be built anew",
    "casts.exists": "the file does not say how a cast without a function is made",
}
"""Why a failure of a check may have no fix."""
FLOOR = 0.9
_EACH = 1 if os.environ.get("SCHEMAVERIFY_TEST_CHANGES") else 24
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
    without = [one for one in found if not one[3] and one[1] not in WHY]
    assert len(found) >= len(SOME)
    assert len(found) - len(without) >= FLOOR * len(found), without


def _main() -> None:
    without, number = defaultdict(list), 0
    with databases.start(Config()) as server, kept_from(server) as kept:
        for name, check, told, fixed in measured(CHANGES, kept):
            number += 1
            if not fixed:
                without[check].append(f"{name}: {told[:160]}")
    unexplained = sum(len(texts) for check, texts in without.items() if check not in WHY)
    for check, texts in sorted(without.items(), key=lambda pair: -len(pair[1])):
        print(len(texts), check, "-", WHY.get(check, "??"), *texts, sep="\n    ")
    have = number - sum(map(len, without.values()))
    print(f"{have} of {number} failures have a fix; {unexplained} others have no reason")


if __name__ == "__main__":
    _main()
