"""Runs the server's programs as the right user, in a plain environment, until we end at latest."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from .folders import make_locked

PR_SET_PDEATHSIG = 1  # linux/prctl.h; the standard library has no name for it
UNUSED = shutil.ignore_patterns("include", "*.a", "doc", "pgxs", "pkgconfig")
"""Files of an installation that are for building extensions, which no server needs."""

Account = dict[str, Any]
"""Arguments for `subprocess` that make a child run as the server's user; none if that is us."""


def server_account() -> Account:
    """Return the account that the server runs as, which is another one if we are root.

    PostgreSQL refuses to be root: https://www.postgresql.org/docs/current/postgres-user.html
    """
    if os.geteuid() != 0:
        return {}
    import pwd  # Windows has no such module, and looks for kept clusters, too

    # 65534 is nobody's number on Linux, also in an image whose /etc/passwd lacks the name.
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def make_private(account: Account, folder: Path) -> Path:
    """Create a folder that belongs to the server's user."""
    # The server refuses a data folder that others may enter, but for its own group (0750).
    folder.mkdir(0o700)
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


def environment() -> dict[str, str]:
    """Return an environment without variables that would change how the server runs."""
    # The server takes settings from PGPORT, PGDATESTYLE and PGCLIENTENCODING, which are meant for
    # the user's databases. Messages of initdb and tar are searched for causes, so they are English.
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**ours, "LC_ALL": "C", "TZ": "UTC"}


def dies_with_us(number: int) -> Callable[[], None]:
    """Return a function for `preexec_fn` that has the kernel send this signal when we die.

    Only Linux can. Elsewhere the next run ends a server whose supervisor was killed.
    """
    supervisor = os.getpid()

    def arrange() -> None:
        if sys.platform == "linux":
            # subprocess calls this when the child already is the server's user. A change of the
            # user afterwards would clear the signal, see prctl(2).
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
            # We may have died between the fork and the call, and then no signal comes.
            if os.getppid() != supervisor:
                os._exit(1)

    return arrange


def run(
    account: Account,
    *command: str | Path,
    meanwhile: Callable[[], None] = lambda: None,
    **streams: Any,
) -> tuple[int, str]:
    """Run a program that ends with us, and return its exit status and what it wrote to stderr.

    `meanwhile` is called while the program runs.
    """
    with subprocess.Popen(
        command,
        env=environment(),
        cwd="/",
        stderr=subprocess.PIPE,
        # SIGTERM and not SIGKILL: the servers that initdb runs end when it does, and they have to
        # free their shared memory.
        preexec_fn=dies_with_us(signal.SIGTERM),
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **streams},
        **account,
    ) as child:
        try:
            meanwhile()
            _, errors = child.communicate()
        except BaseException:  # a signal ends the supervisor by SystemExit
            child.terminate()
            child.communicate()  # until the last of its children is gone
            raise
    return child.returncode, errors.decode(errors="replace").strip()


def launch(account: Account, command: list[str | Path], log: Path) -> "subprocess.Popen[Any]":
    """Start the server as a child of ours, without `pg_ctl`, which would make init its parent."""
    # The log may have all statements of the migrations, so nobody else may read it.
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as output:
        return subprocess.Popen(
            command,
            env=environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=dies_with_us(signal.SIGQUIT),  # an immediate shutdown: nothing is kept
            **account,
        )


def executable(account: Account, bin_dir: Path, place: Path, cleanup: ExitStack) -> Path:
    """Return a folder of the same programs that the server's user may execute.

    Only root can enter a virtual environment below /root. Then the installation is linked, or
    copied, to `place`.
    """
    # Whether a user may execute a file depends on all folders above and on ACLs, so this is tried
    # as that user.
    test = ["/bin/sh", "-c", 'test -x "$1/initdb" && test -x "$1/postgres"', "sh", str(bin_dir)]
    if not account or subprocess.run(test, check=False, **account).returncode == 0:
        return bin_dir
    prefix = bin_dir.resolve().parent
    # The names of two folders are kept, because a wheel's programs find libraries by them.
    package = make_locked(place, cleanup) / prefix.parent.name
    copies = [(prefix, package / prefix.name)]
    libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")  # what a wheel bundles
    if libraries.is_dir():
        copies.append((libraries, package.with_name(libraries.name)))
    for source, target in copies:
        shutil.copytree(source, target, symlinks=True, copy_function=link_or_copy, ignore=UNUSED)
        target.chmod(0o755)
    package.chmod(0o755)
    return package / prefix.name / bin_dir.resolve().name


def link_or_copy(source: str, target: str) -> None:
    """Make a hard link to a file or, where that is not possible, a copy of it."""
    # A hard link alters the file's change time. That of initdb and postgres is part of the name of
    # the archive of their cluster, which would never be found again.
    with suppress(OSError):
        if Path(source).name not in ("initdb", "postgres"):
            os.link(source, target, follow_symlinks=False)
            return
    shutil.copy2(source, target, follow_symlinks=False)
