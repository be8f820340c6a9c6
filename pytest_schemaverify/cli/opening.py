"""Opens what a command works on: a file of expectations and its database, found or built."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.cli import sources
from pytest_schemaverify.cli.exit_codes import WRONG
from pytest_schemaverify.databases import Servers
from pytest_schemaverify.errors import ConfigError, MigrationFailed, SchemaVerifyError, restored
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.reading import read, require_consistent, require_known
from pytest_schemaverify.verification.preflight import require_variables, usable
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

_PATIENCE = 1.0
"""Seconds for which no progress is shown."""
_VERIFYING = "verifying expectations"


@contextmanager
def opened(
    chosen: argparse.Namespace, *, path: Path | None = None, text: str | None = None
) -> Iterator[Verification]:
    """Have a file of expectations and its database inside the block, and close it behind it.

    The file is the one that the options name, or `path`; a `text` stands for one that is not
    written yet. Raises the error that says why one of them cannot be had, also for a migration that
    fails.
    """
    config = settings_of(chosen)
    file = path or spec_of(config)
    one = Verification(file, str(file), config, line_of(chosen), Folders(), text)
    if text is None:
        require_variables(config, one.contract.variables)
    with prepared(one) as target:
        if target.failure:
            failed = restored(MigrationFailed, target.failure)
            failed.code = WRONG  # as in a run of pytest, where it is a finding
            raise failed
        yield one


@contextmanager
def prepared(one: Verification) -> Iterator[Target]:
    """Have the database of a verification inside the block, and leave it behind it.

    Raises the error that says why there is none. Migrations that fail are told by the database.
    """
    servers = Servers(one.contract.config)
    try:
        one.database.prepare(servers)
        if isinstance(one.database.target, SchemaVerifyError):
            raise one.database.target
        yield one.database.there
    finally:
        one.database.close()
        servers.stop()


def settings_of(chosen: argparse.Namespace, *, rehearsed: bool = False) -> Config:
    """Return the settings, from the options and the environment.

    `rehearsed` says that a database is built although an existing one is named. Raises ConfigError
    for settings that cannot be used.
    """
    require_known(os.environ)
    config = read(sources.given(chosen).get, lambda _: None, os.environ.get, dashes="--")
    require_consistent(replace(config, dsn="", dsn_env="") if rehearsed else config)
    return usable(config, [Path.cwd()])


def spec_of(config: Config) -> Path:
    """Return the file of expectations, which is there. Raises ConfigError."""
    path = Path(config.spec[0] if config.spec else "expectations.yaml")
    called = config.called("spec")
    if len(config.spec) > 1:
        raise ConfigError(
            f"reading {called}={' '.join(config.spec)}",
            because="the command takes one file",
            remedy="name it with --spec=FILE, which goes before the variable",
        )
    if not paths.is_file(path):
        raise ConfigError(
            f"reading {called}={path}" if config.spec else f"reading {path}",
            because="that is a folder" if paths.is_folder(path) else "there is no such file",
            remedy="name the file of expectations with --spec=FILE",
        )
    return path


def line_of(chosen: argparse.Namespace) -> Line:
    """Return what shows progress on a terminal; elsewhere, and with --quiet, it shows nothing."""
    if chosen.quiet or not sys.stderr.isatty():
        return Line()
    width = shutil.get_terminal_size().columns
    return Line(lambda text: print(text, end="", file=sys.stderr, flush=True), width, _PATIENCE)


def results_of(one: Verification) -> list[Result]:
    """Return the results of all expectations, and show how far it has got."""
    planned, line = one.contract.planned, one.database.line
    found = []
    with line.ticking(_VERIFYING):
        for number, expectation in enumerate(planned):
            line(_VERIFYING, number, len(planned))
            found.append(one.results.of(expectation))
    return found
