"""The settings as pytest options, and which files of expectations a run is about."""

import argparse
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify.errors import ConfigError, SchemaVerifyError
from pytest_schemaverify.plugin import command_line, ini_file
from pytest_schemaverify.settings import paths, reading, report_files
from pytest_schemaverify.settings.config import BASELINE, Config, settings
from pytest_schemaverify.settings.values import blank
from pytest_schemaverify.verification import spec_files

if TYPE_CHECKING:
    from pytest_schemaverify.verification.known_findings import KnownFindings

CHOSEN = pytest.StashKey[Config]()
"""The settings of the run."""
KNOWN_FINDINGS = pytest.StashKey["KnownFindings"]()
"""The findings that are known, where --schema-baseline names a file of them."""

MARKS = ("tables", "columns", "constraints", "indexes", "rls", "functions", "types", "extensions",
         "vectors", "roles", "grants", "rules", "data", "migrations", "access",
         "views", "sequences", "foreign", "replication", "static")  # fmt: skip
"""Marks that expectations carry, so that `-m rls` and `-m "not data"` choose among them.

`static` is a second one, of those that read migration files and need no database.
"""


def add(parser: pytest.Parser) -> None:
    """Add an option and an ini key for each setting."""
    group = parser.getgroup("schemaverify", "verification of a PostgreSQL schema")
    inis: dict[type, Any] = {bool: "bool", tuple: "args"}
    for name, kind, description, metavar in settings():
        option: dict[str, Any] = {"help": description, "dest": f"schema_{name}"}
        if kind is bool:
            option |= {"action": "store_true"}
        else:
            option |= {"metavar": metavar, "action": "append" if kind is tuple else "store"}
        # None says that an option was not given, and that the ini key and the environment are next.
        group.addoption(f"--schema-{name.replace('_', '-')}", default=None, **option)
        ini = inis.get(kind, "string")
        parser.addini(f"schema_{name}", description, type=ini, default=None)
    for old, new in reading.RENAMED.items():  # pytest would pass the ini key over with a warning
        group.addoption(
            f"--schema-{old.replace('_', '-')}", dest=f"schema_{old}", nargs="?", const="",
            default=None, help=argparse.SUPPRESS,
        )  # fmt: skip
        parser.addini(f"schema_{old}", f"is now schema_{new}", default=None)


def require_known(parser: pytest.Parser, arguments: list[str]) -> None:
    """Refuse options that are almost ours. Raises UsageError."""
    try:
        command_line.require_known(parser, arguments)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None


def choose(config: pytest.Config) -> Config:
    """Read the settings. Raises UsageError for those that cannot be honoured."""
    try:
        reading.require_known(os.environ)
        ini_file.require_known(config)
        chosen = reading.read(
            lambda name: getattr(config.option, name, None),
            lambda name: _from_ini(config, name),
            os.environ.get,
            named=lambda key: ini_file.named(config, key),
        )
        reading.require_consistent(chosen)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    if not chosen.baseline and paths.is_file(config.invocation_params.dir / BASELINE):
        chosen = replace(chosen, baseline=BASELINE)
    if chosen.baseline:
        config.stash[KNOWN_FINDINGS] = _known_findings(config, chosen)
    elif chosen.baseline_update:
        unnamed = ConfigError(
            chosen.tried("baseline_update"),
            because="no setting names the file of known findings",
            remedy="name it, too: --schema-baseline=FILE",
        )
        raise pytest.UsageError(str(unnamed))
    if chosen.update:
        _require_writing(config, chosen)
    config.stash[CHOSEN] = chosen
    asked = any(called.startswith("--") for called in chosen.given.values())
    if asked or first_spec(config) is not None:
        try:
            require_usable(config)
        except SchemaVerifyError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[CHOSEN]


def _require_writing(config: pytest.Config, chosen: Config) -> None:
    """Raise UsageError where a run must not write its files of expectations."""
    called = chosen.called("update")
    if os.environ.get("CI"):
        raise pytest.UsageError(
            f"{called}: in CI nothing is written, because the run would accept whatever it finds; "
            "update the file elsewhere, or have the patch of `schemaverify update --create --fix`"
        )
    # pytest-xdist has these options; without it they are not there.
    many = getattr(config.option, "numprocesses", None) or getattr(config.option, "tx", None)
    if many or hasattr(config, "workerinput"):
        raise pytest.UsageError(
            f"{called}: the workers of pytest-xdist would all write the file; run it with -n 0"
        )


def require_usable(config: pytest.Config) -> None:
    """Check that what the settings name can be used, and replace DSNs by such as print no secret.

    A suite without expectations does not come here, even if the environment has settings: reading
    a DSN takes an import of psycopg. Raises ConfigError.
    """
    chosen = config.stash[CHOSEN]
    if any(getattr(chosen, name) for name in _TO_USE):
        from pytest_schemaverify.verification import preflight

        beside = [config.inipath.parent] if config.inipath else []
        chosen = preflight.usable(chosen, [*beside, config.rootpath])
    config.stash[CHOSEN] = _discreet(config, chosen)


