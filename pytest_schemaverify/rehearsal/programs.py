"""Programs of a project, each run to its end, with bounds."""

import errno
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

_LOG = 15
"""Lines of what a command says that a failure shows."""
_TAIL = 64 * 1024
"""Bytes in which these lines are looked for."""
MOST = 256 * 2**20
"""Bytes that a command may print or say: one that never ends must not fill the disk."""
_LOOK = 0.05
"""Seconds after which it is looked whether a command has ended."""
_UNSTARTED = {
    errno.ENOENT: (
        "there is no program {0}",
        "install it where pytest runs, or name it with its folder",
    ),
    errno.EACCES: ("{0} may not be run", "see whether it is a program: `chmod +x {0}`"),
    errno.ENOEXEC: (
        "{0} is no program",
        "begin it with a line such as `#!/bin/sh`, or name in front what runs it: `sh {0}`",
    ),
}
"""Why a program does not start, and what to do."""


def ended(
    words: Sequence[str], folder: Path, seconds: float, output: IO[bytes], log: IO[bytes]
) -> tuple[str, str]:
    """Run a command in a folder to its end; return why it has failed, and what to do."""
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=log,
            start_new_session=True,  # so that what it starts can be ended with it
        )
    except OSError as error:
        return _unstarted(error, shlex.quote(words[0]))
    try:
        why = _waited(process, seconds, (output, log))
    finally:
        # Whatever interrupts us, such as Ctrl-C, the command must not go on, and neither may
        # what it leaves behind: that could write to what is kept.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    if code and not why[0]:
        how = f"exit code {code}" if code > 0 else f"signal {signal.Signals(-code).name}"
        return f"it ended with {how}", ""
    return why


def _waited(
    process: subprocess.Popen[bytes], seconds: float, files: Sequence[IO[bytes]]
) -> tuple[str, str]:
    """Wait for the end of a command; return why it is waited no longer, and what to do."""
    until = time.monotonic() + seconds
    while process.poll() is None:
        if any(os.fstat(file.fileno()).st_size > MOST for file in files):
            return f"it printed more than {MOST >> 20} MB", "let it print the SQL, and end"
        if time.monotonic() > until:
            return (
                f"it had not ended after {seconds:g} s",
                "give it more time, `command: {seconds: …}`, or see what it waits for",
            )
        time.sleep(_LOOK)
    return "", ""


def _unstarted(error: OSError, program: str) -> tuple[str, str]:
    because, remedy = _UNSTARTED.get(error.errno or 0, (error.strerror or str(error), ""))
    return because.format(program), remedy.format(program)


def environment() -> Mapping[str, str]:
    """Return the environment of a command: ours, with the programs of this Python in front.

    A tool that is installed beside pytest is meant, whether or not its environment is activated.
    """
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {**os.environ, "PATH": os.pathsep.join(folders)}


def last_lines(file: IO[bytes]) -> str:
    """Return the last lines of what a command has said, below the line that they explain."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
    lines = file.read().decode(errors="replace").strip().splitlines()[-_LOG:]
    return "".join(f"\n{line[:200]}" for line in lines)


def is_blank(output: IO[bytes]) -> bool:
    """Return whether a command has printed nothing but blanks."""
    output.seek(0)
    return all(line.isspace() for line in output)
