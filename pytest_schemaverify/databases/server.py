"""Starts a disposable PostgreSQL by way of its supervisor, and describes a running server."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from psycopg import conninfo

from pytest_schemaverify.databases import cache_folders, orphans
from pytest_schemaverify.databases.binaries import CHARACTER_TYPES, SUPERUSER, SUPERVISOR, Binaries
from pytest_schemaverify.databases.dsn import Dsn, OwnDsn
from pytest_schemaverify.databases.supervisor import KEEP, Copy, Order, folders
from pytest_schemaverify.databases.trusted_extensions import TRUSTED
from pytest_schemaverify.errors import DatabaseUnavailable, restored

HERE = Path(__file__).parent
MEMORY = "/dev/shm"
MEMORY_NEEDED = 512 * 1024 * 1024
"""Bytes that must be free in memory for a cluster to live there; an empty one takes 30 MB."""

ANSWER_TIMEOUT = 120.0
"""Seconds until the supervisor answers; on a slow and busy disk, initdb alone takes many."""

STOP_TIMEOUT = 15.0
"""Seconds until the supervisor has ended the server, before it is asked to end by a signal."""

NEUTRAL = {
    "PGCHANNELBINDING": ("channel_binding", "prefer"),
    "PGGSSENCMODE": ("gssencmode", "disable"),
    "PGHOSTADDR": ("hostaddr", ""),
    "PGOPTIONS": ("options", ""),
    "PGREQUIREAUTH": ("require_auth", ""),
    "PGREQUIREPEER": ("requirepeer", ""),
    "PGTARGETSESSIONATTRS": ("target_session_attrs", "any"),
}
"""Variables of libpq that would keep the user's own tests, which have the DSN, from our server.
With each is the parameter of a DSN that undoes it. Our own connections hide the variables
instead."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL on which we may create databases."""

    dsn: Dsn
    """A superuser's connection to its maintenance database `postgres`."""
    provider: str
    version: str
    """As in `18.6`."""
    notes: tuple[str, ...] = ()
    """Lines for the report's header."""
    mark: str = ""
    """The comment of our databases on an existing server; '' where the whole server is ours."""

    @property
    def is_ours(self) -> bool:
        """Whether its processes are ours and run on this machine."""
        return self.provider in ("embedded", "local")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run needs of a disposable server, besides what the user has chosen."""

    superuser: str = SUPERUSER
    """The role of our connections; on an existing server it is the role of the DSN."""
    alone: str = ""
    """Name of what needs a server without databases of other files; '' if nothing does."""
    platform: str = "postgres"
    """What its databases will resemble."""
    trusted: bool = False
    """Whether a role that is no superuser may create the extensions that it may on Supabase."""


PLAIN = Wish()
"""The wish of a run without special needs."""


@dataclass(frozen=True, slots=True)
class Supervised:
    """A disposable server, and its supervisor's process."""

    server: Server
    _supervisor: "subprocess.Popen[bytes]"

    def copied(self, archive: Path, *, watch: bool = False) -> str:
        """Write the data folder to a new file and return '', or the reason why there is no copy.

        The server is stopped and started again, which ends all connections. If it has logged all
        statements so far, `watch` says whether it goes on. Raises DatabaseUnavailable when it does
        not start again.
        """
        assert self._supervisor.stdin
        wanted: Copy = {"archive": str(archive), "watch": watch}
        self._supervisor.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._supervisor.stdin.flush()
        told = next_answer(self._supervisor, f"copying the PostgreSQL {self.server.version}")
        return str(told["refused"])


@contextmanager
def supervised(
    binaries: Binaries,
    *,
    provider: str,
    wish: Wish = PLAIN,
    keep: bool = False,
    places: Sequence[tuple[str, int]] = ((MEMORY, MEMORY_NEEDED),),
    begin: Path | None = None,
    platform: Path | None = None,
    watch: bool = False,
) -> Iterator[Supervised]:
    """Start a disposable server, and remove it with its files when the block is left.

    `keep` leaves it running, unless the block is left by an error. `places` are folders with the
    bytes that must be free in each; the first that has them gets the server's files, or else the
    folder for temporary files. Raises DatabaseUnavailable when the server does not start.

    `begin` is an archive of another server's data folder to start from. `platform` is one of a
    cluster that has a platform, if it is there. `watch` makes the server log all statements, from
    which its supervisor decides whether a copy may be kept.
    """
    binaries = replace(binaries, superuser=wish.superuser)
    order = _order(binaries, wish, places, keep=keep, watch=watch)
    order |= {"begin": str(begin or ""), "platform": str(platform or "")}
    supervisor = _spawn(order)
    try:
        # Here, while the server starts, tidying up costs no time.
        orphans.remove(
            [*(place for place, _ in order["places"]), *folders.SHORT, *cache_folders.all_folders()]
        )
        told = next_answer(
            supervisor, f"starting PostgreSQL {binaries.version} from {binaries.folder}"
        )
        dsn = _dsn(told["socket"], wish.superuser)
        notes = [cache_folders.obstacle(binaries.archive.parent)] if not order["archive"] else []
        if keep:
            notes += [
                f"its files are in {told['folder']}",
                f"left running: psql '{dsn}'",
                f"to stop it and to remove its files: kill {told['supervisor']}",
            ]
        notes = [note for note in notes if note]
        yield Supervised(Server(dsn, provider, binaries.version, tuple(notes)), supervisor)
        if keep:
            write_to(supervisor, f"{KEEP}\n".encode())
    finally:
        end(supervisor)


