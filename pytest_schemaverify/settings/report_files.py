"""The files that a run writes its results into: `FORMAT:PATH`, each in a format of its own."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.errors import ConfigError

from . import paths
from .config import BASELINE, Config

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
        if _is_read(chosen, one):
            raise ConfigError(
                f"{chosen.tried('report')}={one.format}:{one.path}",
                because="that is a file that runs read, and the report would replace it",
                remedy=f"name another path, as in {one.format}:report.{one.format}",
            )
        if _whole(one) in map(_whole, found[:number]):
            where = "the standard output" if one.path == STANDARD_OUTPUT else one.path
            raise ConfigError(
                f"{chosen.tried('report')}={one.format}:{one.path}",
                because=f"another report already goes to {where}",
                remedy="give each report a path of its own",
            )
    return found


_READ = (".yaml", ".yml", ".sql", ".psql", ".py", ".toml", ".ini", ".cfg")
"""Endings of files of a project, which no report has."""


def _is_read(chosen: Config, one: ReportFile) -> bool:
    baselines = [ReportFile("", path) for path in (chosen.baseline, BASELINE) if path]
    ending = Path(one.path).suffix.lower()
    return ending in _READ or _whole(one) in map(_whole, baselines)


def below(folder: Path, text: str) -> str:
    """Return `FORMAT:PATH` with a path that begins at a folder."""
    name, sign, path = _parts(text)
    return (
        f"{name}:{folder / paths.expanded(path)}"
        if sign and path not in ("", STANDARD_OUTPUT)
        else text
    )


def _parts(text: str) -> tuple[str, str, str]:
    # What begins with a drive of Windows has no format.
    return (text, "", "") if re.match(r"[A-Za-z]:[\\/]", text) else text.partition(":")


def _whole(one: ReportFile) -> str:
    """Return the path, which is the same for each of its spellings."""
    return one.path if one.path == STANDARD_OUTPUT else str(paths.resolved(Path(one.path)))


def _one(chosen: Config, text: str) -> ReportFile:
    name, sign, path = _parts(text)
    if name in FORMATS and path:
        # The shell leaves a `~` behind a colon.
        return ReportFile(name, str(paths.expanded(path)) if path.startswith("~") else path)
    because, example = f"there is no format {name}", "html:report.html"
    # `report.html` alone is what other tools take, and says what is meant.
    ending = text.rpartition(".")[2].lower()
    meant = {"md": "markdown", "xml": "junit", "prom": "metrics"}.get(ending, ending)
    if name in FORMATS:
        because = f"{name} has no path"
        remedy = f"write {name}:PATH, or {name}:- for the standard output"
    elif name.lower() in FORMATS and path:
        remedy = f"write {name.lower()}:{path}"
    elif not sign and meant in FORMATS:
        because, remedy = "it has no format in front of its path", f"write {meant}:{text}"
    else:
        example = f"{meant}:{path}" if path and meant in FORMATS else example
        remedy = f"choose one of {', '.join(FORMATS)}, as in {example}"
    raise ConfigError(f"{chosen.tried('report')}={text}", because=because, remedy=remedy)
