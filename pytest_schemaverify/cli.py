"""The command `schemaverify`: what it prints is read by people, and its exit code by scripts."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pytest_schemaverify.databases import Servers, reader_role
from pytest_schemaverify.errors import ConfigError, SchemaVerifyError, SpecError, exit_code
from pytest_schemaverify.errors.internal_errors import internal
from pytest_schemaverify.migrations.folders import Folders
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.reports import failure, once
from pytest_schemaverify.reports.checklist import BACKUP, Verified, checklist
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.reading import read, require_consistent, require_known
from pytest_schemaverify.settings.values import blank
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.preflight import require_usable, require_variables
from pytest_schemaverify.verification.verification import Verification

HOLDS, WRONG, UNREADABLE, MISUSED, COULD_NOT_TELL = 0, 1, 2, 4, 6
"""Exit codes; those of pytest with this plugin."""


class _Parser(argparse.ArgumentParser):
    """Refuses empty values: mostly they come from a variable of the shell that is not set."""

    def add_argument(self, *names: Any, **how: Any) -> argparse.Action:
        """Add an argument whose value must not be empty."""
        action = super().add_argument(*names, **how)
        if action.nargs != 0:
            action.type = lambda text: _something(text, action)
        return action


def _something(text: str, action: argparse.Action) -> str:
    if not blank(text):
        return text
    option = action.option_strings[0]
    raise argparse.ArgumentTypeError(
        "it is empty (perhaps a variable that is not set), so nothing is done; "
        f"write {option}={action.metavar}, or leave {option} out; it is for: {action.help}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without a check mark shows a ?
    try:
        chosen = _parser().parse_args(arguments)
    except SystemExit as end:  # argparse says 2 for what pytest calls 4
        return MISUSED if end.code else HOLDS
    try:
        return int(chosen.run(chosen))
    except SchemaVerifyError as error:
        return _exit_code(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return UNREADABLE  # pytest's code for that is the same
    except BrokenPipeError:  # the reader has closed the pipe; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_TELL
    except Exception as error:
        return _exit_code(internal("the command schemaverify", error))


def _exit_code(error: SchemaVerifyError) -> int:
    """Print an error, and return the exit code that it has."""
    print(error, file=sys.stderr)
    return error.code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="schemaverify", description="Verify PostgreSQL schemas.")
    release = version("pytest-schemaverify")
    parser.add_argument("--version", action="version", version=f"schemaverify {release}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser(
        "checklist",
        help="what is proven for a migration into production, and what is left for a person",
        description="Rehearse the migrations on a disposable database, verify an existing one, "
        "and print the checklist. Exit codes: 0 all that is expected holds, 1 something does not, "
        "2 the file cannot be read, 4 an option is wrong, 6 nobody could tell.",
    )
    one.add_argument("--dsn", metavar="DSN", help="the database in production; it is only read")
    one.add_argument("--spec", metavar="FILE", help="file of expectations (expectations.yaml)")
    one.add_argument(
        "--backup", metavar="FILE", help="rehearse on this backup of pg_dump, restored"
    )
    old = one.add_argument("--baseline-dump", nargs="?", const="", help=argparse.SUPPRESS)
    old.type = None  # `read` refuses it, whether or not it says something
    one.set_defaults(run=_checklist)
    other = commands.add_parser(
        "reader-role",
        help="print a script that makes a role for verifying an existing database",
        description="Print a script for psql that makes a role that only reads. Nothing is run.",
    )
    other.add_argument("--name", metavar="NAME", default=reader_role.NAME, help="name of the role")
    other.add_argument(
        "--schemas",
        metavar="A,B",
        default="public",
        help="schemas that it may read, those of extensions too (default: public)",
    )
    other.add_argument(
        "--bypassrls", action="store_true", help="let it see all rows despite row-level security"
    )
    other.set_defaults(run=_reader_role)
    return parser


def _reader_role(chosen: argparse.Namespace) -> int:
    try:
        name = _named(chosen.name)
        schemas = [_named(one) for one in names.split(chosen.schemas)]
    except names.BadName as error:
        raise ConfigError(
            "writing the script",
            because=str(error),
            remedy="name it with --name=NAME, and schemas with --schemas=app,billing",
        ) from None
    print(reader_role.script(name, schemas or ["public"], bypasses_rls=chosen.bypassrls), end="")
    return HOLDS


def _named(written: str) -> str:
    """Return a name. Raises BadName for one with a line break, which ends a comment."""
    name = names.single(written)
    if not name.isprintable():
        raise names.BadName(f"{written!r} has a character that a script does not show")
    return name


def _checklist(chosen: argparse.Namespace) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
