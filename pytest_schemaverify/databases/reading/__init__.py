"""The one class that reads databases, existing ones and our own, and the settings it reads with."""

from .psycopg_errors import our_error
from .reader import BYTES, DEADLINE, Column, Reader, Rows, reader_over
from .transaction_settings import FIXED, LIMITS, WRITTEN, apply_settings

__all__ = [
    "BYTES", "DEADLINE", "FIXED", "LIMITS", "WRITTEN", "Column", "Reader", "Rows",
    "apply_settings", "our_error", "reader_over",
]  # fmt: skip
