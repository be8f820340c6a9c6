"""Where a disposable database comes from."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# First of all modules here, because it says what to do where psycopg finds no libpq.
import pytest_schemaverify.databases.dsn  # noqa: F401

if TYPE_CHECKING:
    from pytest_schemaverify.databases.dsn import Dsn, connect, redacted
    from pytest_schemaverify.databases.migration_role import provide, session_as
    from pytest_schemaverify.databases.providers import start
    from pytest_schemaverify.databases.read_only_connections import read_only, reader
    from pytest_schemaverify.databases.scratch import (
        Built,
        clone,
        copied,
        create,
        drop,
        let_go,
        roles_marked,
    )
    from pytest_schemaverify.databases.server import Server, Wish
    from pytest_schemaverify.databases.servers import Servers

__all__ = [
    "Built",
    "Dsn",
    "Server",
    "Servers",
    "Wish",
    "clone",
    "connect",
    "copied",
    "create",
    "drop",
    "let_go",
    "provide",
    "read_only",
    "reader",
    "redacted",
    "roles_marked",
    "session_as",
    "start",
]
_MODULES = {
    "dsn": ("Dsn", "connect", "redacted"),
    "migration_role": ("provide", "session_as"),
    "providers": ("start",),
    "read_only_connections": ("read_only", "reader"),
    "scratch": ("Built", "clone", "copied", "create", "drop", "let_go", "roles_marked"),
    "server": ("Server", "Wish"),
    "servers": ("Servers",),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # Whoever reads an existing database does not wait for what starts servers.
        for module, names in _MODULES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
