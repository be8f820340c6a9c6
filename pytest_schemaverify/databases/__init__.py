"""Where a disposable database comes from."""

from pytest_schemaverify.databases.dsn import Dsn, connect, redacted
from pytest_schemaverify.databases.migration_role import provide, session_as
from pytest_schemaverify.databases.providers import Servers, start
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
