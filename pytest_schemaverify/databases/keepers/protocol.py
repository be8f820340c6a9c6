"""How pytest starts a keeper and talks with it.

A keeper gets its order as one line of JSON, answers with one line, and waits. It tidies up when its
standard input ends or its parent process is gone, which the kernel sees to however pytest ends.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from pytest_schemaverify.databases.supervisor.signals import exit_on_signals
from pytest_schemaverify.settings.paths import expanded

LEAVE = b"k"
"""The byte that the caller writes when nothing is to be removed."""


def spawn(module: str, order: Mapping[str, Any]) -> "subprocess.Popen[bytes]":
    """Start a module of ours as a program, and write the order to its standard input."""
    # The order has passwords, and `ps` shows arguments to every user of the machine.
    process = subprocess.Popen(
        # -P: with -m, Python would look for modules in the current folder first, which is the
        # user's.
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **_home(), "PYTHONPATH": os.pathsep.join(_package_folders())},
        start_new_session=True,  # a terminal's Ctrl-C is for pytest alone
    )
    assert process.stdin
    with suppress(BrokenPipeError):  # the caller waits for an answer, and sees that it has ended
        process.stdin.write(json.dumps({**order, "parent": os.getpid()}).encode() + b"\n")
        process.stdin.flush()
    return process


def _home() -> dict[str, str]:
    """Return a HOME for a user without one, because libraries look for settings there."""
    # Such as docker, which reads ~/.docker/config.json.
    return {} if expanded("~").is_absolute() else {"HOME": tempfile.gettempdir()}


def _package_folders() -> list[str]:
    """Return the folders of our packages, which only this process may know: `pythonpath` of pytest.

    `sys.path` as a whole will not do: pytest puts folders of tests there, and a test module may
    have the name of one that the program imports.
    """
    ours = [str(Path(__file__).parents[3]), str(Path(psycopg.__file__ or "").parents[1])]
    return list(dict.fromkeys([*ours, *filter(None, [os.environ.get("PYTHONPATH", "")])]))


def read_order() -> dict[str, Any]:
    """Return the order. From now on, signals end the program through its `finally` blocks."""
    # Before the order is read, because what it asks for is created soon after.
    exit_on_signals()
    order: dict[str, Any] = json.loads(_first_line())
    return order


def answer(**fields: Any) -> None:
    """Write the one line that the caller waits for."""
    print(json.dumps(fields), flush=True)


def wait_for_caller(parent: int) -> bool:
    """Wait until the caller is done or gone, and return whether nothing is to be removed."""
    # The end of the input alone would not do: a child of pytest that lives on keeps the pipe open.
    while os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], 1)
        if readable:
            return os.read(0, 1) == LEAVE
    return False


def _first_line() -> bytes:
    """Return the first line of the standard input, and read not a byte more."""
    # A buffered reader would take LEAVE along, for which `wait` looks at the descriptor.
    text = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        text += byte
    return text
