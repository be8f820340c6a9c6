"""Variables of the environment that libpq reads, and how it is kept from reading them."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ALONE = threading.Lock()


@contextmanager
def without_variables() -> Iterator[None]:
    """Hide the variables for the user's databases from libpq while we connect to a server of ours.

    A DSN cannot undo all of them: `PGSERVICE` has to be a service that exists, and `PGTZ` a time
    zone that the server knows.
    """
    with _ALONE:
        hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)
