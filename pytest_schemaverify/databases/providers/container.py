"""PostgreSQL in a container, by way of testcontainers."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from pytest_schemaverify.databases.binaries import OPTIONS
from pytest_schemaverify.databases.dsn import OwnDsn, connect
from pytest_schemaverify.databases.keepers import protocol
from pytest_schemaverify.databases.server import (
    HERE,
    PLAIN,
    Server,
    Wish,
    end,
    next_answer,
    trusted,
    write_to,
)
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

PROGRAM = "pytest_schemaverify.databases.keepers.container"

IMAGE = "pgvector/pgvector:pg18"
"""The image, unless --schema-image names another: Docker's official one, with pgvector."""

SETTINGS = {
    **{name: value for name, value in OPTIONS.items() if name != "unix_socket_permissions"},
    "listen_addresses": "*",
    "unix_socket_directories": "/var/run/postgresql",
}
"""The settings of every disposable server, changed for a container.

Its port has to listen for the engine, which forwards to it, and its socket is where the image's own
scripts look for it.
"""


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run the server of an image, which is pulled if need be. Raises DatabaseUnavailable."""
    # The package is an extra. Only the keeper imports it, which takes time and memory.
    if find_spec("testcontainers") is None:
        raise DatabaseUnavailable(
            "looking for a way to run containers",
            because="the package testcontainers is not installed in this environment",
            remedy="pip install 'pytest-schemaverify[container]'",
        )
    image = config.image or IMAGE
    order = {"image": image, "options": SETTINGS, "keep": config.keep}
    order |= {"superuser": wish.superuser, "stand_ins": str(HERE / "stand_ins")}
    order["trusted"] = trusted(wish)
    process = protocol.spawn(PROGRAM, order)
    try:
        told = next_answer(process, f"running {image} in a container")
        dsn = OwnDsn(told["dsn"])
        with connect(dsn) as connection:
            version = connection.info.parameter_status("server_version") or ""
        # "18.1 (Debian 18.1-1.pgdg13+2)" in images of Debian: the first word is the version.
        notes = [f"container {told['container']} of {image}"]
        if config.keep:
            notes += [
                f"its password: docker exec {told['container']} printenv POSTGRES_PASSWORD",
                f"to remove it: docker rm --force --volumes {told['container']}",
            ]
        yield Server(dsn, "container", version.split()[0], tuple(notes))
        if config.keep:
            write_to(process, protocol.LEAVE)
    finally:
        end(process)
