"""What a file says of privileges on an object."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from pytest_schemaverify.language.base import Named, Terms
from pytest_schemaverify.language.keywords import in_either_case
from pytest_schemaverify.language.other_words import did_you_mean

_WORDS = (
    "all", "select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain",
    "execute", "usage", "create", "connect", "temporary", "temp", "set", "alter system",
)  # fmt: skip
_GRANTABLE = re.compile(r"\s+with\s+grant\s+option$", re.IGNORECASE)
_ON_COLUMNS = re.compile(r"(select|insert|update|references) ?\((.+)\)")


def _privileges(value: Any) -> Any:
    if isinstance(value, str):
        value = [] if value in ("none", "absent") else [value]
    if not isinstance(value, list):
        return value
    return [_privilege(one) if isinstance(one, str) else one for one in value]


def _privilege(text: str) -> str:
    word = _GRANTABLE.sub("", " ".join(text.lower().split()))
    if on_columns := _ON_COLUMNS.fullmatch(word):
        privilege, listed = on_columns.groups()
        raise ValueError(
            f"`{text}` is for single columns: say it of each, "
            f"`columns: {{{listed.split(',')[0]}: {{grants: {{role: [{privilege}]}}}}}}`"
        )
    if word not in _WORDS:
        there = f"; there are {', '.join(sorted(_WORDS))}"
        told = did_you_mean(text, sorted(_WORDS), "grants") or there
        if "," in text:
            told = f"; several are a list: write `[{text}]`"
        raise ValueError(f"`{text}` is no privilege{told}")
    word = "temporary" if word == "temp" else word
    return f"{word} with grant option" if _GRANTABLE.search(text) else word


PRIVILEGE = in_either_case(_WORDS, "with grant option")
PRIVILEGES: dict[str, Any] = {
    "anyOf": [PRIVILEGE, {"enum": ["none", "absent"]}, {"type": "array", "items": PRIVILEGE}]
}
"""JSON Schema of a list of privileges."""
Privileges = Annotated[list[str], BeforeValidator(_privileges), WithJsonSchema(PRIVILEGES)]


class Grant(Terms):
    """What is granted to one role. Short form: all of it, `[select, insert]`, `[]` for nothing."""

    family: ClassVar[str] = "privileges"
    short_form: ClassVar[dict[str, Any] | None] = PRIVILEGES
    short_for: ClassVar[Mapping[type, str]] = {str: "exactly", list: "exactly"}

    exactly: Privileges | None = None
    """These privileges and no others: `[select, insert]`, `[select with grant option]`, `all`."""
    at_least: Privileges | None = None
    """These privileges; there may be others."""
    without: Privileges | None = None
    """None of these privileges."""


class Grants(Named):
    """Privileges on an object by role; `public` stands for everyone."""

    family: ClassVar[str] = "grants"
    without_exact: ClassVar[str] = "grants.clients"
    exact: bool | None = None
    """Whether privileges of roles that are not named here, and not the owner, are failures. Where
    it says nothing, those of `defaults.clients` are."""
    __pydantic_extra__: dict[str, Grant] = Field(init=False)
