"""The error for a migration file that did not apply: as fields, and as a text for people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations import templates
from pytest_schemaverify.migrations.error_remedies import Around, for_message
from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.sql.positions import around, frame
from pytest_schemaverify.sql.secrets import values, values_of, without

_STATEMENT = 400
"""Characters of a failed statement that are kept."""
_READ = 100_000
"""Characters of it in which secrets are looked for.

An INSERT can be as long as the file; what is shown are its beginning and the lines around a place.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Where and why a file failed; secrets are masked in every text."""

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
    def begun(self) -> str:
        """The first line of the statement; "" where the frame shows it already."""
        first = self.statement.partition("\n")[0].strip()
        return "" if first in self.frame else first

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
            *_labelled("statement", failure.begun),
            failure.frame,
        ]
        # Our remedy knows the options of this plugin, which the server's hint cannot.
        remedies = [failure.remedy or failure.hint, _not_run(failure.not_run)]
        super().__init__(
            f"applying {failure.where}",
            because="\n".join(filter(None, because)),
            remedy="\n".join(filter(None, remedies)),
        )

    def remedied(self, around: Callable[[], Around]) -> "FileFailed":
        """Return the same error with a remedy that fits a database, if there is one."""
        failure = self.failure
        if failure.remedy:
            return self
        remedy = for_message(failure.message, failure.sqlstate, around)
        return FileFailed(replace(failure, remedy=remedy))

    def before(self, not_run: Iterable[Path]) -> "FileFailed":
        """Return the same error with the files that would have followed."""
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
    """Return the error for a file that failed at that place, with all secrets masked."""
    position, lines = frame(place.text, min(place.offset, len(place.text)))
    first, last = around(place.text, place.offset)
    secrets = values_of(place.statement[:_READ], place.text) | values(place.text, first, last)

    def safe(text: str) -> str:
        return without(text, secrets)  # the server shows rows without the names of their columns

    return FileFailed(
        Failure(
            path=place.path,
            line=position.line,
            column=position.column,
            message=safe(message),
            statement=_shortened(without(place.statement, secrets)),
            frame=lines,
            sqlstate=sqlstate,
            detail=safe(detail),
            hint=safe(hint),
            context=safe(context),
            remedy=remedy or templates.at(place.text, place.offset) or templates.inside(message),
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
