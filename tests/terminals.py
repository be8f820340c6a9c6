"""A terminal: a program runs on it, and what its screen shows in the end can be read."""

import os
import pty
import re
import subprocess
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ

_CODE = re.compile(r"\x1b\[(\d*)([A-Za-z])")


def on_a_terminal(
    command: Sequence[str], folder: Path, *, columns: int = 80, timeout: float = 120
) -> tuple[int, str]:
    """Run a command on a terminal; return its exit code and all that it has written."""
    main, side = pty.openpty()
    ioctl(side, TIOCSWINSZ, pack("HHHH", 50, columns, 0, 0))
    unset = ("COLUMNS", "LINES", "NO_COLOR", "PY_COLORS", "FORCE_COLOR", "CI")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(
        command, cwd=folder, stdin=side, stdout=side, stderr=side, env={**kept, "TERM": "xterm"}
    )
    os.close(side)
    try:
        said = everything(main)
        return process.wait(timeout), said
    finally:
        process.kill()
        os.close(main)


def everything(descriptor: int) -> str:
    """Return all that is written on a terminal or into a pipe until its other side is closed."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    return b"".join(parts).decode(errors="replace")


def screen(said: str) -> list[str]:
    """Return the lines that a terminal shows after all of a text, without its colours."""
    lines, row, column, at = [""], 0, 0, 0
    while at < len(said):
        code = _CODE.match(said, at)
        if code:
            number = int(code[1] or 1)
            row -= number if code[2] == "A" else 0
            column = number - 1 if code[2] == "G" else column
            at = code.end()
            continue
        if said[at] == "\r":
            column = 0
        elif said[at] == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        else:
            lines[row] = f"{lines[row]:<{column}}"
            lines[row] = f"{lines[row][:column]}{said[at]}{lines[row][column + 1 :]}"
            column += 1
        at += 1
    return [line.rstrip() for line in lines]
