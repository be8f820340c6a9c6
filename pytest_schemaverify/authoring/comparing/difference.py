"""One difference between a file of expectations and its database, as data."""

from dataclasses import dataclass
from typing import Any, Literal

from pytest_schemaverify.language.places import Path
from pytest_schemaverify.verification.planning import Planned

What = Literal["new", "differs", "gone"]
"""`new` is in the database and not in the file, `gone` the reverse; what `differs` is in both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that the file and the database do not say alike."""

    what: What
    family: str
    """The kind of what differs: `columns`, `grants`, `policies`."""
    subject: str
    """The object, as SQL names it: `public.notes.title`."""
    path: Path
    """The value in the file that would be another one, or the place where a new one would stand."""
    keys: tuple[str, ...] = ()
    """The attributes of the object that it is about; none for the object as a whole."""
    expected: str = ""
    """What the file says, as a person reads it; empty for what is new."""
    actual: str = ""
    """What the database has; empty for what is gone."""
    value: Any = None
    """What the file would say, as data; None for what is gone."""
    planned: Planned | None = None
    """The expectation that does not hold; None for what is new."""
    by_hand: str = ""
    """Why only a person can change the file here; empty where it can be changed."""
    fix: str = ""
    """SQL that makes the database what the file says, where there is one."""
    blame: str = ""
    """The migration that did it, as `file:line`, where that is known."""
