"""A place in a text that holds a secret, and texts that are never secrets."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pytest_schemaverify.sql.patterns import pattern


class Span(NamedTuple):
    """Where a secret is; its text is not kept."""

    start: int
    end: int
    what: str
    """What it is, such as "a Stripe key" or "the password of a role"."""
    certain: bool
    """Whether it can be nothing else, so that even a short or ordinary word counts."""


_NOTHING = pattern(
    r"""
      [\s*.…_xX-]* | <.*> | \{.*\} | \[.*\] | %\w* | %\(.* | \$\d+ | :\w+ | :'\w+' | :"\w+" | \$\{.*
    | env[.:(].*
    | (?>(?:(?:unknown|undefined|none|null|nil|n/?a|not|no|unset|set|is|yet|missing|pending|later
        |to|be|will|changed|replaced|removed|deleted|filled|in|todo|tbd|empty|disabled|invalid|revoked
        |expired|hidden|masked|redacted|provided|available|applicable|required|optional|true|false
        |default)\b[\s_.-]*)+)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Texts that are no secrets: placeholders, and words that say that there is none."""
_ALGORITHM = pattern(
    r"(?:hex|base64|escape|utf-?8|bf|xdes|des|md5|sha-?\d{1,3}|aes\d*|blowfish|hs\d+|rs\d+|es\d+"
    r"|jwt|bearer|basic|scram-sha-256)(?:[-/].{0,20})?|(?:compress|cipher|s2k)-\w+=.{0,60}",
    re.IGNORECASE,
)
"""Names of algorithms and encodings."""


def nothing(value: str) -> bool:
    """Return whether a text is no secret, even behind the name of one."""
    # A longer text in brackets is no placeholder, and may hold a secret.
    return len(value) < 100 and bool(_NOTHING().fullmatch(value) or _ALGORITHM().fullmatch(value))


def mixed(value: str) -> bool:
    """Return whether a text is not a word of a language or of SQL: it has digits among letters."""
    return len(value) >= 6 and bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value))


def real(
    text: str, span: tuple[int, int] | None, what: str, *, certain: bool = False
) -> Iterator[Span]:
    """Yield a place, if what stands there can be a secret."""
    if span is not None and not nothing(text[slice(*span)].strip()):
        yield Span(*span, what, certain)
