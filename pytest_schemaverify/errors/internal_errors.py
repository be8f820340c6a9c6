"""Reports our own bugs to users, and remembers errors of values that many items share."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from pytest_schemaverify.errors import CannotDetermine, InternalError, SchemaVerifyError
from pytest_schemaverify.sql.secrets import masked

T = TypeVar("T")

_OURS = Path(__file__).parents[1]
_CALLERS = 3
"""The number of callers that are named besides the place of the exception."""
_LONGEST = 200
"""Characters of an exception's message that are shown."""


def internal(where: str, error: Exception) -> SchemaVerifyError:
    """Return an InternalError for an exception that was not foreseen; an error of ours as it is.

    It names places in our code and no values of variables. `where` is the part that broke.
    """
    if isinstance(error, SchemaVerifyError):
        return error
    if isinstance(error, ModuleNotFoundError) and error.name == "postgast":
        return CannotDetermine(
            f"parsing SQL for {where}",
            because="the package postgast, which does that, is not installed; it has no wheel for"
            " 32 bits and for Windows on ARM",
            remedy="where there is a C compiler, `pip install postgast` makes one",
        )
    return InternalError(
        f"internal error in {where}",
        because=described(error),
        remedy="please report it: these lines, what the file says here, what `pytest -VV` prints",
    )


def described(error: Exception) -> str:
    """Return what an exception says and where it comes from, without values of variables."""
    # A message may have a whole query in it, and masking takes time. So not much more of it is
    # masked than is shown.
    said = masked(" ".join(str(error)[: 10 * _LONGEST].split()))[:_LONGEST]
    kind = type(error).__name__
    return f"{kind}: {said}{_places(error)}" if said else f"{kind}{_places(error)}"


def _places(error: Exception) -> str:
    """Return where in our code an exception comes from, the closest place first."""
    frames = [
        f"{Path(frame.f_code.co_filename).relative_to(_OURS.parent).as_posix()}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(_OURS)
    ]
    first, *others = dict.fromkeys(reversed(frames)) or [""]
    called = f"\ncalled from {', '.join(others[:_CALLERS])}" if others else ""
    return f" at {first}{called}" if first else ""


class Once:
    """Makes values when they are first asked for, and remembers each value or its error.

    A value that hundreds of items need is made once, also if making it fails.
    """

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._errors: dict[str, Exception] = {}

    def __call__(self, what: str, make: Callable[[], T]) -> T:
        """Return what `make` returns. Raises what it raises, a bug as InternalError, every time."""
        if what in self._errors:
            # Each raise adds frames to a traceback, which would grow with the number of items.
            raise self._errors[what].with_traceback(None)
        if what not in self._made:
            try:
                self._made[what] = make()
            except (SchemaVerifyError, psycopg.Error) as error:
                self._errors[what] = error
                raise
            except Exception as error:
                self._errors[what] = internal(what, error)
                raise self._errors[what] from None
        made: T = self._made[what]
        return made

    def made(self, what: str) -> Any:
        """Return what has been made already, None if nothing was."""
        return self._made.get(what)

    def forget(self, what: str) -> None:
        """Forget a value or its error, so that it is made anew when it is asked for again."""
        self._made.pop(what, None)
        self._errors.pop(what, None)
