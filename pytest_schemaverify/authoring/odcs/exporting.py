"""A file of expectations as a contract, and what of it a contract cannot carry."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Untaken
from pytest_schemaverify.authoring.odcs.carrying import CARRIED, carry
from pytest_schemaverify.authoring.odcs.reading import own_identity
from pytest_schemaverify.authoring.odcs.sheet import Sheet
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.language.other_files import dumped
from pytest_schemaverify.sql.names import BadName
from pytest_schemaverify.verification.planning import Planned

VERSION = "v3.1.0"
"""The version of the standard that is written."""
Left = dict[tuple[str, str], list[Planned]]
"""What is not carried, by what it is about and why."""
_NO_KEY = "the standard has no key for it"
_MADE_UP = {"version": "1.0.0", "status": "draft"}
"""What a contract must have and a file of expectations may not say."""


@dataclass(slots=True)
class Exported:
    """What was made of a file of expectations."""

    contract: dict[str, Any]
    count: int
    """Expectations of the file."""
    left: Left
    made_up: list[str]
    """Keys of the contract whose values the file does not say."""

    def text(self) -> str:
        """Return the contract."""
        return dumped(self.contract)

    def lines(self, file: str) -> Iterator[str]:
        """Yield how much is carried, and what is not with its places."""
        number = sum(map(len, self.left.values()))
        yield f"{self.count - number} of {self.count} expectations carried"
        if self.made_up:
            said = ", ".join(f"{key}: {self.contract[key]}" for key in self.made_up)
            yield f"made up: {said}; write `x-odcs: {{{said}}}` into {file} for your own"
        if number:
            yield f"not carried, {number}:"
        most = sorted(self.left.items(), key=lambda one: -len(one[1]))
        for (what, why), found in most:
            yield f"  {len(found):4} {what}: {why}"
            yield from (f"         {line}" for line in _places(found, file))


def exported(
    planned: Sequence[Planned], schema: str, text: str, file: str, default_id: str,
    server: Mapping[str, Any] | None = None,
) -> Exported:  # fmt: skip
    """Return the contract that says what the expectations of a file say.

    `schema` is that of names without one, `text` and `file` are the file's, `default_id` is what
    the contract is called where the file does not say it, and `server` where the rows are. Raises
    SpecError for an `x-odcs` in it that is wrong, or where nothing can be carried.
    """
    own = own_identity(text, file, schema)
    sheet, left = _carried(planned, schema)
    if not sheet.objects:
        told = "a contract is about tables and views, and the file expects none; write for example"
        raise SpecError([f"{file}:1:1: {told} `tables: {{users: {{}}}}`"])
    servers = [{**server, "schema": schema}] if server else own.get("servers")
    head = {"id": default_id, **_MADE_UP} | own | ({"servers": servers} if servers else {})
    contract = {"apiVersion": VERSION, "kind": "DataContract"}
    contract |= {key: head[key] for key in _ORDER if key in head} | {"schema": sheet.written()}
    made_up = [key for key in ("id", *_MADE_UP) if key not in own]
    return Exported(contract, len(planned), left, made_up)


_ORDER = ("id", "name", "version", "status", "domain", "tenant", "servers")


def _carried(planned: Iterable[Planned], schema: str) -> tuple[Sheet, Left]:
    sheet, left, order = Sheet(schema), dict[tuple[str, str], list[Planned]](), [*CARRIED]
    for one in sorted(planned, key=lambda one: order.index(one.check) if one.check in order else 0):
        try:
            carry(sheet, one)
        except (Untaken, BadName) as why:
            left.setdefault((_what(one.check), str(why) or _NO_KEY), []).append(one)
    return sheet, left


def _what(check: str) -> str:
    """Return what a check is about: its kind, if the contract carries nothing of that."""
    family = check.partition(".")[0]
    return check if any(one.startswith(f"{family}.") for one in CARRIED) else family


def _places(found: Iterable[Planned], file: str) -> Iterator[str]:
    """Yield `file:12,15-18` for each file in which expectations stand."""
    lines: dict[str, set[int]] = {}
    for one in found:
        lines.setdefault(one.file or file, set()).add(one.line)
    for name, numbers in lines.items():
        yield f"{name}:{_ranges(sorted(numbers))}"


def _ranges(numbers: list[int]) -> str:
    """Return `12,15-18` for some numbers in order."""
    parts: list[list[int]] = []
    for one in numbers:
        if parts and one == parts[-1][-1] + 1:
            parts[-1].append(one)
        else:
            parts.append([one])
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def slug(text: str) -> str:
    """Return a text as an identifier: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "expectations"
