"""What is below a folder of migrations."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pytest_schemaverify.errors import WrongValue
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings import paths

_MOST = 100_000
"""Files and folders that are looked at."""


def require_directory(directory: Path) -> None:
    """Raise WrongValue unless that is a folder."""
    if paths.is_folder(directory):
        return
    beside = directory.parent.glob("*/") if paths.is_folder(directory.parent) else ()
    near = get_close_matches(directory.name, [path.name for path in beside], n=2, cutoff=0.5)
    raise WrongValue(
        f"reading migrations from {shown(directory)}",
        because="it is a file" if paths.exists(directory) else "there is no such folder",
        remedy=f"did you mean {' or '.join(near)}?" if near else "",
    )


def entries(directory: Path) -> Mapping[str, bool]:
    """Return what is below a directory, by its path there: whether it is a file.

    It is every file, and each folder or broken link that is named like one, in the order of their
    paths. Raises WrongValue for a directory that nobody keeps migrations in: the root of the
    machine, say.
    """
    top = os.path.join(directory, "")  # noqa: PTH118 - a Path has no separator at its end
    found: list[str] = []
    # Names stay texts until one of them is a migration: 2,000 Paths take longer than the walk.
    for folder, folders, files in os.walk(top):
        # In place, which is how os.walk is told not to enter a folder.
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        names = (*folders, *(one for one in files if not one.startswith(".")))
        inside = folder.removeprefix(top)
        found += (f"{inside}/{name}" if inside else name for name in names)
        if len(found) > _MOST:
            raise WrongValue(
                f"reading migrations from {shown(directory)}",
                because=f"there are more than {_MOST:,} files and folders in it",
                remedy="name the folder that holds the migrations and nothing else",
            )
    found.sort(key=lambda path: path.split("/"))
    listed = {path: paths.is_file(directory / path) for path in found}
    return {
        path: is_file
        for path, is_file in listed.items()
        if is_file or path.lower().endswith(".sql") or (directory / path).is_symlink()
    }
