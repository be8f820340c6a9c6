"""A large contract: reading and planning it, the first and the second time."""

import gc
import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from bench import schema
from bench.measure import call, rounds
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

TABLES = 5000
"""A table is 20 lines, so that these are 100,000."""
FIRST = "reading and planning a contract of 100,000 lines, the first time"
AGAIN = "reading and planning a contract of 100,000 lines, the second time"


def contract(folder: Path) -> dict[str, float]:
    """Return the seconds of both, the fastest of three rounds of the second time."""
    place = folder / "contract"
    place.mkdir()
    path = place / "expectations.yaml"
    path.write_text(schema.expectations(TABLES))
    with patch.dict(os.environ, {"XDG_CACHE_HOME": str(place / "cache")}):
        first = rounds({FIRST: lambda: call(_reading(path))}, 1)[FIRST]
        again = rounds({AGAIN: lambda: call(_reading(path))}, 3)[AGAIN]
    return {FIRST: first[0], AGAIN: min(again)}


def _reading(path: Path) -> Callable[[], object]:
    gc.collect()
    return lambda: Verification(path, "expectations.yaml", Config())
