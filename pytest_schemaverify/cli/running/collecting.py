"""How pytest calls a file of expectations."""

import subprocess
import sys
from pathlib import Path


def collected(path: Path) -> str:
    """Return how pytest calls the file here: that depends on where its settings are."""
    asked = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    told = subprocess.run([*asked, str(path)], capture_output=True, text=True, check=False)
    first = next((line for line in told.stdout.splitlines() if "::" in line), "")
    # Where the tests of the project cannot be collected, pytest will say so itself.
    return first.partition("::")[0] or path.name
