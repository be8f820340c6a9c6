"""The errors of this package, and the exit codes of runs.

A finding means that the database differs from what was expected; it fails a test. An error means
that this could not be decided. It says what was tried, why that failed and what to do about it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_WORST_FIRST = (4, 2, 1, 6)
"""Exit codes: a wrong option, a wrong file, a wrong schema, and what could not be decided.

docs/reference/exit-codes.md has the table. A wrong option or file comes first, because the rest may
follow from it.
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
    """The parts of the text; they are empty in other processes than the one that raises it."""

    def __init__(self, tried: str, *, because: str, remedy: str = "") -> None:
        # Imported here: every run of pytest imports this module, and few have an error.
        from pytest_schemaverify.sql.secrets import masked

        self.tried, self.because, self.remedy = tried, because, remedy
        lines = [tried, *_labelled("because", because), *_labelled("do", remedy)]
        super().__init__(masked("\n".join(lines)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel between the processes of pytest-xdist as the text that the user reads. By
        # default pickle would call __init__ with this text alone, and fail: it takes the parts.
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
    """A value of the file of expectations names a folder or a layout that does not exist.

    The code that knows the file's positions makes a SpecError of it.
    """

    code = 2
    path: tuple[str, ...] = ()
    """The keys that lead to the value."""


@contextmanager
def about(*path: str, setting: str = "") -> Iterator[None]:
    """Add the keys of the file, or a setting, to a WrongValue that is raised inside the block.

    If the value comes from a setting, such as `--schema-migrations=DIR`, a ConfigError is raised.
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
    """There is no database: none could be started or reached, or the connection was lost."""


class MigrationFailed(SchemaVerifyError):
    """A migration file did not apply."""


class CannotDetermine(SchemaVerifyError):
    """The server could not answer one question: a missing privilege, an expression it rejects."""


class NoName(CannotDetermine):
    """A text of the file of expectations is no name, which shows when it is compared."""

    code = 2


class NothingThere(SchemaVerifyError):
    """A check has nothing to look at, so that its expectation neither holds nor fails."""

    def __init__(self, what: str) -> None:
        Exception.__init__(self, what)


class Refused(SchemaVerifyError):
    """The server did not answer one statement; the connection goes on."""

    message = ""
    """The server's primary message, in one line."""
    state = ""
    """SQLSTATE; "" if the statement was not sent to the server.
    https://www.postgresql.org/docs/current/errcodes-appendix.html"""
    hint = ""
    """The server's hint, "" for none."""
    position = 0
    """Character of the statement at which the error is, from 1; 0 if the server names none."""
    line = 0
    """Line of the function's body at which the error is, from 1; 0 if the server names none."""

    def __init__(
        self, message: str, *, state: str = "", hint: str = "", position: int = 0, line: int = 0
    ) -> None:
        code = f" (SQLSTATE {state})" if state else ""
        super().__init__("asking the database", because=f"{message}{code}", remedy=hint)
        self.message, self.state, self.hint, self.position = message, state, hint, position
        self.line = line


class InternalError(SchemaVerifyError):
    """Our own code raised an exception that was not foreseen. What depends on it is not decided."""


def restored(kind: type[SchemaVerifyError], text: str) -> SchemaVerifyError:
    """Return an error of another process, from the text that the user reads."""
    # Without __init__, which would put the parts of the text together once more.
    error = kind.__new__(kind)
    error.args = (text,)
    return error


def _labelled(label: str, text: str) -> list[str]:
    first, *rest = text.splitlines() or [""]
    indent = " " * 10
    return [f"  {label:<8}{first}", *(f"{indent}{line}" for line in rest)] if text else []
