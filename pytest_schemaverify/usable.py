"""Whether what the settings of a run name is there, and can be used."""

from collections.abc import Callable
from pathlib import Path

from pytest_schemaverify.config import Config
from pytest_schemaverify.databases.binaries import named
from pytest_schemaverify.databases.dsn import require_readable
from pytest_schemaverify.errors import about
from pytest_schemaverify.migrations.read import require_directory
from pytest_schemaverify.paths import resolved
from pytest_schemaverify.rehearsal.backup import required


def require_usable(chosen: Config) -> None:
    """See that DSNs can be read and that folders and files are there. Raises ConfigError.

    The error calls the setting as it was given.
    """
    for name, require in _REQUIRED:
        if value := getattr(chosen, name):
            require(value, chosen.called(name))


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
    ("baseline_dump", _backup),
    ("bin_dir", named),
)
