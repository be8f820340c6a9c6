"""What can go wrong that is not a finding.

A finding means that the database differs from what was expected; it fails a test. An error
means that nobody could tell; it says what was tried, why that failed and what to do about it.
"""

from typing import Any


class SchemaVerifyError(Exception):
    """Base of every error that this package raises; its text is what the user reads."""

    def __init__(self, tried: str, *, because: str, remedy: str = "") -> None:
        from pytest_schemaverify.secrets import masked  # errors are imported by every run of pytest

        lines = [tried, *_labelled("because", because), *_labelled("do", remedy)]
        super().__init__(masked("\n".join(lines)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors travel to the worker processes of pytest-xdist as what the user reads.
        return restored, (type(self), str(self))


class SpecError(SchemaVerifyError):
    """A file of expectations cannot be read as one. Lists every problem, not only the first."""

    def __init__(self, problems: list[str]) -> None:
        Exception.__init__(self, "\n".join(problems))
        self.problems = problems


class ConfigError(SchemaVerifyError):
    """A setting of this run cannot be honoured."""


class DatabaseUnavailable(SchemaVerifyError):
    """No database could be had, or the one there was went away."""


class MigrationFailed(SchemaVerifyError):
    """A migration file did not apply."""


class CannotDetermine(SchemaVerifyError):
    """The server could not answer one question: a missing privilege, an expression it rejects."""


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

    def __init__(self, message: str, *, state: str = "", hint: str = "", position: int = 0) -> None:
        code = f" (SQLSTATE {state})" if state else ""
        super().__init__("asking the database", because=f"{message}{code}", remedy=hint)
        self.message, self.state, self.hint, self.position = message, state, hint, position


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
