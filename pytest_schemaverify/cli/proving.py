"""Rehearses a migration and verifies an existing database, for a checklist of what is proven."""

import argparse
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_schemaverify.cli.exit_codes import WRONG
from pytest_schemaverify.databases import Servers
from pytest_schemaverify.errors import ConfigError, SchemaVerifyError, SpecError, exit_code
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.reports import failure, once
from pytest_schemaverify.reports.checklist import BACKUP, Verified, checklist
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.reading import read, require_consistent, require_known
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.preflight import require_usable, require_variables
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace) -> int:
    """Print the checklist, and return the exit code. Raises ConfigError for wrong settings."""
    settings = _settings(chosen)
    path = Path(settings.spec[0] if settings.spec else "expectations.yaml")
    called = settings.called("spec")
    if len(settings.spec) > 1:
        raise ConfigError(
            f"reading {called}={' '.join(settings.spec)}",
            because="a checklist is of one file",
            remedy="name it with --spec=FILE, which goes before the variable",
        )
    if not paths.is_file(path):
        raise ConfigError(
            f"reading {called}={path}" if settings.spec else f"reading {path}",
            because="that is a folder" if paths.is_folder(path) else "there is no such file",
            remedy="name the file of expectations with --spec=FILE",
        )
    verified: list[Verified] = []
    untold: list[SchemaVerifyError] = []
    folders = Folders()
    for config in _runs(path, settings, folders):
        try:
            verified.append(_verified(path, config, folders))
        except SchemaVerifyError as error:
            # A database that cannot be had does not hide what was proven on the other.
            untold.append(error)
    if verified:
        print(f"{path}: checklist of a migration into production\n")
        for line in checklist(verified):
            print(line)
    results = [result for one in verified for result in one.results]
    shown = (result for one in verified for result in once(one.results))
    wrong = [failure(r, str(path)) for r in shown if r.wrong or r.undetermined]
    for text in (*wrong, *untold):
        print(f"\n{text}")
    codes = [result.code for result in results if result.undetermined]
    codes += [WRONG for result in results if result.wrong]
    return exit_code([*codes, *(error.code for error in untold)])


def _settings(chosen: argparse.Namespace) -> Config:
    given = {
        "schema_dsn": chosen.dsn,
        "schema_backup": chosen.backup,
        "schema_baseline_dump": chosen.baseline_dump,
        "schema_spec": [chosen.spec] if chosen.spec else None,
    }
    require_known(os.environ)
    settings = read(given.get, lambda _: None, os.environ.get, dashes="--")
    require_consistent(replace(settings, dsn=""))  # a rehearsal beside it is what this is for
    require_usable(settings)
    return settings


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


def _verified(path: Path, config: Config, folders: Folders) -> Verified:
    """Return the results of all expectations for one database.

    Raises the error that says why there is none.
    """
    verification = Verification(path, str(path), config, _line(), folders)
    servers = Servers(config)
    try:
        verification.database.prepare(servers)
        target = verification.database.target
        if isinstance(target, SchemaVerifyError):
            raise target
        results = [verification.results.of(planned) for planned in verification.contract.planned]
        # The first line names the database, as `where` does.
        lines = tuple(header(verification))[1:]
        where = target.description if target else ""
    finally:
        verification.database.close()
        servers.stop()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    proven = frozenset({BACKUP} if config.backup else ())
    return Verified(where, now, results, lines, bool(config.dsn), proven)


def _line() -> Line:
    """Return what shows progress on a terminal; elsewhere it shows nothing."""
    if not sys.stderr.isatty():
        return Line()
    return Line(lambda text: print(text, end="", file=sys.stderr, flush=True))
