"""libpg_query, called in this process or in a separate one, which may crash without harm.

As a program this reads questions from its standard input and writes answers, until the input ends
or its parent is gone. It imports only the standard library, so it starts in 20 ms.
"""

import ctypes
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Literal

Kind = Literal["sql", "escaping", "plpgsql"]
"""`escaping` is SQL in which backslashes escape: without standard_conforming_strings."""

HEADER = 12
"""Bytes before a question and before an answer: the length of what follows, and its kind."""
SECONDS = 10
"""Of the processor: so long may one text take in the separate process, which SIGPROF then ends."""
TOO_LONG = 124
"""The exit code that says so on Windows, which has no SIGPROF."""
_STACK = 64 << 20
"""Bytes. The parser takes up to 400 for each level of a statement, and checks no limit."""
_MEMORY = 4 << 30
_ESCAPING = 32
"""PG_QUERY_DISABLE_STANDARD_CONFORMING_STRINGS of libpg_query."""
_KINDS: dict[str, Kind] = {"s": "sql", "e": "escaping", "p": "plpgsql"}
"""By the letter with which a question says its kind."""


class Refused(Exception):
    """The parser does not accept a text; `position` is a character, from 1, or 0."""

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def bindings() -> str:
    """Return the file of postgast that binds the library.

    It is loaded alone: the package around it imports protobuf, which takes 0.1 s and is not needed.
    """
    found = find_spec("postgast")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'postgast'", name="postgast")
    return str(Path(found.origin).with_name("native.py"))


def library(path: str) -> Any:
    """Return the library with its functions declared."""
    spec = spec_from_file_location("_libpg_query", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    lib = module.lib
    lib.pg_query_parse_opts.argtypes = [ctypes.c_char_p, ctypes.c_int]
    lib.pg_query_parse_opts.restype = lib.pg_query_parse.restype
    return lib


def parse(lib: Any, kind: Kind, source: bytes) -> bytes:
    """Return the tree of a text in JSON. Raises Refused; may end the process."""
    ask, free, field = {
        "sql": (lib.pg_query_parse, lib.pg_query_free_parse_result, "parse_tree"),
        "escaping": (
            lambda text: lib.pg_query_parse_opts(text, _ESCAPING),
            lib.pg_query_free_parse_result, "parse_tree",
        ),
        "plpgsql": (
            lib.pg_query_parse_plpgsql, lib.pg_query_free_plpgsql_parse_result, "plpgsql_funcs"
        ),
    }[kind]  # fmt: skip
    result = ask(source)
    try:
        if result.error:
            error = result.error.contents
            said = (error.message or b"unknown error").decode(errors="replace")
            raise Refused(said.splitlines()[0], error.cursorpos)
        tree: bytes = getattr(result, field)
        return tree
    finally:
        free(result)


def framed(kind: str, content: bytes) -> bytes:
    """Return a question or an answer as it is sent."""
    # As wide for every length, so that the reader knows how many bytes to wait for.
    return f"{len(content):>{HEADER - 1}}{kind[0]}".encode() + content


def received(read: Callable[[int], bytes]) -> tuple[str, bytes] | None:
    """Return the first letter of the kind, and the content; None at the end."""
    header = read(HEADER)
    if len(header) < HEADER:
        return None
    length = int(header[:-1])
    content = read(length)
    return (chr(header[-1]), content) if len(content) == length else None


def _serve(lib: Any, answers: int, parent: int, seconds: int) -> None:
    def read(size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            # The input may stay open when our parent is gone, because processes that it forked have
            # the pipe, too. So its id is looked at every second. Windows has no fork, and there
            # `select` takes no pipe.
            while hasattr(os, "fork") and not select.select([0], [], [], 1)[0]:
                if os.getppid() != parent:
                    return b""
            part = os.read(0, min(size - len(parts), 1 << 20))
            if not part:
                return b""
            parts += part
        return bytes(parts)

    while question := received(read):
        stop = _bounded(seconds)
        try:
            answer = framed("tree", parse(lib, _KINDS[question[0]], question[1]))
        except Refused as error:
            answer = framed("refused", f"{error.position} {error.reason}".encode())
        stop()
        while answer:
            answer = answer[os.write(answers, answer) :]


def _bounded(seconds: int) -> Callable[[], object]:
    """Let this process end after so many seconds; return what calls that off."""
    if hasattr(signal, "setitimer"):
        # Nothing handles this signal, so that it ends the process at once, in the middle of the
        # parser.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        return lambda: signal.setitimer(signal.ITIMER_PROF, 0)
    # On Windows, by the clock. The parser lets other threads run.
    timer = threading.Timer(seconds, os._exit, [TOO_LONG])
    timer.start()
    return timer.cancel


def main() -> None:
    """Answer questions until the input ends or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for pytest alone
    _limit_memory()
    answers = os.dup(1)
    os.dup2(2, 1)  # `#option dump` in a body prints
    path, parent, seconds = sys.argv[1:]
    # In a thread, because the stack of the main thread is as large as the limit was at the start.
    threading.stack_size(_STACK)
    thread = threading.Thread(
        target=_serve, args=(library(path), answers, int(parent), int(seconds))
    )
    thread.start()
    thread.join()


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # on Windows
        return
    # With 0 a core is still handed to a program that collects them; with 1 it is not.
    for limit, most in ((resource.RLIMIT_CORE, 1), (resource.RLIMIT_AS, _MEMORY)):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(limit, (most, hard))
        except (OSError, ValueError):
            continue  # macOS has no limit of memory


if __name__ == "__main__":
    main()
