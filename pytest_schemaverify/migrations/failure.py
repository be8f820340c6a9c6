"""A migration file that did not apply: what a program and what a person need to know."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.files import shown
from pytest_schemaverify.migrations.positions import Lines, frame, masked

_MISSING_EXTENSION = re.compile(
    r'extension "(?P<name>[^"]+)" (?:is not available|has no installation script)'
    r'|extension control file "[^"]*?(?P<file>[^/"]+)\.control"'
)
_VARIABLE = re.compile(r":['\"]?[a-z_]", re.IGNORECASE)
_STATEMENT = 400
"""Characters of a failed statement that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Where and why a file stopped; passwords are masked in every text."""

    path: Path
    line: int
    column: int
    message: str
    statement: str = ""
    """The beginning of the statement that failed."""
    frame: str = ""
    """The lines around the place, with a caret."""
    sqlstate: str = ""
    detail: str = ""
    hint: str = ""
    context: str = ""
    """The server's call stack, innermost first."""
    remedy: str = ""
    not_run: tuple[Path, ...] = ()
    """The files that would have followed."""

    @property
    def where(self) -> str:
        """The place as file:line:column."""
        return f"{shown(self.path)}:{self.line}:{self.column}"


class FileFailed(MigrationFailed):
    """A MigrationFailed that knows the place in the file and what the server said."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        code = f" (SQLSTATE {failure.sqlstate})" if failure.sqlstate else ""
        because = [
            f"{failure.message}{code}",
            *_labelled("detail", failure.detail),
            *_labelled("in", failure.context),
            failure.frame,
        ]
        remedies = [failure.remedy or failure.hint, _not_run(failure.not_run)]
        super().__init__(
            f"applying {failure.where}",
            because="\n".join(filter(None, because)),
            remedy="\n".join(filter(None, remedies)),
        )

    def before(self, not_run: Iterable[Path]) -> "FileFailed":
        """Return the same error naming the files that would have followed."""
        return FileFailed(replace(self.failure, not_run=tuple(not_run)))


@dataclass(frozen=True, slots=True)
class Place:
    """An offset in a file, and the statement it belongs to."""

    path: Path
    text: str
    offset: int
    statement: str = ""


def failed(
    place: Place,
    message: str,
    *,
    sqlstate: str = "",
    detail: str = "",
    hint: str = "",
    context: str = "",
    remedy: str = "",
) -> FileFailed:
    """Return the error for a file that stopped at that place."""
    lines = Lines(masked(place.text))
    position = lines.at(min(place.offset, len(place.text)))
    return FileFailed(
        Failure(
            path=place.path,
            line=position.line,
            column=position.column,
            message=masked(message),
            statement=_shortened(masked(place.statement)),
            frame=frame(lines, position),
            sqlstate=sqlstate,
            detail=masked(detail),
            hint=masked(hint),
            context=masked(context),
            remedy=remedy or _remedy(message, sqlstate, place.text),
        )
    )


def _remedy(message: str, sqlstate: str, text: str) -> str:
    """Return what to do, where the server's own hint does not say it."""
    missing = _MISSING_EXTENSION.search(message)
    if missing:
        return _three_ways_out(missing["name"] or missing["file"])
    if sqlstate == "42601" and 'near ":"' in message and _VARIABLE.search(text):
        return "psql's variables (:name) are not filled in; write the value"
    return ""


def _three_ways_out(extension: str) -> str:
    return "\n".join(
        (
            f"the server lacks the extension {extension}; three ways out:",
            "1. `database: {platform: supabase}` brings SQL stand-ins for many of Supabase's",
            "2. a server that has it: --schema-database=local --schema-bin-dir=… or --schema-dsn=…",
            "3. remove the line, or run it only where it can be: create it in a do block if"
            f" pg_catalog.pg_available_extensions has {extension}",
        )
    )


def _labelled(label: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    indent = " " * (len(label) + 2)
    return [f"{label}: {first}", *(f"{indent}{line}" for line in rest)] if text else []


def _not_run(paths: Sequence[Path]) -> str:
    if not paths:
        return ""
    # Where each migration is a folder, its files all have the same name.
    alike = len({path.name for path in paths}) < len(paths)
    labels = [f"{path.parent.name}/{path.name}" if alike else path.name for path in paths[:5]]
    more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    return f"not run after it: {', '.join(labels)}{more}"


def _shortened(statement: str) -> str:
    return statement if len(statement) <= _STATEMENT else statement[:_STATEMENT].rstrip() + " …"
