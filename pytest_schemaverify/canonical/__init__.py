"""What the server makes of a type, an expression or a query, asked read-only."""

from .comparison import SERIAL, Canonical
from .index_keys import Same, key_text, same_key
from .sql_syntax_calls import same_calls
from .texts import bare, body_hash, named

__all__ = [
    "SERIAL", "Canonical", "Same", "bare", "body_hash", "key_text", "named",
    "same_calls", "same_key",
]  # fmt: skip
