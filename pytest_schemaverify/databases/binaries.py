"""An installation of PostgreSQL, and how a disposable cluster of it is set up."""

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pytest_schemaverify.databases.cache_folders import CLUSTERS, cache_folder
from pytest_schemaverify.databases.versions import OLDEST
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
from pytest_schemaverify.settings.paths import expanded, is_file

SUPERUSER = "postgres"
"""The superuser of a disposable server, unless migrations run as a plain role of that name."""

CHARACTER_TYPES = ["C.UTF-8", "en_US.UTF-8"]
"""Locales that decide what a letter is; the first that the machine has is taken."""

OPTIONS = {
    # Connections are trusted. So there is no port, and only the server's user reaches the socket.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Nothing has to survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Migrations create publications; below `logical` the server warns about each.
    "wal_level": "logical",
    "max_wal_size": "256MB",
    # Each copy of the folder has all segments of WAL, so there are no spare ones.
    "wal_recycle": "off",
    "wal_init_zero": "off",
    # A migration may touch thousands of tables in one transaction. Its locks are in a table for
    # all connections, which the server fills with zeros while the user waits for it.
    "max_locks_per_transaction": "256",
    "max_connections": "200",
    # Nothing happens behind a test's back, and nothing blocks the copying of a template.
    "autovacuum": "off",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "dynamic_shared_memory_type": "mmap",  # inside the data folder, which is sure to be removed
    # The same on every machine, and as on hosted servers.
    "timezone": "UTC",
    "default_text_search_config": "pg_catalog.english",
    "lc_messages": "C",
}
"""Settings of every disposable server."""

_OF_INITDB = ("dynamic_shared_memory_type", "wal_recycle", "wal_init_zero")
"""Those of them that the servers have, too, which `initdb` runs."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation of PostgreSQL, of which `initdb` and `postgres` are used."""

    folder: Path
    version: str
    """As in `18.6`."""
    superuser: str = SUPERUSER
    """What the role is called that `initdb` makes."""

    @property
    def major(self) -> int:
        """The major version."""
        return int(self.version.split(".")[0])

    @property
    def options(self) -> dict[str, str]:
        """The server's settings."""
        # By default PostgreSQL 18 starts three processes more, which read for the others.
        return OPTIONS | ({"io_method": "sync"} if self.major >= 18 else {})

    @property
    def initdb(self) -> list[str]:
        """The arguments of `initdb`, besides folder and character type."""
        arguments = [f"--username={self.superuser}", "--auth=trust", "--encoding=UTF8"]
        # Where it fails, its folder tells what it leaves in the kernel.
        arguments += ["--no-sync", "--no-clean"]
        # A new cluster has a whole segment of WAL, which is 16 MB by default.
        arguments += ["--wal-segsize=1"]
        # Sorting must not depend on the machine's C library.
        arguments += ["--locale=C", "--text-search-config=english"]
        if self.major >= 14:
            arguments += ["--no-instructions"]
        # Its own servers need shared memory, too, and find /dev/shm full.
        if self.major >= 16:
            arguments += [f"--set={name}={OPTIONS[name]}" for name in _OF_INITDB]
        # https://www.postgresql.org/docs/current/locale.html#LOCALE-PROVIDERS: this one is the
        # server's own, so that upper case is the same on every machine, too.
        if self.major >= 17:
            arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # Since 18 they are on by default. They find faults of disks, which nothing here outlives.
        if self.major >= 18:
            arguments += ["--no-data-checksums"]
        return arguments

    @property
    def archive(self) -> Path:
        """The file in the cache that has the initialised cluster.

        Its name depends on everything that the cluster depends on: the text of the supervisor, the
        arguments of `initdb`, the programs and the locales.
        """
        parts = [self.version, *self.initdb, *CHARACTER_TYPES, libc_version()]
        parts += [path.read_text("utf-8") for path in sorted(SUPERVISOR.glob("*.py"))]
        for name in (self.folder / "initdb", self.folder / "postgres", *LOCALES):
            path = Path(os.path.realpath(name))
            if path.exists():
                parts += [str(path), state(path.stat())]
        key = hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()
        return cache_folder() / CLUSTERS / f"{self.version}-{key[:24]}.tar"


def state(s: os.stat_result) -> str:
    """Return what tells that a file was changed, or that another one has its name.

    The change time tells of one that was replaced in place with the same size and modification
    time: no program can set it.
    """
    return f"{s.st_dev} {s.st_ino} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}"


SUPERVISOR = Path(__file__).with_name("supervisor")
LOCALES = (Path("/usr/lib/locale"), Path("/usr/lib/locale/locale-archive"))
"""Where the GNU C library has the locales that are installed."""


def libc_version() -> str:
    """Return the version of the GNU C library, '' where there is another one."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except ValueError:
        return ""


def named_folder(text: str, called: str) -> Path:
    """Return the folder of a server's programs that a setting names.

    `called` is the name of the setting where it was given. Raises ConfigError for a folder without
    these programs.
    """
    folder = expanded(text).absolute()
    if missing := missing_programs(folder):
        raise ConfigError(
            f"reading {called}={text}",
            because=missing,
            remedy="name the folder of the server's programs, as /usr/lib/postgresql/17/bin",
        )
    return folder


def missing_programs(folder: Path) -> str:
    """Return which of the programs a folder lacks, as a sentence; "" for none."""
    names = [name for name in ("initdb", "postgres") if not is_file(folder / name)]
    return f"it has no {' and no '.join(names)}" if names else ""


def inspect(folder: Path, called: str = "") -> Binaries:
    """Return the installation whose programs are in that folder.

    Raises DatabaseUnavailable when there is none, or none that this machine can run. If a setting
    names the folder, `called` is the setting's name, and the error is a ConfigError.
    """
    # With a setting that is wrong, `auto` must not go on to another server.
    unusable = ConfigError if called else DatabaseUnavailable
    tried = f"using the PostgreSQL in {folder}" + (f", of {called}" if called else "")
    if missing := missing_programs(folder):
        raise unusable(tried, because=missing)
    try:
        run = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
        problem = run.stderr.strip() or f"exit status {run.returncode}" if run.returncode else ""
    except OSError as error:
        problem = str(error)
    if problem:
        raise unusable(tried, because=f"postgres does not run here: {problem}")
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-1)": the packager's words may stand behind it.
    found = re.search(r"\) (\d+(?:\.\d+)*)", run.stdout)
    version = found[1] if found else "0"
    if int(version.split(".")[0]) < OLDEST:
        raise unusable(
            tried,
            because=f"it is {run.stdout.strip()}",
            remedy=f"use PostgreSQL {OLDEST} or a later one",
        )
    return Binaries(folder, version)
