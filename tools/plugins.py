"""Have the plugins of tests/data/plugins.yaml in the user's cache, and write their table.

`python -m tools.plugins` prints the folders, after fetching what is not there yet from PyPI. Tests
put one into PYTHONPATH: what is there comes before what is installed, pytest itself included, which
is why it is kept at the version that runs this.
"""

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from pytest_schemaverify.databases.cache_folders import cache_folder
from tools.markdown import table

ROOT = Path(__file__).parent.parent
CACHE = cache_folder() / "plugins"
KEPT = ("pytest", "pluggy", "coverage", "pytest-xdist", "execnet")
"""Distributions of which the folders have the version that is installed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A plugin of pytest, and how it is tried; the file says what each field is."""

    name: str
    version: str
    load: list[str]
    options: list[str]
    says: str
    happens: str
    file: str = ""
    terminal: bool = False
    apart: bool = False
    folder: Path = field(init=False, default=CACHE)


def plugins() -> list[Plugin]:
    """Return the plugins of the file."""
    text = (ROOT / "tests/data/plugins.yaml").read_text(encoding="utf-8")
    return [Plugin(**row) for row in yaml.safe_load(text)]


def folder(*, apart: bool) -> Path:
    """Return the folder with the plugins, fetched if it is not there. Raises CalledProcessError."""
    wanted = [f"{one.name}=={one.version}" for one in plugins() if one.apart == apart]
    wanted += [f"{name}=={version(name)}" for name in KEPT if f"{name}==" not in " ".join(wanted)]
    key = sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()[:16]
    if not (CACHE / key).exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        # It appears whole or not at all.
        with TemporaryDirectory(dir=CACHE) as work:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", f"{work}/whole"]
            subprocess.run([*pip, *wanted], check=True, stdout=sys.stderr)
            with suppress(OSError):  # another process was quicker
                (Path(work) / "whole").rename(CACHE / key)
    return CACHE / key


def page() -> str:
    """Return the table for the documentation."""
    rows = [(one.name, one.version, one.happens) for one in plugins()]
    return f"{_HEAD}\n{table(('Plugin', 'Version', 'What happens'), rows)}\n"


_HEAD = """\
# Beside other plugins

Expectations are tests among your tests, so the plugins of your suite meet them. Each row of this
table is tried by a test: it installs that version, and runs a project with an expectation that does
not hold and a test of its own. In all of them the run ends as without the plugin: the expectation
fails, the others and the test pass, and the exit code is 1.

The test view of Visual Studio Code lists each expectation below its file, runs any of them, and
shows the text of a failure. Its adapter is no package that could be installed; a test makes the
calls that it makes.
"""


if __name__ == "__main__":
    for apart in (False, True):
        print(folder(apart=apart))
