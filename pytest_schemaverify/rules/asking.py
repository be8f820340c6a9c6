"""Whether an expression asks who is there."""

import re
from collections.abc import Sequence

from pytest_schemaverify.sql.tokens import Token, text_at

from .reached import Reached


def asks_who(text: str, reached: Reached) -> bool:
    """Return whether an expression, or what runs because of it, asks who is there.

    What becomes of the answer is not looked at. A name without a schema may be any function.
    """
    return any(_asks(piece.tokens) for piece in reached.by(text))


def _asks(found: Sequence[Token]) -> bool:
    for at, token in enumerate(found):
        schema = found[at - 2].name if text_at(found, at - 1) == "." and at > 1 else ""
        if schema == "auth" or (schema in ("", "pg_catalog") and token.text in _ASKING):
            return True
    return False


def for_signed_in(text: str) -> str:
    """Return an expression as it is for whoever has signed in: it asks that no more."""
    return _SIGNED_IN.sub("true", text)


_SIGNED_IN = re.compile(
    r"(?:auth\.uid\(\)|\( SELECT auth\.uid\(\) AS uid\)) IS NOT NULL"
    r"|(?:auth\.role\(\)|\( SELECT auth\.role\(\) AS role\)) = 'authenticated'::text"
)
"""Conditions that ask whether somebody has signed in, as the server prints them."""


# What PostgreSQL itself says of the session; `user` is another word for current_user.
_ASKING = frozenset({"current_setting", "current_user", "current_role", "session_user", "user"})
