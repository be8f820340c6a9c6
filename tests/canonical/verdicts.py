"""What comes of comparing what somebody writes with what the server has stored."""

from enum import Enum
from typing import NamedTuple


class Verdict(Enum):
    SAME = "same"
    DIFFERENT = "different"
    UNTOLD = "cannot be told"


class Pair(NamedTuple):
    kind: str
    """What it is made as: policy, check, default, generated, predicate, key, view, type."""
    written: str
    stored: str
    verdict: Verdict
    of_limited: Verdict
    """For a role that may read no table."""
    since: int
    """The major version of PostgreSQL that knows it."""


def pairs(
    kind: str,
    verdict: Verdict,
    *both: tuple[str, str],
    limited: Verdict | None = None,
    since: int = 13,
) -> list[Pair]:
    return [Pair(kind, *one, verdict, limited or verdict, since) for one in both]
