"""Whether the files, folders and servers that a run's settings name can be used."""

import difflib
from collections.abc import Callable, Collection
from pathlib import Path

from pytest_schemaverify.databases.binaries import named_folder
from pytest_schemaverify.databases.dsn import require_readable
from pytest_schemaverify.errors import ConfigError, about
from pytest_schemaverify.migrations.listing import require_directory
from pytest_schemaverify.rehearsal.backup import required
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.settings.paths import resolved


def require_usable(chosen: Config) -> None:
    """Raise ConfigError for a DSN that cannot be read, or a folder or file that is missing.

    The error calls the setting as it was given.
    """
    for name, require in _REQUIRED:
        if value := getattr(chosen, name):
            require(value, chosen.called(name))


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
            f"reading {chosen.called('var')}={name}={value}",
            because=f"no file of expectations of this run has a variable `{name}`"
            + (f", did you mean `{near[0]}`?" if near else listed),
            remedy=f"write `${{{name}}}` in the file where the value belongs, or leave it out",
        )


def _folder(value: str, called: str) -> None:
    with about(setting=f"{called}={value}"):
        require_directory(resolved(Path(value)))


def _backup(value: str, called: str) -> None:
    with about(setting=called):
        required(resolved(Path(value)))


_REQUIRED: tuple[tuple[str, Callable[[str, str], object]], ...] = (
    ("dsn", require_readable),
    ("server", require_readable),
    ("migrations", _folder),
    ("backup", _backup),
    ("bin_dir", named_folder),
)
