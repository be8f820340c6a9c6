"""What is a secret, and what is printed instead: one list for every place that shows a text.

A secret is known by its own form (`keys`), by the name in front of it (`names`, `values`), or by
the function or column that it goes to (`rows`). Finding them takes time in proportion to the length
of the text. A text may begin anywhere in a file.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from pytest_schemaverify.sql.row_values import unmarked

from .keys import HASH, known
from .names import secret_name, secret_variable
from .rows import aliased, called, columns, named_nearby, of_roles, opening, tables
from .spans import Span, nothing
from .values import named

__all__ = [
    "HASH",
    "Span",
    "default",
    "found",
    "masked",
    "masked_from",
    "nothing",
    "of_column",
    "secret_name",
    "secret_variable",
    "setting",
    "values",
    "values_of",
    "without",
]  # fmt: skip


@lru_cache(maxsize=2)  # what is around an error is masked, and then its secrets are looked for
def found(text: str) -> list[Span]:
    """Return where secrets are, in their order; of two at one place, a certain one comes first."""
    ways = (known, called, named, columns, of_roles, aliased, named_nearby)
    spans = [span for way in ways for span in way(text)]
    return sorted(spans, key=lambda one: (one.start, not one.certain))


def masked(text: str) -> str:
    """Return the text as it may be printed; each character of a secret is replaced.

    So offsets stay valid, where the text has no marks around values of rows.
    """
    text = unmarked(text)
    parts, end = [], 0
    for span in found(text):
        start = max(span.start, end)
        if span.end > start:
            parts += [text[end:start], _LETTER.sub("*", text[start : span.end])]
            end = span.end
    return "".join([*parts, text[end:]]) if parts else text


def masked_from(text: str, start: int, end: int) -> str:
    """Return a part of a text, masked; `start` is the beginning of a line."""
    front = _front(text, start, end)
    return masked(front + text[start:end])[len(front) :]


def setting(text: str) -> str:
    """Return `name=value`, masked; the whole value is, if the name is that of a secret."""
    name, sign, value = text.partition("=")
    return f"{name}{sign}{'*' * len(value)}" if secret_name(name) else masked(text)


def default(name: str, text: str) -> str:
    """Return the default of what has a name, masked where that is the name of a secret."""
    front = f"{name} default "
    return masked(front + text)[len(front) :]


def of_column(names: str, text: str) -> str:
    """Return a value, hidden where it is of a column, or one of several, that holds secrets."""
    return "*" * len(text) if any(map(secret_name, _COLUMN.findall(names))) else masked(text)


def values(text: str, start: int = 0, end: int | None = None) -> frozenset[str]:
    """Return the secrets of a text, to be hidden where they stand without their names.

    `start` and `end` say which part of it, from the beginning of a line on.
    """
    part = _front(text, start, end) + text[start:end]
    return frozenset(part[one.start : one.end] for one in found(part))


def values_of(statement: str, text: str) -> frozenset[str]:
    """Return the secrets of a statement, to which other parts of the text may have the names."""
    return values(tables(text, statement) + statement)


def _front(text: str, start: int, end: int | None) -> str:
    """Return what has to be known of a text to find the secrets in a part of it."""
    return tables(text, text[start:end]) + (opening(text, start) if start else "")


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text masked, and without secrets that are known from elsewhere.

    The server cuts long values: it shows only their beginning, 64 characters or more.
    """
    # Longer ones first, because a shorter one may be a part of them and would leave the rest.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > _CUT:
            begun = re.compile(re.escape(secret[:_CUT]) + r"[^\n\",)]*")
            text = begun.sub(lambda match: "*" * len(match[0]), text)
        elif len(secret) >= _TELLING:
            text = text.replace(secret, "*" * len(secret))
    return masked(text)


_COLUMN = re.compile(r"\w+")
_LETTER = re.compile(r"[^\n]")
_TELLING = 4
"""Characters; a shorter text occurs in too many others."""
_CUT = 60
"""Characters of a long secret that are compared, fewer than the server shows."""
