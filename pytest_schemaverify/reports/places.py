"""Where the places of a report are on the web, as far as the CI that runs it says."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pytest_schemaverify.reports.record import Place


class _Host(NamedTuple):
    """Names of the variables by which a CI says what it runs on."""

    checkout: str
    """The folder of the repository."""
    commit: str
    repository: tuple[str, ...]
    """The parts of the URL of the repository."""
    lines: str
    """What is behind that URL for a line of a file."""


# https://docs.github.com/actions/reference/variables-reference and
# https://docs.gitlab.com/ci/variables/predefined_variables
_HOSTS = (
    _Host("GITHUB_WORKSPACE", "GITHUB_SHA", ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"),
          "/blob/{commit}/{path}#L{line}"),
    _Host("CI_PROJECT_DIR", "CI_COMMIT_SHA", ("CI_PROJECT_URL",),
          "/-/blob/{commit}/{path}#L{line}"),
)  # fmt: skip


def folder_in_repository(folder: Path, environ: Mapping[str, str]) -> str:
    """Return the path of a folder in the repository, with slashes; "" for its root.

    It is the folder that the CI names, or else the next one with a `.git`. "" without either.
    """
    for host in _HOSTS:
        checkout = Path(environ.get(host.checkout, ""))
        if checkout.is_absolute() and folder.is_relative_to(checkout):
            path = folder.relative_to(checkout).as_posix()
            return "" if path == "." else path
    around = (one for one in (folder, *folder.parents) if (one / ".git").exists())
    path = folder.relative_to(next(around, folder)).as_posix()
    return "" if path == "." else path


def url(place: Place, folder: str, environ: Mapping[str, str]) -> str:
    """Return where a place can be read on the web; "" where nothing says that.

    `folder` is the record's.
    """
    if place.file.startswith(("/", "../")):
        return ""
    for host in _HOSTS:
        parts = [environ.get(name, "") for name in host.repository]
        commit = environ.get(host.commit, "")
        if all(parts) and commit:
            path = quote("/".join(filter(None, (folder, place.file))))
            behind = host.lines.format(commit=quote(commit), path=path, line=place.line)
            return "/".join(parts) + behind
    return ""
