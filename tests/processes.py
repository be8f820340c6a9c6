"""Processes that tests start and look for, whatever comes of the tests."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def heed_signals() -> None:
    """Undo that this process ignores signals, because what it starts would inherit that.

    A job does that was started with nohup, or in the background.
    """
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            interrupt = number == signal.SIGINT
            signal.signal(number, signal.default_int_handler if interrupt else signal.SIG_DFL)


@contextmanager
def ended(process: "subprocess.Popen[Any]") -> Iterator["subprocess.Popen[Any]"]:
    """Yield a process of which nothing is left afterwards."""
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def descendants(pid: int) -> list[tuple[int, str]]:
    """Return process id and command line of all descendants of a process, from /proc.

    Not from `ps`, which cuts its lines where the variable COLUMNS says so.
    """
    table: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            table.setdefault(parent, []).append(int(entry.name))
    found, left = [], [pid]
    while left:
        for child in table.get(left.pop(), []):
            left.append(child)
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            found.append((child, command.decode(errors="replace").strip()))
    return found


def lives(pid: int) -> bool:
    """Return whether a process is there and not just waiting for its parent to notice its end."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
