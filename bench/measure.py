"""Times of commands and of calls, taken in turns."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
_OURS = ("PYTEST_", "PYTHON", "PG")
"""Prefixes of environment variables that change what is measured."""


def rounds(measured: Mapping[str, Callable[[], float]], count: int) -> dict[str, list[float]]:
    """Return what each of them returned in each round, in seconds.

    They take turns, so that whatever else the machine does meets all of them alike.
    """
    times: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(1, count + 1):
        for name, measure in measured.items():
            times[name].append(measure())
            print(f"  round {number}: {times[name][-1]:7.3f} s  {name}", file=sys.stderr)
    return times


def call(function: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def command(
    arguments: Sequence[str | Path],
    *,
    folder: Path,
    expect: str,
    environment: Mapping[str, str] | None = None,
) -> float:
    """Return the seconds that a command takes in a folder.

    Exits when it fails or its output lacks what is expected: a comparison of work that is not the
    same says nothing.
    """
    # Into a file: whoever reads a pipe wakes up for each dot, and is measured too.
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        done = subprocess.run(
            arguments,
            cwd=folder,
            env=_surroundings() | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        seconds = time.perf_counter() - start
        output.seek(0)
        said = output.read()
    if done.returncode or expect not in said:
        shown = " ".join(map(str, arguments[:6]))
        sys.exit(f"`{shown} …` should say {expect!r}:\n{said[-4000:]}")
    return seconds


_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak(arguments: Sequence[str | Path], folder: Path) -> float:
    """Return the most memory that a command has had, in megabytes of 1,000,000 bytes."""
    # By a process between, which is small: one that is forked counts the memory of this one, too.
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments], cwd=folder, env=_surroundings(),
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) counts in kilobytes on Linux
    return int(done.stdout) * unit / 1e6


def _surroundings() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {"PYTHONPATH": str(REPOSITORY)}
