from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config

Connection = psycopg.Connection[Any]
Write = Callable[..., Path]

_numbers = count(1)


@pytest.fixture(scope="session")
def untouched() -> Iterator[databases.Server]:
    """A server of these tests alone: roles are the cluster's, and no platform is here."""
    with databases.start(Config()) as server:
        yield server


@pytest.fixture
def connection(untouched: databases.Server) -> Iterator[Connection]:
    """A connection in autocommit mode to an empty database of the test's own."""
    name = f"migrations_{next(_numbers)}"
    built = databases.create(untouched, name=name, platform="postgres", extensions={})
    with databases.connect(built.dsn, autocommit=True) as connection:
        yield connection
    databases.drop(untouched, name)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below a folder and return the folder; text or bytes by relative path."""

    def write(files: dict[str, str | bytes], folder: str = "migrations") -> Path:
        directory = tmp_path / folder
        directory.mkdir(exist_ok=True)
        for name, content in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return directory

    return write
