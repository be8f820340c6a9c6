"""Programs that tidy up after us, however we end: they live as long as their standard input."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import psycopg

from pytest_schemaverify.settings.paths import expanded

LEAVE = b"k"
"""What a caller writes to such a program to keep it from removing anything."""

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def spawn(module: str, order: Mapping[str, Any]) -> "subprocess.Popen[bytes]":
    """Start a module of ours as a program, and give it its order.

    The order goes to its standard input; arguments can be read by every user of the machine.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **_home(), "PYTHONPATH": os.pathsep.join(_places())},
        start_new_session=True,  # a terminal's Ctrl-C is for pytest alone
    )
    assert process.stdin
    with suppress(BrokenPipeError):  # whoever waits for its answer sees that it has ended
        process.stdin.write(json.dumps({**order, "parent": os.getpid()}).encode() + b"\n")
        process.stdin.flush()
    return process


def _home() -> dict[str, str]:
    """Return a home for a user without one, because libraries look for settings there."""
    return {} if expanded("~").is_absolute() else {"HOME": tempfile.gettempdir()}


def _places() -> list[str]:
    """Return where our packages are, also when only pytest was told.

    Not all of `sys.path`: pytest puts folders of tests there, whose modules may have any name.
    """
    ours = [str(Path(__file__).parents[3]), str(Path(psycopg.__file__ or "").parents[1])]
    return list(dict.fromkeys([*ours, *filter(None, [os.environ.get("PYTHONPATH", "")])]))


def received() -> dict[str, Any]:
    """Return the order; from now on, signals end the program by way of its `finally`."""
    for number in SIGNALS:
        signal.signal(number, _leave)
    order: dict[str, Any] = json.loads(_line())
    return order


def tell(**fields: Any) -> None:
    """Write the one line that the caller waits for."""
    print(json.dumps(fields), flush=True)


def wait(parent: int) -> bool:
    """Return when the caller is done or gone: whether it wants to leave what there is."""
    while os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], 1)
        if readable:
            return os.read(0, 1) == LEAVE
    return False


def ignore_signals() -> None:
    """Let nothing disturb the tidying up."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _line() -> bytes:
    """Return the first line of the standard input, and not a byte more."""
    text = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        text += byte
    return text


def _leave(*_: object) -> NoReturn:
    ignore_signals()
    sys.exit(1)
