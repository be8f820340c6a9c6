"""What a check says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from pytest_schemaverify.sql import secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between what was expected and what is there."""

    expected: str
    actual: str
    read_as: tuple[str, str] = ("", "")
    """What the server reads `expected` and `actual` as, where it has other words for them."""
    identity: str = ""
    """What makes it the same finding in another run, where `expected` and `actual` tell also of
    what only this run has: rows, ids, numbers of them, times. It names what is wrong, and how."""
    subject: str = ""
    """The object, where a check looks at many."""
    fix: str = ""
    """SQL that removes the difference, where statements can."""
    hint: str = ""
    """What else a reader should know: the nearest name, the place in a file."""
    place: str = ""
    """Where in a file it is: `migrations/003_unified.sql:12:5`."""
    untold: bool = False
    """Whether it is no difference: nobody could tell, for the reason that is `actual`."""
    unlike: bool = False
    """Whether the two cannot be compared at all, so that `not` of what is expected holds no more
    than it does itself: a condition on a number where a text is found, or nothing."""
    changed: str = ""
    """Where the object was last changed: `last changed in migrations/003_unified.sql:123`."""

    @property
    def masked(self) -> "Finding":
        """The finding as it may be printed: without secrets, of which it may be about one."""
        expected, actual = map(secrets.masked, self.read_as)
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        texts: dict[str, Any] = {
            name: secrets.masked(value) for name, value in values if isinstance(value, str)
        }
        return replace(self, **texts, read_as=(expected, actual))


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
    """Return what a server says without the values in it: what another run says for other rows."""
    return _PASSING.sub("…", str(message))


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")")


def apart(finding: Finding, expected: object) -> Finding:
    """Return the finding with the elements of a list apart that YAML has split at a comma.

    `[coalesce(a, b)]` are two elements, and together they look as one does.
    """
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
    """Return named pairs of texts as a table; what is missing on one side is a dash."""
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
    """Return a few values as one line; a long one is cut, so that no row is poured into a log.

    `of` are the names of their columns: secrets are not shown.
    """
    texts = (secrets.of_column(of, str(value)) for value in values)
    return ", ".join(text if len(text) <= width else f"{text[: width - 1]}…" for text in texts)
