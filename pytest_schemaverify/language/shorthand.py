"""Short forms, written as in DDL, to the attributes of the long form."""

import re
from typing import Any

from pytest_schemaverify.sql.names import masked, split

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
        if word == "generated":
            found |= _generated(rest)
            continue
        key, value = _said(word, rest)
        if value == "":
            raise ValueError(f"`{word}` needs an expression or a name")
        if key in found:
            raise ValueError(f"`{word}` comes after another that says the same or the contrary")
        found[key] = value
    return found


def _said(word: str, rest: str) -> tuple[str, str | bool]:
    """Return the attribute and the value of a word of a column and what follows it."""
    if word == "collate":
        return "collation", rest
    if word.startswith("default"):
        return "default", word.removeprefix("default").strip() + rest
    if rest:
        raise ValueError(f"what does {rest!r} mean after `{word}`?")
    if word.endswith("identity"):
        return "identity", "always" if "always" in word else "by default"
    return "nullable", word == "null"


_GENERATED = re.compile(
    r"always\s+as\s*(?P<expression>\(.*\))\s*(?P<how>stored|virtual)?$", re.I | re.S
)


def _generated(text: str) -> dict[str, Any]:
    match = _GENERATED.match(text)
    if match is None:
        raise ValueError("a generated column is written `generated always as (…) stored`")
    found: dict[str, Any] = {"generated": match["expression"]}
    if match["how"]:
        found["stored"] = match["how"].lower() == "stored"
    return found


_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_LIST = rf"\(\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\)"
_KEY = rf"\(\s*{_NAME}(?:\s*,\s*(?:period\s+)?{_NAME})*\s*\)"
_FOREIGN_KEY = re.compile(
    rf"(?:references\s+)?(?P<references>{_DOTTED}(?:\s*{_KEY})?)"
    rf"(?P<rest>(?:\s*\bon\s+(?:delete|update)\s+"
    rf"(?:no\s+action|restrict|cascade|set\s+(?:null|default)(?:\s*{_LIST})?)"
    r"|\s+match\s+(?:full|simple)|\s+(?:not\s+)?deferrable|\s+initially\s+(?:deferred|immediate)"
    r"|\s+not\s+valid|\s+(?:not\s+)?enforced)*)\s*$",
    re.I,
)
_ACTION = re.compile(r"on\s+(delete|update)\s+((?:no|set)\s+\w+|\w+)\s*(\(.*?\))?", re.I | re.S)
_OPTION = re.compile(
    r"\b(?:match\s+(?P<match>full|simple)|(?P<initially>initially\s+(?:deferred|immediate))"
    r"|(?P<no>not\s+)?(?P<word>deferrable|valid|enforced))\b",
    re.I,
)


def foreign_key(text: str) -> dict[str, Any]:
    """Return the attributes of `auth.users(id) on delete cascade`."""
    match = _FOREIGN_KEY.match(text.strip())
    if match is None:
        raise ValueError("a foreign key is written `table(column) [on delete …] [on update …]`")
    found: dict[str, Any] = {"references": match["references"]}
    for event, action, columns in _ACTION.findall(match["rest"]):
        key = f"on_{event.lower()}"
        if key in found:
            raise ValueError(f"`on {event}` is written twice")
        found[key] = " ".join(filter(None, [re.sub(r"\s+", " ", action.lower()), columns]))
    for option in _OPTION.finditer(_ACTION.sub("", match["rest"])):
        if option["match"]:
            found["match"] = option["match"].lower()
        elif option["initially"]:
            found["initially_deferred"] = option["initially"].lower().endswith("deferred")
        else:
            word = {"valid": "validated"}.get(option["word"].lower(), option["word"].lower())
            found[word] = not option["no"]
    return found


_EXCLUSION = re.compile(r"(?:exclude\s+)?(?:using\s+(?P<method>\w+)\s*)?(?=\()", re.I)
_PREDICATE = re.compile(r"\s*(?:where\s*(?P<where>\(.*\)))?\s*$", re.I | re.S)


def exclusion(text: str) -> dict[str, Any]:
    """Return the attributes of `exclude using gist (room with =) where (not cancelled)`."""
    text = text.strip()
    head = _EXCLUSION.match(text)
    body = text[head.end() :] if head else ""
    close = _closing(body) if body else 0
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


_INDEX = re.compile(
    r"create\s+(?P<unique>unique\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?"
    rf"(?:(?!on\s+(?!on\b))(?P<name>{_NAME})\s*)?(?:\bon\b|(?<=\")on\b)\s*(?:only\s+)?"
    rf"(?P<table>{_DOTTED})\s*(?:using\s+(?P<method>\w+)\s*)?(?=\()",
    re.I,
)
_INDEX_TAIL = re.compile(
    r"\s*(?:include\s*\((?P<include>.*?)\))?\s*(?P<nulls>nulls\s+not\s+distinct)?"
    rf"\s*(?:with\s*\((?P<with>.*?)\))?\s*(?:tablespace\s+(?P<tablespace>{_NAME}))?\s*(?:where\b\s*(?P<where>.+?))?\s*;?\s*$",
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
        "valid": True,
        "columns": split(body[1:close]),
    }
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
    r"(?P<constraint>constraint\s+)?(?P<timing>before|after|instead\s+of)\s+(?P<events>.+?)"
    r"(?:\s+on\s+\S+)?(?P<options>(?:\s+(?:not\s+)?deferrable|\s+initially\s+\w+)*)"
    rf"(?:\s+referencing(?P<tables>(?:\s+(?:old|new)\s+table\s+(?:as\s+)?{_NAME})+))?"
    r"\s+for\s+each\s+(?P<level>row|statement)"
    r"(?:\s+when\s*\((?P<when>.+)\))?\s+execute\s+(?:function\s+|procedure\s+)?(?P<function>\S+\(.*\))\s*;?\s*$",
    re.I | re.S,
)


_TRANSITION = re.compile(rf"(old|new)\s+table\s+(?:as\s+)?({_NAME})", re.I)


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
    found: dict[str, Any] = {
        "timing": re.sub(r"\s+", " ", match["timing"].lower()),
        "events": events,
        "level": match["level"].lower(),
        "enabled": True,
        "function": match["function"],
    }
    if match["constraint"]:
        options = " ".join(match["options"].lower().split())
        deferred = "initially deferred" in options
        found["constraint"] = True
        found["deferrable"] = deferred or bool(re.search(r"(?<!not )deferrable", options))
        found["initially_deferred"] = deferred
    for moment, name in _TRANSITION.findall(match["tables"] or ""):
        found[f"{moment.lower()}_table"] = name
    return {**found, **({"when": match["when"]} if match["when"] else {})}
