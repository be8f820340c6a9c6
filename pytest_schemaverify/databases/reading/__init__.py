"""The one class that reads databases, existing ones and our own, and the settings it reads with."""

from .psycopg_errors import ours
from .reader import BYTES, DEADLINE, Column, Reader, Rows, over
from .transaction_settings import FIXED, LIMITS, WRITTEN, have

__all__ = [
    "BYTES", "DEADLINE", "FIXED", "LIMITS", "WRITTEN", "Column", "Reader", "Rows", "have", "ours",
    "over",
]  # fmt: skip
