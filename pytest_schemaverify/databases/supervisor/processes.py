"""Programs of the server: who runs them, in what surroundings, and that they die with us."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from .folders import make

PR_SET_PDEATHSIG = 1
UNUSED = shutil.ignore_patterns("include", "*.a", "doc", "pgxs", "pkgconfig")

Account = dict[str, Any]
"""Arguments for `subprocess` that make a child run as the server's user; none if that is us."""


def server_account() -> Account:
    """Return whom the server runs as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def own(account: Account, folder: Path) -> Path:
    """Create a folder that belongs to the server's user."""
    folder.mkdir(0o700)
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


def environment() -> dict[str, str]:
    """Return an environment in which nothing but the order decides about the server."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**ours, "LC_ALL": "C", "TZ": "UTC"}


def dies_with_us(number: int) -> Callable[[], None]:
    """Return what a child does before it starts, so that our death sends it that signal."""
    supervisor = os.getpid()

    def arrange() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != supervisor:
                os._exit(1)

    return arrange


def run(
    account: Account,
    *command: str | Path,
    meanwhile: Callable[[], None] = lambda: None,
    **streams: Any,
) -> tuple[int, str]:
    """Return exit status and error text of a program that ends with us, with its children.

    `meanwhile` is done while it runs.

    It is asked to end, not killed: the servers that `initdb` runs have shared memory to free, and
    end by themselves when it does.
    """
    with subprocess.Popen(
        command,
        env=environment(),
        cwd="/",
        stderr=subprocess.PIPE,
        preexec_fn=dies_with_us(signal.SIGTERM),
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **streams},
        **account,
    ) as child:
        try:
            meanwhile()
            _, errors = child.communicate()
        except BaseException:
            child.terminate()
            child.communicate()  # until the last of its children is gone
            raise
    return child.returncode, errors.decode(errors="replace").strip()


def launch(account: Account, command: list[str | Path], log: Path) -> "subprocess.Popen[Any]":
    """Start the server; it is our own child, so that its end is our business alone."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as output:
        return subprocess.Popen(
            command,
            env=environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=dies_with_us(signal.SIGQUIT),
            **account,
        )


def executable(account: Account, bin_dir: Path, place: Path, cleanup: ExitStack) -> Path:
    """Return a folder of the same programs that the server's user may execute.

    A virtual environment below /root is closed to everybody else; then the installation is
    linked, or copied, to where it is not.
    """
    test = ["/bin/sh", "-c", 'test -x "$1/initdb" && test -x "$1/postgres"', "sh", str(bin_dir)]
    if not account or subprocess.run(test, check=False, **account).returncode == 0:
        return bin_dir
    prefix = bin_dir.resolve().parent
    package = make(place, cleanup) / prefix.parent.name
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
    """Give a file a second name or, on another file system, a second copy."""
    # A second name changes the file's change time, and by that of these the archive is known.
    with suppress(OSError):
        if Path(source).name not in ("initdb", "postgres"):
            os.link(source, target, follow_symlinks=False)
            return
    shutil.copy2(source, target, follow_symlinks=False)
