"""What the server makes of a type, an expression or a query, asked read-only."""

from .keys import Same, key_text, same_key
from .refusals import lacking
from .server import SERIAL, Canonical
from .spoken import same_calls
from .texts import bare, body_hash, named

__all__ = [
    "SERIAL", "Canonical", "Same", "bare", "body_hash", "key_text", "lacking", "named",
    "same_calls", "same_key",
]  # fmt: skip
