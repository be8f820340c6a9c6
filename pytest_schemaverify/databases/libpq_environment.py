"""Keeps libpq from reading environment variables.

https://www.postgresql.org/docs/current/libpq-envars.html
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The environment belongs to the whole process, and pytest may have threads.
_ALONE = threading.Lock()


@contextmanager
def without_variables() -> Iterator[None]:
    """Hide variables that are meant for the user's databases while we connect to our own server.

    A DSN cannot override all of them: `PGSERVICE` has to name a service that exists, and `PGTZ` a
    time zone that the server knows.
    """
    # All that begin with PG, since a later libpq may read more than the page lists.
    with _ALONE:
        hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)
