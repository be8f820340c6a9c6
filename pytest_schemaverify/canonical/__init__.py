"""Tells whether two types, expressions or queries are the same, by how the server understands them.

The server is only read, and runs none of the texts. docs/guides/comparing.md says what counts as
the same.
"""

from .comparison import SERIAL, Canonical
from .index_keys import Same, key_text, same_key
from .sql_syntax_calls import same_calls
from .texts import bare, body_hash, named

__all__ = [
    "SERIAL", "Canonical", "Same", "bare", "body_hash", "key_text", "named",
    "same_calls", "same_key",
]  # fmt: skip
