"""What another tool says, as facts for a file of expectations: a path of keys, and a value."""

from typing import Any, NamedTuple

THERE: dict[str, Any] = {}
"""What stands where an object is only said to be there."""


class Fact(NamedTuple):
    """What stands at a path of keys; `{}` says that the object is there."""

    path: tuple[str, ...]
    value: Any = THERE


class Untaken(Exception):
    """Why something is not taken, and what to do instead."""
