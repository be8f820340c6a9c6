"""Which files are files of expectations, by their names and the keys at their top."""

import re
from contextlib import suppress
from pathlib import Path

from pytest_schemaverify.settings import paths

_ALIKE = re.compile(r"(?:^|(?<=\.))expectations?\.ya?ml$", re.IGNORECASE)
# In front of a key may be a byte order mark, a quote, and the brace of a mapping in one line.
_TOP = re.compile(r"^(?:\ufeff|\{\s*)?[\"']?([\w-]+)[\"']?\s*:", re.MULTILINE)


def in_folder(folder: Path) -> list[Path]:
    """Return the files of a folder that are called as files of expectations are."""
    named = [folder / "expectations.yaml", *sorted(folder.glob("*.expectations.yaml"))]
    return [path for path in named if paths.is_file(path)]


def around(path: Path, top: Path) -> list[Path]:
    """Return these files in the folder of a file and in those around it, up to `top`.

    Both paths are absolute. Of a file elsewhere, only those in its own folder are returned.
    """
    folders = [one for one in path.parents if one.is_relative_to(top)] or [path.parent]
    return [one for folder in folders for one in in_folder(folder)]


def is_named(path: Path) -> bool:
    """Return whether a file is called as files of expectations are."""
    return path.name == "expectations.yaml" or path.name.endswith(".expectations.yaml")


def is_misnamed(path: Path) -> bool:
    """Return whether a file is very likely meant as expectations, and is not called so.

    It has another ending or other letters, one of our keys at its top, and none that is called as
    it should be beside it.
    """
    if not _ALIKE.search(path.name) or is_named(path):
        return False
    return not paths.exists(path.with_name(called_well(path))) and is_ours(path)


def called_well(path: Path) -> str:
    """Return what a file of expectations is to be called."""
    return _ALIKE.sub("expectations.yaml", path.name)


def misnamed(path: Path, name: str, option: str) -> str:
    """Return what is said of such a file, which messages call `name`; an option may name it."""
    return (
        f"{name}:1:1: it is not verified: files of expectations are called expectations.yaml "
        f"or *.expectations.yaml; rename it to {called_well(path)}, or name it with {option}={name}"
    )


def is_ours(path: Path) -> bool:
    """Return whether a file has one of the keys at its top that files of expectations have."""
    return bool(_top(path) & _keys())


def is_foreign(path: Path) -> bool:
    """Return whether a file has keys at its top, and none of them is ours or could be meant so."""
    from difflib import get_close_matches  # only for a file that is in doubt

    found = _top(path)
    return bool(found) and not any(get_close_matches(key, _keys(), 1, 0.8) for key in found)


def _top(path: Path) -> set[str]:
    with suppress(OSError):
        return {*_TOP.findall(paths.content(path).decode(errors="replace"))}
    return set()


def _keys() -> set[str]:
    from pytest_schemaverify.kinds.contract import Spec  # only for a file that is in doubt

    # Files of many other tools have these three as well.
    return Spec.model_fields.keys() - {"version", "vars", "include"}
