"""Short forms, written as in DDL, to the attributes of the long form."""

import re
from typing import Any

from pytest_schemaverify.names import split, top_level

_COLUMN_WORDS = re.compile(
    r"\b(not\s+null|null|default|collate|generated|primary\s+key|unique|references|check)\b", re.I
)
_ELSEWHERE = {
    "primary key": "primary_key: […] of the table",
    "unique": "unique: […] of the table",
    "references": "foreign_keys: {…} of the table",
    "check": "checks: {…} of the table",
    "generated": "the long form: {type: …, generated: …} or {type: …, identity: always}",
    "collate": "the long form: {type: …, collation: …}",
}


def column(text: str) -> dict[str, Any]:
    """Return the attributes of `uuid not null default gen_random_uuid()`."""
    words = [
        (match.start(), match.end(), re.sub(r"\s+", " ", match.group().lower()))
        for match in _COLUMN_WORDS.finditer(_masked(text))
    ]
    found: dict[str, Any] = {"type": (text[: words[0][0]] if words else text).strip()}
    if not found["type"]:
        raise ValueError(f"a column starts with its type, not with {text!r}")
    for index, (_, end, word) in enumerate(words):
        rest = text[end : words[index + 1][0] if index + 1 < len(words) else None].strip()
        if word in _ELSEWHERE:
            raise ValueError(
                f"`{word}` is not part of a column's short form; use {_ELSEWHERE[word]}"
            )
        if word == "default":
            if not rest and index + 1 < len(words) and words[index + 1][2] == "null":
                rest = "null"
            if not rest:
                raise ValueError("`default` needs an expression")
            found["default"] = rest
        elif rest:
            raise ValueError(f"what does {rest!r} mean after `{word}`?")
        elif not (word == "null" and found.get("default") == "null" and "nullable" not in found):
            found["nullable"] = word == "null"
    return found


def _masked(text: str) -> str:
    """Return the text with everything in quotes or brackets blanked, offsets unchanged."""
    visible = dict(top_level(text))
    return "".join(visible.get(offset, "\x00") for offset in range(len(text)))


_FOREIGN_KEY = re.compile(
    r"(?P<references>.+?\))?"
    r"(?:\s+on\s+delete\s+(?P<on_delete>no action|restrict|cascade|set null|set default))?"
    r"(?:\s+on\s+update\s+(?P<on_update>no action|restrict|cascade|set null|set default))?\s*$",
    re.I | re.S,
)


def foreign_key(text: str) -> dict[str, Any]:
    """Return the attributes of `auth.users(id) on delete cascade`."""
    match = _FOREIGN_KEY.match(text.strip())
    if match is None or not match["references"]:
        raise ValueError("a foreign key is written `table(column) [on delete …] [on update …]`")
    return {key: value.lower() if key != "references" else value
            for key, value in match.groupdict().items() if value}  # fmt: skip


_INDEX = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?"
    r"(?:(?P<name>\S+)\s+)?on\s+(?:only\s+)?(?P<table>\S+?)\s*(?:using\s+(?P<method>\w+)\s*)?(?=\()",
    re.I,
)
_INDEX_TAIL = re.compile(
    r"\s*(?:include\s*\((?P<include>.*?)\))?\s*(?P<nulls>nulls\s+not\s+distinct)?"
    r"\s*(?:with\s*\((?P<with>.*?)\))?\s*(?:where\s+(?P<where>.+?))?\s*;?\s*$",
    re.I | re.S,
)


def index(text: str) -> dict[str, Any]:
    """Return the attributes of a `create index` statement."""
    head = _INDEX.match(text.strip())
    if head is None:
        raise ValueError("an index is written `create [unique] index … on table [using …] (…)`")
    body = text.strip()[head.end() :]
    close = _closing(body)
    tail = _INDEX_TAIL.match(body[close + 1 :])
    if tail is None:
        raise ValueError(f"what does {body[close + 1 :].strip()!r} mean in an index?")
    found: dict[str, Any] = {
        "method": (head["method"] or "btree").lower(),
        "unique": head["unique"] is not None,
        "columns": split(body[1:close]),
    }
    if tail["include"]:
        found["include"] = split(tail["include"])
    if tail["with"]:
        pairs = (item.partition("=") for item in split(tail["with"]))
        found["with"] = {key.strip().lower(): value.strip() for key, _, value in pairs}
    found["where"] = tail["where"] or "absent"
    return found


def _closing(text: str) -> int:
    depth = 0
    quote = ""
    for offset, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return offset
    raise ValueError("a bracket is not closed")


_TRIGGER = re.compile(
    r"(?P<timing>before|after|instead\s+of)\s+(?P<events>.+?)"
    r"(?:\s+on\s+\S+)?\s+for\s+each\s+(?P<level>row|statement)"
    r"(?:\s+when\s*\((?P<when>.+)\))?\s+execute\s+(?:function\s+|procedure\s+)?(?P<function>\S+\(.*\))\s*;?\s*$",
    re.I | re.S,
)


def trigger(text: str) -> dict[str, Any]:
    """Return the attributes of `before update for each row execute touch_updated_at()`."""
    match = _TRIGGER.match(text.strip())
    if match is None:
        raise ValueError(
            "a trigger is written `before|after|instead of <events> for each row|statement "
            "[when (…)] execute <function>()`"
        )
    events = [
        re.sub(r"\s+", " ", e.lower()) for e in re.split(r"\s+or\s+", match["events"], flags=re.I)
    ]
    found = {
        "timing": re.sub(r"\s+", " ", match["timing"].lower()),
        "events": events,
        "level": match["level"].lower(),
        "function": match["function"],
    }
    return {**found, **({"when": match["when"]} if match["when"] else {})}
