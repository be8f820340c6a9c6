"""The short form, written as in DDL."""

import re
from typing import Any

from pytest_schemaverify.language.shorthand import closing
from pytest_schemaverify.sql.names import split

# The head ends before the first bracket: an expression has brackets of its own, so where the
# elements end is found by counting.
_EXCLUSION = re.compile(r"(?:exclude\s+)?(?:using\s+(?P<method>\w+)\s*)?(?=\()", re.I)
_PREDICATE = re.compile(r"\s*(?:where\s*(?P<where>\(.*\)))?\s*$", re.I | re.S)


def exclusion(text: str) -> dict[str, Any]:
    """Return the attributes of `exclude using gist (room with =) where (not cancelled)`."""
    text = text.strip()
    head = _EXCLUSION.match(text)
    body = text[head.end() :] if head else ""
    close = closing(body) if body else 0
    tail = _PREDICATE.match(body[close + 1 :])
    if head is None or tail is None:
        raise ValueError(
            "an exclusion constraint is written `using gist (room with =, …) [where (…)]`"
        )
    return {
        "method": (head["method"] or "gist").lower(),
        "elements": split(body[1:close]),
        "where": tail["where"] or "absent",
    }
