"""The one door through which anything is asked of a database."""

from .failures import ours
from .limits import LIMITS
from .reader import BYTES, DEADLINE, Column, Reader, Rows, over

__all__ = ["BYTES", "DEADLINE", "LIMITS", "Column", "Reader", "Rows", "ours", "over"]