def _discreet(config: pytest.Config, chosen: Config) -> Config:
    """Return the settings with DSNs that print no secret, and put these into pytest's options, too.

    pytest shows the options in the traceback of any test, if they are among its variables.
    """
    named = {name: getattr(chosen, name) for name in ("dsn", "server")}
    if not any(named.values()):
        return chosen
    from pytest_schemaverify.databases.dsn import Dsn  # no other run waits for psycopg

    given: dict[str, Any] = {name: Dsn(text) for name, text in named.items() if text}
    for name, dsn in given.items():
        if getattr(config.option, f"schema_{name}", None):
            setattr(config.option, f"schema_{name}", dsn)
    return replace(chosen, **given)


def _known_findings(config: pytest.Config, chosen: Config) -> "KnownFindings":
    """Return the findings that are known. Raises UsageError for a file that cannot be read."""
    from pytest_schemaverify.verification.known_findings import (
        read,  # no run without known findings waits for it
    )

    path = config.invocation_params.dir / chosen.baseline
    called = chosen.called("baseline")
    if os.environ.get("CI") and not paths.exists(path) and not chosen.baseline_update:
        raise pytest.UsageError(
            f"{called}={chosen.baseline}: there is no such file, and in CI it would "
            "accept everything; record it elsewhere, and keep it with your sources"
        )
    try:
        return read(path, recording=chosen.baseline_update)
    except ConfigError as error:
        raise pytest.UsageError(f"{called}: {error}") from None


def _from_ini(config: pytest.Config, name: str) -> Any:
    """Return an ini key's value; paths start at the folder of the file that has it."""
    try:
        value = config.getini(name)
    except (ValueError, pytest.UsageError) as error:  # pytest before 8.4 lets the first through
        help_ = next(one[2] for one in settings() if name == f"schema_{one[0]}")
        called, place = ini_file.named(config, name)
        raise ConfigError(
            f"{place}{': ' if place else ''}reading {called}",
            because=str(error),
            remedy=f"write {called}=true or false; it is for: {help_}",
        ) from None
    folder = config.inipath.parent if config.inipath else config.rootpath
    if value and name == "schema_report":
        return [report_files.below(folder, text) for text in value]
    if not value or blank(value) or name not in _PATHS:
        return value
    if isinstance(value, str):
        return str(folder / value)
    return [str(folder / path) for path in value]


_TO_USE = ("dsn_env", "dsn", "server", "migrations", "backup", "bin_dir")
"""Settings that can be found wrong without a database."""
_PATHS = frozenset(
    f"schema_{name}" for name, _, _, metavar in settings() if metavar in ("FILE", "DIR")
)


def named_specs(config: pytest.Config) -> list[Path]:
    """Return the files that --schema-spec names. Raises UsageError for one that is not there."""
    given = config.stash[CHOSEN].spec
    found = [paths.resolved(config.invocation_params.dir / path) for path in given]
    for path in found:
        if not paths.is_file(path):
            raise pytest.UsageError(str(_no_spec(path, config.stash[CHOSEN])))
    return found


def _no_spec(path: Path, chosen: Config) -> ConfigError:
    """Return the error that says that a file of expectations is none."""
    from difflib import get_close_matches  # no other run waits for it

    beside = [one.name for one in path.parent.glob("*.y*ml") if paths.is_file(one)]
    near = get_close_matches(path.name, beside, n=1)
    return ConfigError(
        f"{chosen.tried('spec')}={paths.shown(path)}",
        because="that is a folder" if paths.is_folder(path) else "there is no such file",
        remedy=f"did you mean {near[0]}?" if near else "name the file of expectations",
    )


def default_specs(config: pytest.Config) -> list[Path]:
    """Return the files at the root of the project, which are verified if no setting names any."""
    return spec_files.in_folder(config.rootpath)


def misnamed_specs(config: pytest.Config) -> list[Path]:
    """Return the files at the root that are very likely meant as expectations."""
    return [path for path in sorted(config.rootpath.glob("*")) if is_misnamed(path, config)]


def first_spec(config: pytest.Config, collected: Iterable[Path] = ()) -> Path | None:
    """Return the file whose database the fixtures have: one that is collected, or at the root."""
    return next(iter([*collected, *named_specs(config), *default_specs(config)]), None)


def is_spec(path: Path, config: pytest.Config) -> bool:
    """Return whether a file is to be collected as expectations."""
    if config.stash[CHOSEN].spec:
        return path in named_specs(config)
    return spec_files.is_named(path)


def is_misnamed(path: Path, config: pytest.Config) -> bool:
    """Return whether a file is very likely meant as expectations, and no setting names others."""
    return not config.stash[CHOSEN].spec and spec_files.is_misnamed(path)


def may_be_for_others(config: pytest.Config) -> bool:
    """Return whether `schema_var` may be meant for files that this run leaves out.

    An ini key is written for all runs; an option and a variable of the environment for this one.
    """
    # It leaves out files in which nothing failed the last time.
    if config.getoption("--lf", False):
        return True
    if not config.stash[CHOSEN].called("var").endswith("schema_var"):
        return False
    return (
        config.args_source == config.ArgsSource.ARGS
        or config.invocation_params.dir != config.rootpath
        or any(config.getoption(option, None) for option in _SOME_FILES)
    )


_SOME_FILES = ("--schema-spec", "--ignore", "--ignore-glob")


def name_of(path: Path, config: pytest.Config) -> str:
    """Return how ids call a file; without this, pytest gives none to one outside of the root."""
    return Path(os.path.relpath(path, config.rootpath)).as_posix()


def path_of(name: str, config: pytest.Config) -> Path:
    """Return the path of a file from how ids call it."""
    return Path(os.path.normpath(config.rootpath / name))
