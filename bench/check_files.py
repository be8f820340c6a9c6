"""`schemaverify check-files` on one migration that has changed, of few and of many."""

import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from bench.measure import REPOSITORY, command, rounds
from bench.migrations import written

FEW = "check-files, one of the 45 migrations of this repository changed"
MANY = "check-files, one of 400 migrations changed"
_SPEC = "migrations: {directory: migrations}\nrules: {preset: recommended}\n"


def checked(folder: Path) -> dict[str, float]:
    """Return the median seconds of the whole command, with what an earlier run has kept."""
    few, many = folder / "few", folder / "many"
    for name in ("migrations", "tests/data/legacy.sql", "expectations.yaml"):
        (few / name).parent.mkdir(parents=True, exist_ok=True)
        copied = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        copied(REPOSITORY / name, few / name)
    (many / "migrations").mkdir(parents=True)
    written(400, many / "migrations")
    (many / "expectations.yaml").write_text(_SPEC)
    run = {
        FEW: _changing(few, few / "migrations/004_data_migration.sql"),
        MANY: _changing(many, many / "migrations/00399_orders.sql"),
    }
    for one in run.values():
        one()
    return {name: statistics.median(seconds) for name, seconds in rounds(run, 5).items()}


def _changing(project: Path, file: Path) -> Callable[[], float]:
    asked = (sys.executable, "-m", "pytest_schemaverify.cli", "check-files", file)
    kept = {"XDG_CACHE_HOME": str(project / "cache")}

    def run() -> float:
        with file.open("a") as text:
            text.write("select 1;\n")
        return command(asked, folder=project, expect="migration files hold", environment=kept)

    return run
