"""The short form, written as in DDL."""

import re
from typing import Any

from pytest_schemaverify.language.shorthand import NAME

_TRIGGER = re.compile(
    r"(?P<constraint>constraint\s+)?(?P<timing>before|after|instead\s+of)\s+(?P<events>.+?)"
    r"(?:\s+on\s+\S+)?(?P<options>(?:\s+(?:not\s+)?deferrable|\s+initially\s+\w+)*)"
    rf"(?:\s+referencing(?P<tables>(?:\s+(?:old|new)\s+table\s+(?:as\s+)?{NAME})+))?"
    r"\s+for\s+each\s+(?P<level>row|statement)"
    r"(?:\s+when\s*\((?P<when>.+)\))?\s+execute\s+(?:function\s+|procedure\s+)?(?P<function>\S+\(.*\))\s*;?\s*$",
    re.I | re.S,
)
_TRANSITION = re.compile(rf"(old|new)\s+table\s+(?:as\s+)?({NAME})", re.I)


def trigger(text: str) -> dict[str, Any]:
    """Return the attributes of `before update for each row execute touch_updated_at()`."""
    match = _TRIGGER.match(text.strip())
    if match is None:
        raise ValueError(
            "a trigger is written `before|after|instead of <events> for each row|statement "
            f"[when (…)] execute <function>()`, found `{text.strip()}`; write for example "
            "`before insert for each row execute touch()`"
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
        # What is initially deferred is deferrable without the word.
        found["deferrable"] = deferred or bool(re.search(r"(?<!not )deferrable", options))
        found["initially_deferred"] = deferred
    for moment, name in _TRANSITION.findall(match["tables"] or ""):
        found[f"{moment.lower()}_table"] = name
    return {**found, **({"when": match["when"]} if match["when"] else {})}
