"""How pytest calls a file of expectations."""

import os
import re
import subprocess
import sys
from pathlib import Path, PurePath

_ROOT = re.compile(r"^rootdir: (.+)$", re.MULTILINE)


def collected(path: Path) -> str:
    """Return how pytest calls the file here: by its way from the root, which it finds itself."""
    # Nothing is collected, because that takes long for a large file, and only the head is read,
    # which options of the project, such as -q, would hide.
    asked = ["--collect-only", "--ignore-glob=*", "-p", "no:cacheprovider", "-o", "addopts="]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *asked, str(path.parent)],
        env=os.environ | {"PYTEST_ADDOPTS": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    root = _ROOT.search(told.stdout)
    # Where pytest cannot begin, it will say so itself.
    if root is None:
        return path.name
    return PurePath(os.path.relpath(path, root[1].strip())).as_posix()
