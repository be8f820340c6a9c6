"""Waiting for a server, but not for ever."""

import time
from typing import TypeVar

from psycopg.abc import PQGen

T = TypeVar("T")


def within(seconds: float, work: PQGen[T]) -> PQGen[T]:
    """Let work on a connection go on as long as the server answers.

    The server's own time-outs do not help when it is frozen, or when its host goes away. psycopg
    interrupts its waiting several times a second, so this can look at the time.

    Raises TimeoutError.
    """
    until = time.monotonic() + seconds
    try:
        wanted = next(work)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise TimeoutError
            wanted = work.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result
