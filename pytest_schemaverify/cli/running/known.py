"""Which results a run of pytest would show, because their findings are not known."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import BASELINE
from pytest_schemaverify.verification.known_findings import KnownFindings, read
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification


def new(one: Verification, results: Iterable[Result]) -> Iterator[Result]:
    """Yield the results with findings that are not known, as pytest would show them."""
    file = Path(BASELINE)
    known = read(file, recording=False) if paths.is_file(file) else KnownFindings(file)
    for result in results:
        if not result.planned.under.xfail:
            # pytest puts the folder in front, as seen from where its settings are.
            item = f"{one.contract.path.name}::{result.planned.name}"
            items = (entry.item for entry in known.entries.values() if entry.item.endswith(item))
            left = known.applied(result, next(items, item))
            if not left.known:
                yield left
