"""What can be changed in a YAML text, and why a change is refused."""

from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.language.places import Path


@dataclass(frozen=True, slots=True)
class Put:
    """The value at a path becomes another one."""

    path: Path
    text: str
    """The value as YAML, indented from column 0; of several lines for a block."""
    value: Any
    """What the text says, as data."""
    flow: str = ""
    """The value for a place inside braces or brackets, where a block cannot stand."""


@dataclass(frozen=True, slots=True)
class Add:
    """A key that is not there yet comes behind the last one of the mapping at a path."""

    path: Path
    key: str
    text: str
    value: Any
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Append:
    """An item comes behind the last one of the list at a path."""

    path: Path
    text: str
    value: Any
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Remove:
    """A key with its value, or an item of a list, goes."""

    path: Path


Change = Put | Add | Append | Remove


class Refused(SchemaVerifyError):
    """A change that is for a person to make; nothing of it is done."""

    path: Path = ()
    """The value that would change; of an Add with the key."""
    reason = ""

    def __init__(self, path: Path, reason: str) -> None:
        what = ".".join(str(part) for part in path) or "the file"
        super().__init__(f"changing {what}", because=reason, remedy="edit the file by hand")
        self.path, self.reason = path, reason


def target(change: Change) -> Path:
    """Return the path of what a change is about: of an Add with the new key."""
    return (*change.path, change.key) if isinstance(change, Add) else change.path
