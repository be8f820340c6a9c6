"""Whether the files, folders and servers that a run's settings name can be used."""

import difflib
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_schemaverify.databases.foreign_dsns import understood
from pytest_schemaverify.databases.unreadable_dsns import require_readable
from pytest_schemaverify.errors import ConfigError, about
from pytest_schemaverify.migrations.listing import require_directory
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.paths import resolved


def usable(chosen: Config, folders: Iterable[Path]) -> Config:
    """Return the settings with DSNs as libpq reads them, and check that all of them can be used.

    A file `.env` is looked for in `folders`. Raises ConfigError for a variable or a DSN that cannot
    be read, or a folder or file that is missing; the error calls the setting as it was given.
    """
    if chosen.dsn_env and not chosen.dsn:
        from pytest_schemaverify.settings import dsn_variable

        found = dsn_variable.found(chosen.dsn_env, chosen.tried("dsn_env"), folders, os.environ)
        chosen = replace(
            chosen, dsn=found.dsn, given={**chosen.given, "dsn": found.name},
            places={**chosen.places, "dsn": found.place},
        )  # fmt: skip
    for name in ("dsn", "server"):
        if value := getattr(chosen, name):
            read = understood(value, chosen.called(name))
            changes: dict[str, Any] = {name: read.dsn, "notes": (*chosen.notes, *read.notes)}
            chosen = replace(chosen, **changes)
    for name, require in _REQUIRED:
        if value := getattr(chosen, name):
            with chosen.placed(name):
                require(value, chosen.called(name))
    return chosen


def require_variables(chosen: Config, known: Collection[str]) -> None:
    """Raise ConfigError for the value of a variable that no file of expectations has.

    `known` are the variables of all files of the run: one that gives no value is of use elsewhere.
    """
    for name, value in chosen.variables.items():
        if name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        listed = f"; there are {', '.join(sorted(known))}" if known else ""
        raise ConfigError(
            f"{chosen.tried('var')}={name}={value}",
            because=f"no file of expectations of this run has a variable `{name}`"
            + (f", did you mean `{near[0]}`?" if near else listed),
            remedy=f"write `${{{name}}}` in the file where the value belongs, or leave it out",
        )


def _folder(value: str, called: str) -> None:
    try:
        with about(setting=f"{called}={value}"):
            require_directory(resolved(Path(value)))
    except ConfigError as error:
        remedy = error.remedy or f"name the folder of your migrations: {called}=DIR"
        raise ConfigError(error.tried, because=error.because, remedy=remedy) from None


def _backup(value: str, called: str) -> None:
    from pytest_schemaverify.rehearsal.backup import required  # few runs name one

    with about(setting=called):
        required(resolved(Path(value)))


def _programs(value: str, called: str) -> None:
    from pytest_schemaverify.databases.binaries import named_folder  # few runs name one

    named_folder(value, called)


_REQUIRED: tuple[tuple[str, Callable[[str, str], object]], ...] = (
    ("dsn", require_readable),
    ("server", require_readable),
    ("migrations", _folder),
    ("backup", _backup),
    ("bin_dir", _programs),
)
