"""How paths of migrations are called, compared and sorted."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from pytest_schemaverify.settings.paths import resolved
from pytest_schemaverify.settings.paths import shown as shown

_ALIKE = frozenset({"migration.sql", "up.sql", "down.sql"})
"""What files are called where Prisma or Diesel keeps each migration in a folder of its own."""
_DIGITS = re.compile(r"(\D*)(\d*)")


def names(pattern: str, path: str) -> bool:
    """Return whether a pattern names a path, or one of the folders that it is in."""
    folders = map(str, PurePosixPath(path).parents)
    return fnmatch(path, pattern) or any(fnmatch(one, pattern) for one in folders if one != ".")


def called(path: Path) -> str:
    """Return the name that tells a migration from others: of its folder, where each has one."""
    folder, name = path.parent.name, path.name
    if name in _ALIKE:
        return f"{folder}/{name}" if name == "down.sql" else folder
    return name


def natural(path: Path) -> tuple[tuple[str, int, str], ...]:
    """Return a key that sorts paths as people do: 2_x before 10_x."""
    return tuple(
        (text.lower(), int(digits or -1), part)
        for part in path.parts
        for text, digits in _DIGITS.findall(part)
    )


def resolved_each(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the paths with links resolved; each of their folders is resolved once.

    The system is asked for every folder above a path: that is most of the time for 2,000 files.
    """
    folders: dict[Path, Path] = {}
    for path in paths:
        if path.is_symlink():
            yield resolved(path)
            continue
        if path.parent not in folders:
            folders[path.parent] = resolved(path.parent)
        yield folders[path.parent] / path.name
