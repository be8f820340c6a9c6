"""What can go wrong that is not a finding.

A finding means that the database differs from what was expected; it fails a test. An error
means that nobody could tell; it says what was tried, why that failed and what to do about it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_WORST_FIRST = (4, 2, 1, 6)
"""Exit codes: an option is wrong, a file, the schema; nobody could tell. README.md has the table.

Who has given a wrong option or file does not want to read first what came of the rest.
"""


def exit_code(codes: Iterable[int]) -> int:
    """Return the exit code of a run in which all of this has happened, 0 for nothing."""
    happened = {*codes}
    return next((code for code in _WORST_FIRST if code in happened), 0)


class SchemaVerifyError(Exception):
    """Base of every error that this package raises; its text is what the user reads."""

    code = 6
    """Exit code of a run that it ends."""
    tried = because = remedy = ""
    """Its parts, in the process that raises it."""

    def __init__(self, tried: str, *, because: str, remedy: str = "") -> None:
        from pytest_schemaverify.sql.secrets import (
            masked,  # errors are imported by every run of pytest
        )

        self.tried, self.because, self.remedy = tried, because, remedy
        lines = [tried, *_labelled("because", because), *_labelled("do", remedy)]
        super().__init__(masked("\n".join(lines)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel to the worker processes of pytest-xdist as what the user reads.
        return restored, (type(self), str(self))


class SpecError(SchemaVerifyError):
    """A file of expectations cannot be read as one. Lists every problem, not only the first."""

    code = 2

    def __init__(self, problems: list[str]) -> None:
        Exception.__init__(self, "\n".join(problems))
        self.problems = problems


class ConfigError(SchemaVerifyError):
    """A setting of this run cannot be honoured: an option, an ini key or a variable is wrong."""

    code = 4


class WrongValue(SchemaVerifyError):
    """A value of the file of expectations leads nowhere: a folder or a layout that is not there.

    Who knows the file's positions makes a SpecError of it.
    """

    code = 2
    path: tuple[str, ...] = ()
    """The keys that lead to the value."""


@contextmanager
def about(*path: str, setting: str = "") -> Iterator[None]:
    """Have a WrongValue that is raised inside tell of a key of the file, or of a setting instead.

    Raises ConfigError where the value comes from a setting, `--schema-migrations=DIR`.
    """
    try:
        yield
    except WrongValue as error:
        kind = ConfigError if setting else WrongValue
        tried = f"reading {setting}: {error.tried}" if setting else error.tried
        told = kind(tried, because=error.because, remedy=error.remedy)
        if isinstance(told, WrongValue):
            told.path = path
        raise told from None


class DatabaseUnavailable(SchemaVerifyError):
    """No database could be had, or the one there was went away."""


class MigrationFailed(SchemaVerifyError):
    """A migration file did not apply."""


class CannotDetermine(SchemaVerifyError):
    """The server could not answer one question: a missing privilege, an expression it rejects."""


class NoName(CannotDetermine):
    """A text of the file of expectations is no name, which is found out when it is compared."""

    code = 2


class NothingThere(SchemaVerifyError):
    """There is nothing that a check could look at: it neither holds nor fails."""

    def __init__(self, what: str) -> None:
        Exception.__init__(self, what)


class Refused(SchemaVerifyError):
    """The server did not answer one statement; the connection goes on."""

    message = ""
    """What the server says, in one line."""
    state = ""
    """SQLSTATE; "" for what never reached the server.
    https://www.postgresql.org/docs/current/errcodes-appendix.html"""
    hint = ""
    position = 0
    """Character of the statement that it is about, from 1; 0 where the server names none."""
    line = 0
    """Line of the function that the server compiled, from 1; 0 where it names none."""

    def __init__(
        self, message: str, *, state: str = "", hint: str = "", position: int = 0, line: int = 0
    ) -> None:
        code = f" (SQLSTATE {state})" if state else ""
        super().__init__("asking the database", because=f"{message}{code}", remedy=hint)
        self.message, self.state, self.hint, self.position = message, state, hint, position
        self.line = line


class InternalError(SchemaVerifyError):
    """Something of ours broke. Nobody could tell what depends on it; it is not passed over."""


def restored(kind: type[SchemaVerifyError], text: str) -> SchemaVerifyError:
    """Return an error of another process, from what the user reads."""
    error = kind.__new__(kind)
    error.args = (text,)
    return error


def _labelled(label: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    indent = " " * 10
    return [f"  {label:<8}{first}", *(f"{indent}{line}" for line in rest)] if text else []
