"""A server of its own for a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.binaries import Binaries
from pytest_schemaverify.databases.server import supervised


@contextmanager
def running(binaries: Binaries, **wanted: Any) -> Iterator[Server]:
    """Start a disposable server, without its supervisor's process."""
    with supervised(binaries, **wanted) as started:
        yield started.server
