"""Control files by which a role that is no superuser may create an installation's extensions."""

from collections.abc import Iterable, Mapping
from pathlib import Path


def trusting(controls: Mapping[str, str]) -> dict[str, bytes]:
    """Return control files with the word that their extensions are trusted; both by file name."""
    # Of a setting that a file has twice, the server takes the last.
    return {name: f"{text.rstrip()}\ntrusted = true\n".encode() for name, text in controls.items()}


def of(folder: Path, extensions: Iterable[str]) -> dict[str, str]:
    """Return the control files, by name, that a folder has of some extensions."""
    paths = (folder / f"{name}.control" for name in extensions)
    return {path.name: path.read_text(encoding="utf-8") for path in paths if path.exists()}


def beside(folder: Path, extensions: Iterable[str], target: Path) -> None:
    """Write trusting control files into a new folder; the scripts stay where they are.

    That takes PostgreSQL 18, which looks for control files in several folders.
    """
    scripts = str(folder).replace("'", "''")
    found = {
        name: f"{text.rstrip()}\ndirectory = '{scripts}'"
        for name, text in of(folder, extensions).items()
    }
    target.mkdir(parents=True)
    for name, content in trusting(found).items():
        (target / name).write_bytes(content)
