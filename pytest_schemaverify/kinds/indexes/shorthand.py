"""The short form, written as in DDL."""

import re
from typing import Any

from pytest_schemaverify.language.shorthand import DOTTED, NAME, closing
from pytest_schemaverify.sql.names import split

# The name may be missing, and `on` may be one: what stands before the last `on` is the name.
_INDEX = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?"
    rf"(?:(?!on\s+(?!on\b))(?P<name>{NAME})\s*)?(?:\bon\b|(?<=\")on\b)\s*(?:only\s+)?"
    rf"(?P<table>{DOTTED})\s*(?:using\s+(?P<method>\w+)\s*)?(?=\()",
    re.I,
)
_INDEX_TAIL = re.compile(
    r"\s*(?:include\s*\((?P<include>.*?)\))?\s*(?P<nulls>nulls\s+not\s+distinct)?"
    rf"\s*(?:with\s*\((?P<with>.*?)\))?\s*(?:tablespace\s+(?P<tablespace>{NAME}))?\s*(?:where\b\s*(?P<where>.+?))?\s*;?\s*$",
    re.I | re.S,
)


def index(text: str) -> dict[str, Any]:
    """Return the attributes of a `create index` statement."""
    head = _INDEX.match(text.strip())
    if head is None:
        raise ValueError(
            "an index is written `create [unique] index … on table [using …] (…)`, found "
            f"`{text.strip()}`; write for example `create index on users (email)`"
        )
    body = text.strip()[head.end() :]
    close = closing(body)
    tail = _INDEX_TAIL.match(body[close + 1 :])
    if tail is None:
        raise ValueError(f"what does {body[close + 1 :].strip()!r} mean in an index?")
    found: dict[str, Any] = {
        "method": (head["method"] or "btree").lower(),
        "unique": head["unique"] is not None,
        "valid": True,
        "columns": split(body[1:close]),
    }
    # `nulls not distinct` says nothing about an index that is not unique.
    if head["unique"]:
        found["nulls_not_distinct"] = tail["nulls"] is not None
    found["include"] = split(tail["include"] or "")
    if tail["with"]:
        pairs = (item.partition("=") for item in split(tail["with"]))
        found["with"] = {key.strip().lower(): value.strip(" '") for key, _, value in pairs}
    if tail["tablespace"]:
        found["tablespace"] = tail["tablespace"]
    found["where"] = tail["where"] or "absent"
    return found


def index_names(text: str) -> tuple[str, str]:
    """Return name and table of a `create index` statement; "" for a name that it does not have."""
    head = _INDEX.match(text.strip())
    return (head["name"] or "", head["table"]) if head else ("", "")
