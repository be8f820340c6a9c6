"""The parser behind a fence: a text that crashes the parser does not end this process.

libpg_query checks no depth: each level of a tree takes up to 400 bytes of the stack, and a text
can have a level for every two characters. Short texts cannot fill a stack and are parsed here.
Longer ones are parsed in a separate process. It starts with the first such text, lives as long as
this process does, and is started again after a text has ended it.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from typing import IO, Any

from pytest_schemaverify.sql import parser
from pytest_schemaverify.sql.parser import Kind, Refused

__all__ = ["DEEP", "Kind", "Refused", "parsed"]

_HERE = 10_000
"""Characters of a text that is parsed in this process: it takes 1 MB of the stack at most."""
_LONGEST = 16_000_000
"""Characters of a text that is parsed at all: a tree takes 50 times as many bytes."""
DEEP = "it is too deeply nested to be read"
# Answers have no number: a second question before the answer would get that of the first.
_lock = threading.Lock()


def parsed(kind: Kind, source: str) -> bytes:
    """Return the tree of a text in JSON. Raises Refused."""
    if len(source) > _LONGEST:
        raise Refused(f"it is too long to be read: {len(source):,} characters")
    if (zero := source.find("\0")) >= 0:
        raise Refused("it holds a zero byte", zero + 1)
    try:
        encoded = source.encode()
    except UnicodeEncodeError as error:
        raise Refused("it holds half a character (a surrogate)", error.start + 1) from None
    # `#option dump` prints, which is discarded in the separate process.
    here = len(source) <= _HERE and not (kind == "plpgsql" and "#option" in source)
    try:
        return parser.parse(_library(), kind, encoded) if here else _apart(kind, encoded)
    except Refused as error:
        if error.reason.startswith("memory exhausted"):  # of the grammar's own stack
            raise Refused(DEEP, error.position) from None
        raise


@cache
def _library() -> Any:
    return parser.library(parser.bindings())


class _Process:
    """`parser`, running as a program."""

    def __init__(self) -> None:
        self.program = subprocess.Popen(
            [
                sys.executable,
                # Isolated and without site-packages, because the program needs the standard library
                # alone.
                "-I",
                "-S",
                parser.__file__,
                parser.bindings(),
                str(os.getpid()),
                str(parser.SECONDS),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def streams(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        return self.program.stdin, self.program.stdout

    def ask(self, kind: Kind, source: bytes) -> bytes:
        questions, answers = self.streams
        with suppress(BrokenPipeError):  # then no answer comes, either
            questions.write(parser.framed(kind, source))
            questions.flush()
        answer = parser.received(answers.read)
        if answer is None:
            raise EOFError
        if answer[0] == "r":
            position, _, reason = answer[1].decode().partition(" ")
            # An answer like any other: the program reads on.
            raise Refused(reason, int(position))
        return answer[1]

    def end(self) -> int:
        """End it, and return how it ended: a signal's number where one did, negative."""
        for stream in self.streams:
            with suppress(BrokenPipeError):
                stream.close()
        return self.program.wait()


_processes: dict[int, _Process] = {}
"""By the process that started it: a fork of this process starts its own."""


def _apart(kind: Kind, source: bytes) -> bytes:
    ours = os.getpid()
    with _lock:
        process = _processes.get(ours) or _Process()
        _processes[ours] = process
        try:
            return process.ask(kind, source)
        except Refused:
            raise
        except EOFError:
            del _processes[ours]
            ended = -process.end()
        except BaseException:  # Ctrl-C: its answer would be taken for the next question's
            del _processes[ours]
            process.program.kill()
            process.end()
            raise
    # The parser checks no depth, so a tree that is too deep has filled the stack.
    if ended == signal.SIGSEGV:
        raise Refused(DEEP)
    if ended in (getattr(signal, "SIGPROF", None), -parser.TOO_LONG):
        raise Refused(f"it takes longer than {parser.SECONDS} s to be read")
    how = signal.Signals(ended).name if ended > 0 else f"exit code {-ended}"
    raise Refused(f"reading it ended the parser ({how})")


@atexit.register
def _end() -> None:
    """End the program with us; if we are killed, it sees that its input ends."""
    if process := _processes.pop(os.getpid(), None):
        process.end()
