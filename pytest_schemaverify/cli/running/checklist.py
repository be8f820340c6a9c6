"""Rehearses a migration and verifies an existing database, for a checklist of what is proven."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pytest_schemaverify.authoring.coverage.pinning import coverage
from pytest_schemaverify.authoring.coverage.rendering import summed
from pytest_schemaverify.cli.exit_codes import WRONG
from pytest_schemaverify.cli.opening import line_of, prepared, results_of, settings_of, spec_of
from pytest_schemaverify.cli.printing import show, show_failure
from pytest_schemaverify.cli.sources import spelled
from pytest_schemaverify.errors import ConfigError, SchemaVerifyError, SpecError, exit_code
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.checklist import BACKUP, Verified, checklist
from pytest_schemaverify.reports.failure import failure, once
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.preflight import require_variables
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace) -> int:
    """Print the checklist, and return the exit code. Raises ConfigError for wrong settings."""
    settings = settings_of(chosen, rehearsed=True)
    path = spec_of(settings)
    progress = line_of(chosen)
    verified: list[Verified] = []
    untold: list[SchemaVerifyError] = []
    folders = Folders()
    for config in _runs(path, settings, folders):
        try:
            verified.append(_verified(Verification(path, str(path), config, progress, folders)))
        except SchemaVerifyError as error:
            # A database that cannot be had does not hide what was proven on the other.
            untold.append(error)
    if verified:
        print(f"{path}: checklist of a migration into production\n")
        for line in checklist(verified):
            show(line)
    results = [result for one in verified for result in one.results]
    shown = (result for one in verified for result in once(one.results))
    wrong = [failure(r, str(path)) for r in shown if r.wrong or r.undetermined]
    for text in (*wrong, *untold):
        print()
        show_failure(spelled(str(text)))
    codes = [result.code for result in results if result.undetermined]
    codes += [WRONG for result in results if result.wrong]
    return exit_code([*codes, *(error.code for error in untold)])


def _runs(path: Path, settings: Config, folders: Folders) -> list[Config]:
    """Return the settings of the rehearsal, and of the verification of a database that exists."""
    values = {name: getattr(settings, name) for name in Config.__dataclass_fields__}
    rehearsal = Config(**values | {"dsn": "", "rollback": False})
    contract = Contract(path, str(path), rehearsal, folders)
    if isinstance(contract.fault, (ConfigError, SpecError)):
        raise contract.fault
    require_variables(settings, contract.variables)
    migrations = contract.spec.migrations
    runs = []
    if migrations is not None or settings.migrations or not settings.dsn:
        back = bool(migrations and migrations.rollback)
        runs.append(Config(**values | {"dsn": "", "rollback": back or settings.rollback}))
    if settings.dsn:
        # A database that exists is only read: no backup is restored into it, and nothing is rolled
        # back.
        runs.append(Config(**values | {"rollback": False, "backup": ""}))
    return runs


def _verified(one: Verification) -> Verified:
    """Return the results of all expectations for one database.

    Raises the error that says why there is none.
    """
    config = one.contract.config
    with prepared(one) as target:
        results = results_of(one)
        # The first line names the database, as `where` does.
        lines = (*tuple(header(one))[1:], *_pinned(one, target))
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    proven = frozenset({BACKUP} if config.backup else ())
    return Verified(target.description, now, results, lines, bool(config.dsn), proven)


def _pinned(one: Verification, target: Target) -> Iterator[str]:
    """Yield how much of the database the file says, where that can be told."""
    if not target.failure:
        try:
            yield summed("the file", coverage(one.results.facts))
        except Exception as error:
            # The results are there already, and a line that says more is no reason to lose them.
            yield from str(internal("counting what the file pins", error)).splitlines()
