"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between what was expected and what is there."""

    expected: str
    actual: str
    fix: str = ""
    """SQL that removes the difference, where statements can."""
    hint: str = ""
    """What else a reader should know: the nearest name, the place in a file."""
