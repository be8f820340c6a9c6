"""New files, written all or not at all; an existing file is not overwritten."""

from collections.abc import Mapping
from pathlib import Path

from pytest_schemaverify.errors import ConfigError


def write_new(texts: Mapping[Path, str]) -> None:
    """Write files that are not there yet. Raises ConfigError, and then none of them is there."""
    made: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as opened:
                made.append(path)
                opened.write(text)
    except OSError as error:
        for one in made:
            one.unlink(missing_ok=True)
        there = isinstance(error, FileExistsError)
        raise ConfigError(
            f"writing {path}",
            because="it is there already" if there else str(error.strerror),
            remedy="nothing is written; name another file with -o FILE",
        ) from None
