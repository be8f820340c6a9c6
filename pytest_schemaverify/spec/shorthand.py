"""Short forms, written as in DDL, to the attributes of the long form."""

import re
from typing import Any

from pytest_schemaverify.names import masked, split

_COLUMN_WORDS = re.compile(
    r"\b(generated\s+(?:always|by\s+default)\s+as\s+identity|generated|not\s+null|null"
    r"|default\s+null|default|collate|primary\s+key|unique|references|check|constraint)\b",
    re.I,
)
_ELSEWHERE = {
    "primary key": "primary_key: […] of the table",
    "unique": "unique: […] of the table",
    "references": "foreign_keys: {…} of the table",
    "check": "checks: {…} of the table",
    "constraint": "primary_key, unique, foreign_keys or checks of the table",
    "generated": "the long form: {type: …, generated: …}",
    "collate": "a query of pg_catalog under data.queries",
}


def column(text: str) -> dict[str, Any]:
    """Return the attributes of `uuid not null default gen_random_uuid()`."""
    words = [
        (match.start(), match.end(), re.sub(r"\s+", " ", match.group().lower()))
        for match in _COLUMN_WORDS.finditer(masked(text))
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
        key: str
        value: str | bool
        if word.startswith("default"):
            key, value = "default", word.removeprefix("default").strip() + rest
        elif rest:
            raise ValueError(f"what does {rest!r} mean after `{word}`?")
        elif word.endswith("identity"):
            key, value = "identity", "always" if "always" in word else "by default"
        else:
            key, value = "nullable", word == "null"
        if value == "":
            raise ValueError("`default` needs an expression")
        if key in found:
            raise ValueError(f"`{word}` comes after another that says the same or the contrary")
        found[key] = value
    return found


_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_FOREIGN_KEY = re.compile(
    rf"(?:references\s+)?(?P<references>{_DOTTED}(?:\s*\(\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\))?)"
    r"(?P<actions>(?:\s*\bon\s+(?:delete|update)\s+"
    rf"(?:no\s+action|restrict|cascade|set\s+(?:null|default)(?:\s*\(\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\))?))*)\s*$",
    re.I,
)
_ACTION = re.compile(r"on\s+(delete|update)\s+((?:no|set)\s+\w+(?:\s*\([^)]*\))?|\w+)", re.I)


def foreign_key(text: str) -> dict[str, Any]:
    """Return the attributes of `auth.users(id) on delete cascade`."""
    match = _FOREIGN_KEY.match(text.strip())
    if match is None:
        raise ValueError("a foreign key is written `table(column) [on delete …] [on update …]`")
    found = {"references": match["references"]}
    for event, action in _ACTION.findall(match["actions"]):
        key = f"on_{event.lower()}"
        if key in found:
            raise ValueError(f"`on {event}` is written twice")
        words, bracket, columns = action.partition("(")
        found[key] = re.sub(r"\s+", " ", words.lower()).strip() + f" {bracket}{columns}".rstrip()
    return found


_INDEX = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?"
    rf"(?:(?!on\s+(?!on\b))(?P<name>{_NAME})\s*)?(?:\bon\b|(?<=\")on\b)\s*(?:only\s+)?"
    rf"(?P<table>{_DOTTED})\s*(?:using\s+(?P<method>\w+)\s*)?(?=\()",
    re.I,
)
_INDEX_TAIL = re.compile(
    r"\s*(?:include\s*\((?P<include>.*?)\))?\s*(?P<nulls>nulls\s+not\s+distinct)?"
    r"\s*(?:with\s*\((?P<with>.*?)\))?\s*(?:where\b\s*(?P<where>.+?))?\s*;?\s*$",
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
    if tail["nulls"]:
        raise ValueError("`nulls not distinct` is not compared; a query under data.queries can")
    found: dict[str, Any] = {
        "method": (head["method"] or "btree").lower(),
        "unique": head["unique"] is not None,
        "valid": True,
        "columns": split(body[1:close]),
    }
    found["include"] = split(tail["include"] or "")
    if tail["with"]:
        pairs = (item.partition("=") for item in split(tail["with"]))
        found["with"] = {key.strip().lower(): value.strip(" '") for key, _, value in pairs}
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
        "enabled": True,
        "function": match["function"],
    }
    return {**found, **({"when": match["when"]} if match["when"] else {})}
