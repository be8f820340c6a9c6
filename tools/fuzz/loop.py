"""Tries inputs in a child process, because a problem may end the process."""

import itertools
import multiprocessing
import os
import re
import signal
import sys
import time
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any

from .inputs import made
from .trial import problem

DEADLINE = 20.0
"""Seconds of the processor that one input may take."""
ENOUGH = 20
"""Kinds of problems after which the search ends."""
_FRAME = re.compile(r'File ".*?pytest_schemaverify/(.*?)", line (\d+)')


def asks(number: int) -> bool:
    """Return whether an input is one of those that a database is asked about."""
    return number % 8 == 0


def work(
    pipe: "Connection[Any, Any]", seed: str, first: int, dsn: str, home: str, deadline: float
) -> None:
    """Try inputs one after the other; send each number before, and what was wrong after it.

    An input that takes longer than `deadline` ends the process with SIGPROF. Only its own processor
    time counts, so it does not matter what else the machine does.
    """
    os.environ |= {"HOME": home, "XDG_CACHE_HOME": home, "TMPDIR": home}
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for number in itertools.count(first):
        pipe.send(number)
        signal.setitimer(signal.ITIMER_PROF, deadline)
        pipe.send(problem(made(seed, number), dsn if asks(number) else ""))


def kind(wrong: str) -> str:
    """Return what problems of one kind share: the last place in the product, and the error."""
    first, *_, last = [*wrong.strip().splitlines(), ""]
    frames = _FRAME.findall(wrong)
    return (
        f"{':'.join(frames[-1])} {last.partition(':')[0]}"
        if frames
        else first.partition(":")[0][:60]
    )


def fuzz(
    seed: str, seconds: float, dsn: str = "", deadline: float = DEADLINE, start: str = "spawn"
) -> tuple[int, dict[int, str]]:
    """Return how many inputs were tried, and what was wrong by their numbers.

    With a DSN some of the files are verified against that database.
    """
    processes: Any = multiprocessing.get_context(start)
    found: dict[int, str] = {}
    end, number = time.monotonic() + seconds, 0
    with TemporaryDirectory() as home:
        while time.monotonic() < end and len(set(map(kind, found.values()))) < ENOUGH:
            number = _with_child(processes, (seed, number, dsn, home, deadline), found, end)
    return number, found


def _with_child(processes: Any, given: tuple[Any, ...], found: dict[int, str], end: float) -> int:
    """Have a process try inputs until it fails; return the number to go on with."""
    pipe, other = processes.Pipe()
    child = processes.Process(target=work, args=(other, *given), daemon=True)
    child.start()
    other.close()
    try:
        number = _watched(pipe, given[1], found, end, given[-1])
    finally:
        child.kill()
        child.join()
        pipe.close()
    if child.exitcode == -signal.SIGPROF:
        found[number - 1] = f"no end after {given[-1]:g} seconds of work"
    return number


def _watched(
    pipe: "Connection[Any, Any]", number: int, found: dict[int, str], end: float, deadline: float
) -> int:
    """Follow a child until it fails or the time is over; return the number to go on with."""
    patience = _START
    while (left := end - time.monotonic()) > 0:
        try:
            if not pipe.poll(min(patience, left)):
                if patience > left:
                    break
                found[number] = f"no end after {patience:g} seconds"
                return number + 1
            answer = pipe.recv()
        except (EOFError, OSError):
            found[number] = "the process that tried it died"
            return number + 1
        if isinstance(answer, int):
            number, patience = answer, _ASLEEP * deadline
        elif answer:
            found[number] = answer
            if len(set(map(kind, found.values()))) >= ENOUGH:
                break
    return number


_ASLEEP = 20
"""How many times the deadline an input may take when it waits instead of working."""
_START = 120.0
"""Seconds that a child may take to import everything."""