def _dsn(socket: str, user: str) -> Dsn:
    """Return the DSN of a socket, with parameters that undo libpq's variables."""
    neutral = {key: value for name, (key, value) in NEUTRAL.items() if name in os.environ}
    address = conninfo.make_conninfo(host=socket, port=5432, user=user, dbname="postgres")
    return OwnDsn(conninfo.make_conninfo(address, **neutral))


def _order(
    binaries: Binaries,
    wish: Wish,
    places: Sequence[tuple[str, int]],
    *,
    keep: bool,
    watch: bool,
) -> Order:
    return {
        "bin_dir": str(binaries.folder),
        "major": binaries.major,
        "initdb": binaries.initdb,
        "character_types": CHARACTER_TYPES,
        "options": binaries.options,
        "places": [*places, (tempfile.gettempdir(), 0)],
        "stand_ins": str(HERE / "stand_ins"),
        "trusted": trusted(wish),
        "archive": _archive(binaries),
        "platform": "",
        "begin": "",
        "watch": watch,
        "keep": keep,
        "parent": os.getpid(),
    }


def trusted(wish: Wish) -> list[str]:
    """Return the names of the extensions that become trusted."""
    return [*TRUSTED] if wish.trusted else []


def _archive(binaries: Binaries) -> str:
    """Return the file that keeps the cluster between runs, '' where others could write to it."""
    archive = binaries.archive
    return str(archive) if cache_folders.is_private(archive.parent) else ""


def _spawn(order: Order) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        # -I and -S: without site-packages and variables of Python it starts faster, and in the same
        # way everywhere. The order has no secrets, so that it may be an argument.
        [sys.executable, "-I", "-S", str(SUPERVISOR), json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",  # so that the folder of the run can be removed before it ends
        start_new_session=True,  # a terminal's Ctrl-C is for pytest alone
    )


def next_answer(supervisor: "subprocess.Popen[bytes]", tried: str) -> dict[str, Any]:
    """Return the supervisor's next line, as JSON. Raises DatabaseUnavailable with `tried`.

    That is for a supervisor that reports an error, ends, or does not answer in time.
    """
    assert supervisor.stdout
    assert supervisor.stderr
    poll = select.poll()
    poll.register(supervisor.stdout, select.POLLIN)
    told: dict[str, Any] = {"error": f"no answer within {ANSWER_TIMEOUT:.0f} seconds"}
    if poll.poll(ANSWER_TIMEOUT * 1000):
        line = supervisor.stdout.readline()
        # An empty line is the end of its output. What Python wrote when it ended is on stderr.
        ended = {"error": "its supervisor ended without a word"}
        told = json.loads(line) if line else ended
        if told == ended:
            told["error"] += f"\n{supervisor.stderr.read().decode(errors='replace').strip()}"
    # A keeper has errors of ours, with their parts; the supervisor does not know these classes.
    if "failure" in told:
        raise restored(DatabaseUnavailable, told["failure"])
    if "error" in told:
        raise DatabaseUnavailable(tried, because=told["error"], remedy=_remedy(told["error"]))
    return told


def _remedy(error: str) -> str:
    """Return what to do about an error of `initdb`, by parts of its English messages, or ''."""
    # Before 16 the servers that initdb runs take dynamic shared memory from /dev/shm.
    if "shared memory segment" in error:
        return (
            f"make {MEMORY} larger (docker run --shm-size=64m), or use PostgreSQL 16 or later,"
            " whose initdb can do without"
        )
    if "No space left" in error:
        return f"make room in {tempfile.gettempdir()}, or set TMPDIR to a folder with room"
    if "could not look up effective user ID" in error:
        return (
            f"add user {os.geteuid()} to /etc/passwd, where initdb looks it up (in an image:"
            f" `RUN useradd --uid {os.geteuid()} tests`), run as a user that is there, or name a"
            " server with --schema-server"
        )
    if "Operation not permitted" in error and os.geteuid() == 0:
        return (
            "run the tests as an ordinary user: PostgreSQL refuses to be root, and this root may"
            " not become somebody else"
        )
    return ""


def write_to(supervisor: "subprocess.Popen[bytes]", words: bytes) -> None:
    """Write some bytes to a supervisor or keeper, if it is still there."""
    assert supervisor.stdin
    with suppress(OSError):
        os.write(supervisor.stdin.fileno(), words)


def end(supervisor: "subprocess.Popen[bytes]") -> None:
    """Let a supervisor or keeper end by closing its standard input, and wait for its end."""
    assert supervisor.stdin
    assert supervisor.stdout
    assert supervisor.stderr
    supervisor.stdin.close()
    poll = select.poll()
    poll.register(supervisor.stdout, 0)
    try:
        # For the end of its output: Popen.wait with a time-out sleeps for up to 50 ms at a time.
        poll.poll(STOP_TIMEOUT * 1000)
        supervisor.wait(1)
    except subprocess.TimeoutExpired:
        supervisor.terminate()
        supervisor.wait(STOP_TIMEOUT)
    finally:
        supervisor.stdout.close()
        supervisor.stderr.close()
