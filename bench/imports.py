"""What a run imports of the plugin and of its dependencies, besides what pytest imports anyway."""

import sys
from pathlib import Path

from bench import schema
from bench.compare import PYTEST
from bench.measure import command, rounds
from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config

IMPORTS = "imports of a run that verifies an existing database, without those of pytest"
_LISTING = """
import sys
from pathlib import Path

def pytest_unconfigure(config):
    own = {"__main__", "conftest"}
    names = [name for name, one in sys.modules.items() if getattr(one, "__spec__", None)]
    # Modules inside of a library in C have the names of their modules, and no files of their own.
    names = [name for name in names if name not in own and sys.modules[name].__spec__.name == name]
    Path("modules.txt").write_text("\\n".join(names))
"""
_IMPORTING = """
import importlib, sys
for name in open(sys.argv[1]).read().split():
    importlib.import_module(name)
print("imported")
"""


def imported(folder: Path) -> dict[str, float]:
    """Return the seconds that a process takes longer which imports what such a run does.

    The run is the second one of its file: what the first has kept is there.
    """
    project = folder / "imports"
    project.mkdir()
    (project / "conftest.py").write_text(_LISTING)
    (project / "pytest.ini").write_text("[pytest]\n")
    (project / "one.noop").write_text("1")
    (project / "expectations.yaml").write_text(schema.expectations(5))
    with databases.start(Config()) as server:
        dsn = databases.create(server, name="imports", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            connection.execute(schema.ddl(5).encode())
        for _ in range(2):
            whole = _listed(project, "run", f"--schema-dsn={dsn}", "expectations.yaml")
    noop = ("-p", "no:schemaverify", "-p", "bench.noop", "one.noop")
    stock = _listed(project, "stock", *noop)
    times = rounds(
        {
            "what the run imports": lambda: _seconds(project, whole),
            "what stock pytest imports": lambda: _seconds(project, stock),
        },
        15,
    )
    # The fastest rounds: other programs only ever add to so short a time.
    longer, shorter = map(min, times.values())
    return {IMPORTS: longer - shorter}


def _listed(project: Path, name: str, *asked: str) -> Path:
    """Run pytest, and return a file of that name with what it has imported, in that order."""
    kept = {"XDG_CACHE_HOME": str(project / "cache")}
    command((*PYTEST, *asked), folder=project, expect=" passed", environment=kept)
    return (project / "modules.txt").replace(project / f"{name}.txt")


def _seconds(project: Path, modules: Path) -> float:
    script = (sys.executable, "-c", _IMPORTING, modules)
    return command(script, folder=project, expect="imported")
