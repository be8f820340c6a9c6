"""The one door through which anything is asked of a database."""

from .failures import ours
from .limits import FIXED, LIMITS, WRITTEN, have
from .reader import BYTES, DEADLINE, Column, Reader, Rows, over

__all__ = [
    "BYTES", "DEADLINE", "FIXED", "LIMITS", "WRITTEN", "Column", "Reader", "Rows", "have", "ours",
    "over",
]  # fmt: skip
