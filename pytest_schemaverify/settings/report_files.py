"""The files that a run writes its results into: `FORMAT:PATH`, each in a format of its own."""

import os
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.errors import ConfigError

from .config import Config

FORMATS = ("html", "json", "junit", "markdown", "comment", "sarif", "gitlab", "metrics")
"""What `--schema-report` can write."""
WITH_SECTIONS = ("html", "json")
"""Those that show more of a database than what became of expectations; this takes time."""
STANDARD_OUTPUT = "-"


class ReportFile(NamedTuple):
    """One file; its path is `-` for the standard output."""

    format: str
    path: str


def annotated() -> bool:
    """Return whether this is a job of GitHub, which shows annotations at the lines of files."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def report_files(chosen: Config) -> list[ReportFile]:
    """Return the files that are asked for. Raises ConfigError for a format or path that is none."""
    found = [_one(chosen, text) for text in chosen.report]
    for number, one in enumerate(found):
        if one.path in [other.path for other in found[:number]]:
            where = "the standard output" if one.path == STANDARD_OUTPUT else one.path
            raise ConfigError(
                f"{chosen.tried('report')}={one.format}:{one.path}",
                because=f"another report already goes to {where}",
                remedy="give each report a path of its own",
            )
    return found


def below(folder: Path, text: str) -> str:
    """Return `FORMAT:PATH` with a path that begins at a folder."""
    name, sign, path = text.partition(":")
    return f"{name}:{folder / path}" if sign and path not in ("", STANDARD_OUTPUT) else text


def _one(chosen: Config, text: str) -> ReportFile:
    name, sign, path = text.partition(":")
    if name in FORMATS and sign and path:
        return ReportFile(name, path)
    because = f"{name} has no path" if name in FORMATS else f"there is no format {name}"
    # `report.html` alone is what other tools take, and says what is meant.
    ending = text.rpartition(".")[2].lower()
    meant = {"md": "markdown", "xml": "junit", "prom": "metrics"}.get(ending, ending)
    if not sign and meant in FORMATS and name not in FORMATS:
        because, remedy = "it has no format in front of its path", f"write {meant}:{text}"
    elif name in FORMATS:
        remedy = f"write {name}:PATH, or {name}:- for the standard output"
    else:
        remedy = f"choose one of {', '.join(FORMATS)}, as in html:{path or 'report.html'}"
    raise ConfigError(f"{chosen.tried('report')}={text}", because=because, remedy=remedy)
