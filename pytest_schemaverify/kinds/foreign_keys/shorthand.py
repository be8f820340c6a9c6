"""The short form, written as in DDL."""

import re
from typing import Any

from pytest_schemaverify.language.shorthand import DOTTED, KEY, LIST

_FOREIGN_KEY = re.compile(
    rf"(?:references\s+)?(?P<references>{DOTTED}(?:\s*{KEY})?)"
    rf"(?P<rest>(?:\s*\bon\s+(?:delete|update)\s+"
    rf"(?:no\s+action|restrict|cascade|set\s+(?:null|default)(?:\s*{LIST})?)"
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
        raise ValueError(
            "a foreign key is written `table(column) [on delete …] [on update …]`, found "
            f"`{text.strip()}`; write for example `users(id) on delete cascade`"
        )
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
