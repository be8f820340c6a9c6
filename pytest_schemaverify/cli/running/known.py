"""Which results a run of pytest would show, because their findings are not known."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import BASELINE, Config
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.known_findings import KnownFindings, read
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification


def known_findings(config: Config) -> KnownFindings:
    """Return the known findings of the project. Raises ConfigError for a file that is not there."""
    file = Path(config.baseline or BASELINE)
    if paths.is_file(file):
        return read(file, recording=False)
    if config.baseline:  # nothing is recorded here, and nothing may count as known
        raise ConfigError(
            f"{config.tried('baseline')}={file}",
            because="there is no such file",
            remedy="record it with `pytest --schema-baseline=FILE`, or leave the setting out",
        )
    return KnownFindings(file)


def left(known: KnownFindings, contract: Contract, result: Result) -> Result:
    """Return what is left of a result, as `KnownFindings.applied` does."""
    # pytest's ids begin with the path from where its settings are, which is not known here.
    whole = f"{paths.resolved(contract.path).as_posix()}::{result.planned.name}"
    items = (one.item for one in known.entries.values() if whole.endswith(f"/{one.item}"))
    return known.applied(result, next(items, whole))


def new(one: Verification, results: Iterable[Result]) -> Iterator[Result]:
    """Yield the results with findings that are not known, as pytest would show them."""
    known = known_findings(one.contract.config)
    for result in results:
        if not result.planned.under.xfail:
            now = left(known, one.contract, result)
            if not now.known:
                yield now
