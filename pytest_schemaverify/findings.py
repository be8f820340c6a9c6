"""Findings: the differences that checks report, and how their texts are put together."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from pytest_schemaverify.sql import secrets
from pytest_schemaverify.sql.row_values import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between what was expected and what is there."""

    expected: str
    actual: str
    read_as: tuple[str, str] = ("", "")
    """How the server prints `expected` and `actual`, if it does so in other words."""
    identity: str = ""
    """Text that is the same in another run, if `expected` and `actual` have rows, ids, numbers of
    rows or times of this run in them. It names what is wrong, and how."""
    subject: str = ""
    """The object, if a check looks at many."""
    cause: str = ""
    """What it has in common with others of its check, of which a reader is told once."""
    fix: str = ""
    """SQL that removes the difference, if statements can."""
    hint: str = ""
    """Further help for the reader: the nearest name, the place in a file."""
    place: str = ""
    """The place in a file: `migrations/003_unified.sql:12:5`."""
    untold: bool = False
    """Whether the check could not be made, and this is no difference; `actual` has the reason."""
    unlike: bool = False
    """Whether the two cannot be compared at all, such as a condition on a number with a text. Then
    neither the expectation nor its `not` holds."""
    changed: str = ""
    """The place of the last change of the object: `last changed in
    migrations/003_unified.sql:123`."""

    @property
    def masked(self) -> "Finding":
        """The finding as it may be printed, without secrets."""
        return self.each(secrets.masked)

    def each(self, shown: Callable[[str], str]) -> "Finding":
        """Return the finding with each of its texts as a function makes it."""
        expected, actual = map(shown, self.read_as)
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        texts: dict[str, Any] = {
            name: shown(value) for name, value in values if isinstance(value, str)
        }
        return replace(self, **texts, read_as=(expected, actual))


# What another run has other values of: UUIDs, schemas of sessions, literals, the values of a key in
# a message ("Key (id)=(7) already exists."), and numbers, dates and times. A number inside of a
# name and the code behind SQLSTATE stay.
_PASSING = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|\bpg_(?:temp|toast)_\d+|'(?:[^']|'')*'|\([^()]*\)=\([^()]*\)"
    r"|(?<![\w.\"])(?<!SQLSTATE )[-+]?\d+(?:[.:-]\d+)*(?![\w\"])",
    re.IGNORECASE,
)


def counted_rows(number: int | str) -> str:
    """Return how many rows there are in words; the number may be written, as `at least 2`."""
    return f"{number} row" if str(number) == "1" else f"{number} rows"


def lasting(message: object) -> str:
    """Return a message of the server without the values in it, which is the same in another run."""
    return _PASSING.sub("…", str(message))


def _balanced(text: str) -> bool:
    """Return whether a text has as many closing brackets as opening ones."""
    return text.count("(") == text.count(")")


def apart(finding: Finding, expected: object) -> Finding:
    """Return the finding with quotes around list elements that YAML has split at commas."""
    # In YAML `[coalesce(a, b)]` are two elements, `coalesce(a` and `b)`. Joined by a comma they
    # look like the one element that the user meant.
    texts = [one for one in expected if isinstance(one, str)] if isinstance(expected, list) else []
    if all(map(_balanced, texts)) or not _balanced("".join(texts)):
        return finding
    quoted = ", ".join(f'"{text}"' for text in texts)
    told = f"these are {len(texts)} elements: inside [ ] YAML ends one at each comma; put an "
    told += "expression that has one in quotes"
    return replace(
        finding,
        expected=finding.expected.replace(", ".join(texts), quoted),
        hint="\n".join(filter(None, (finding.hint, told))),
        fix="",
    )


def side_by_side(
    rows: Iterable[tuple[str, str, str]], titles: tuple[str, str], width: int = 40
) -> str:
    """Return named pairs of texts as a table, with `-` for an empty text.

    Texts are cut to `width` characters.
    """
    table = [("", *titles), *rows]
    cut = [
        [text if len(text) <= width else f"{text[: width - 1]}…" for text in (one, *pair)]
        for one, *pair in table
    ]
    first = max(len(row[0]) for row in cut)
    second = max(len(row[1]) for row in cut)
    return "\n".join(
        f"{name:<{first}}  {left or '-':<{second}}  {right or '-'}".rstrip()
        for name, left, right in cut
    )


def samples(values: Iterable[object], width: int = 40, of: str = "") -> str:
    """Return a few values of rows as one line, each cut to `width` characters, for a message.

    `of` are the names of their columns, by which secrets are found and not shown.
    """
    texts = (secrets.of_column(of, str(value)) for value in values)
    cut = (text if len(text) <= width else f"{text[: width - 1]}…" for text in texts)
    return ", ".join(map(marked, cut))
