"""A PostgreSQL that is installed on this machine."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_schemaverify.databases.binaries import Binaries, inspect, missing_programs, named_folder
from pytest_schemaverify.databases.kept_platforms import started
from pytest_schemaverify.databases.server import PLAIN, Server, Wish
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

PACKAGED = Path("/usr/lib/postgresql")
"""Where Debian and its descendants keep one folder for each major version."""


def found(config: Config) -> Binaries:
    """Return the programs of --schema-bin-dir, of `pg_config`, on PATH or of Debian's packages.

    Raises ConfigError for a folder of --schema-bin-dir without them, else DatabaseUnavailable.
    """
    if config.bin_dir:
        called = config.called("bin_dir")
        return inspect(named_folder(config.bin_dir, called), called)
    return inspect(_installed())


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run an installed server."""
    binaries = found(config)
    with started(binaries, provider="local", wish=wish, keep=config.keep) as process:
        yield process.server


def _installed() -> Path:
    """Return the first folder that has both programs. Raises DatabaseUnavailable."""
    looked: list[str] = []
    for source, folder in _candidates():
        if not missing_programs(folder):
            return folder
        looked.append(f"{source}: {folder} has no initdb and postgres")
    raise DatabaseUnavailable(
        "looking for an installed PostgreSQL",
        because="\n".join(
            looked or [f"no pg_config and no postgres on PATH, nothing in {PACKAGED}"]
        ),
        remedy="install PostgreSQL's server, or name the folder of its programs with"
        " --schema-bin-dir",
    )


def _candidates() -> Iterator[tuple[str, Path]]:
    """Yield folders that may have the programs, and how each was found, the surest first."""
    # Its folder need not have a server: pg_config also comes with packages of libpq alone.
    pg_config = shutil.which("pg_config")
    if pg_config:
        run = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if run.stdout.strip():
            yield "pg_config", Path(run.stdout.strip())
    postgres = shutil.which("postgres")
    if postgres:
        # Resolved, for a link in /usr/local/bin has no initdb beside it.
        yield "PATH", Path(postgres).resolve().parent
    # Debian puts neither program on PATH. A folder such as `9.6` is no number, and too old anyway.
    versions = [path for path in PACKAGED.glob("*/bin") if re.fullmatch(r"\d+", path.parent.name)]
    for folder in sorted(versions, key=lambda path: -int(path.parent.name)):
        yield "packages", folder
