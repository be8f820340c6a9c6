"""A deadline for a server that does not answer."""

import time
from typing import TypeVar

from psycopg.abc import PQGen

T = TypeVar("T")


def with_deadline(seconds: float, work: PQGen[T]) -> PQGen[T]:
    """Wrap a generator of psycopg, which then raises TimeoutError after so many seconds of silence.

    The server's own time-outs do not help when it is frozen, or when its host goes away.
    """
    until = time.monotonic() + seconds
    try:
        wanted = next(work)
        while True:
            # psycopg sends an empty value when nothing is ready, several times a second, so that
            # this can look at the time.
            ready = yield wanted
            if not ready and time.monotonic() > until:
                raise TimeoutError
            wanted = work.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result
