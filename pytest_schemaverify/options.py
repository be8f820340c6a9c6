"""The settings as pytest options, and which files of expectations a run is about."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_schemaverify import config as settings
from pytest_schemaverify import paths
from pytest_schemaverify.errors import ConfigError

if TYPE_CHECKING:
    from pytest_schemaverify.baseline import Baseline

CHOSEN = pytest.StashKey[settings.Config]()
"""The settings of the run."""
BASELINE = pytest.StashKey["Baseline"]()
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
    for name, kind, description, metavar in settings.settings():
        option: dict[str, Any] = {"help": description, "dest": f"schema_{name}"}
        if kind is bool:
            option |= {"action": "store_true"}
        else:
            option |= {"metavar": metavar, "action": "append" if kind is tuple else "store"}
        group.addoption(f"--schema-{name.replace('_', '-')}", default=None, **option)
        ini = inis.get(kind, "string")
        parser.addini(f"schema_{name}", description, type=ini, default=None)


def choose(config: pytest.Config) -> settings.Config:
    """Read the settings. Raises UsageError for those that cannot be honoured."""
    try:
        chosen = settings.read(
            lambda name: getattr(config.option, name, None),
            lambda name: _from_ini(config, name),
            os.environ.get,
        )
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    if chosen.dsn and chosen.rollback:
        raise pytest.UsageError("--schema-rollback writes, and a --schema-dsn is only ever read")
    if chosen.dsn and chosen.baseline_dump:
        raise pytest.UsageError(
            "--schema-baseline-dump is restored, and a --schema-dsn is only ever read"
        )
    if chosen.baseline:
        config.stash[BASELINE] = _baseline(config, chosen)
    elif chosen.baseline_update:
        raise pytest.UsageError("--schema-baseline-update: name the file with --schema-baseline")
    config.stash[CHOSEN] = chosen
    asked = config.option.schema_dsn or config.option.schema_server
    if asked or first_spec(config) is not None:
        try:
            require_readable(config)
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[CHOSEN]


def require_readable(config: pytest.Config) -> None:
    """See that the DSNs can be read, and have them print without what is secret.

    A suite without expectations does not come here, whatever the environment says: reading a DSN
    takes an import of psycopg. Raises ConfigError.
    """
    chosen = config.stash[CHOSEN]
    for name, dsn in (("dsn", chosen.dsn), ("server", chosen.server)):
        if dsn:
            from pytest_schemaverify.databases import dsn as dsns

            dsns.require_readable(dsn, f"--schema-{name}")
    config.stash[CHOSEN] = _discreet(config, chosen)


def _discreet(config: pytest.Config, chosen: settings.Config) -> settings.Config:
    """Return the settings with DSNs that do not print, which pytest's own become, too.

    A traceback with the values of variables, of anybody's test, may show all options.
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


def _baseline(config: pytest.Config, chosen: settings.Config) -> "Baseline":
    """Return the findings that are known. Raises UsageError for a file that cannot be read."""
    from pytest_schemaverify.baseline import read  # no run without a baseline waits for it

    path = config.invocation_params.dir / chosen.baseline
    if os.environ.get("CI") and not paths.exists(path) and not chosen.baseline_update:
        raise pytest.UsageError(
            f"--schema-baseline={chosen.baseline}: there is no such file, and in CI it would "
            "accept everything; record it elsewhere, and keep it with your sources"
        )
    try:
        return read(path, recording=chosen.baseline_update)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None


def _from_ini(config: pytest.Config, name: str) -> Any:
    """Return an ini key's value; paths start at the folder of the file that has it."""
    try:
        value = config.getini(name)
    except ValueError as error:  # pytest before 8.4 lets it through
        raise pytest.UsageError(f"{name}: {error}") from None
    if not value or name not in _PATHS:
        return value
    folder = config.inipath.parent if config.inipath else config.rootpath
    if isinstance(value, str):
        return str(folder / value)
    return [str(folder / path) for path in value]


_PATHS = frozenset(
    f"schema_{name}" for name, _, _, metavar in settings.settings() if metavar in ("FILE", "DIR")
)


def named_specs(config: pytest.Config) -> list[Path]:
    """Return the files that --schema-spec names. Raises UsageError for one that is not there."""
    given = config.stash[CHOSEN].spec
    found = [paths.resolved(config.invocation_params.dir / path) for path in given]
    for path in found:
        if not paths.is_file(path):
            why = "that is a folder" if paths.is_folder(path) else "there is no such file"
            raise pytest.UsageError(f"--schema-spec={path}: {why}")
    return found


def default_specs(config: pytest.Config) -> list[Path]:
    """Return the files at the root of the project that are verified when nobody says which."""
    root = config.rootpath
    names = [root / "expectations.yaml", *sorted(root.glob("*.expectations.yaml"))]
    return [path for path in names if paths.is_file(path)]


def first_spec(config: pytest.Config, collected: Iterable[Path] = ()) -> Path | None:
    """Return the file that the fixtures' database is of: one that is collected, or at the root."""
    return next(iter([*collected, *named_specs(config), *default_specs(config)]), None)


def is_spec(path: Path, config: pytest.Config) -> bool:
    """Return whether a file is to be collected as expectations."""
    if config.stash[CHOSEN].spec:
        return path in named_specs(config)
    return path.name == "expectations.yaml" or path.name.endswith(".expectations.yaml")


def name_of(path: Path, config: pytest.Config) -> str:
    """Return how ids call a file; without this, pytest gives none to one outside of the root."""
    return Path(os.path.relpath(path, config.rootpath)).as_posix()


def path_of(name: str, config: pytest.Config) -> Path:
    """Return the path of a file from how ids call it."""
    return Path(os.path.normpath(config.rootpath / name))
