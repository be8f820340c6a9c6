"""JSON Schema of keywords of SQL, which may be in lower or upper case."""

import re
from collections.abc import Sequence
from typing import Any


def in_either_case(words: Sequence[str], behind: str = "") -> dict[str, Any]:
    """Return the JSON Schema of keywords of SQL, and of more words that may stand behind one.

    They are listed once, for editors, though they may be in upper case too.
    """
    more = f"( {either_case(behind)})?" if behind else ""
    # The pattern is for what the list has not, or editors would show both.
    pattern = f"^(?=.*[A-Z{' ' if behind else ''}]){either_case('|'.join(words))}{more}$"
    told = f"expected one of: {', '.join(words)}"
    spelled = {"type": "string", "pattern": pattern, "patternErrorMessage": told}
    return {"anyOf": [{"enum": [*words]}, spelled]}


def either_case(words: str) -> str:
    """Return the pattern of words in lower or upper case, for which JSON Schema has no flag."""
    letters = re.sub("[a-z]", lambda one: f"[{one[0]}{one[0].upper()}]", words)
    return f"({letters})"
