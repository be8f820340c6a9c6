"""Splices of a text: characters that others take the place of."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """The text from `start` to `end` becomes `new`, whose line breaks are the file's already."""

    start: int
    end: int
    new: str
    depth: int
    """How deep the changed value lies: of two insertions at one place the deeper is first."""


class Overlap(Exception):
    """Two splices are about the same characters."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with all splices. Raises Overlap if two are about the same characters."""
    parts, done = [], 0
    # sorted() keeps the order of equal ones: keys are added in the order of their changes.
    for one in sorted(splices, key=lambda one: (one.start, one.end, -one.depth)):
        if one.start < done:
            raise Overlap(one)
        parts += [text[done : one.start], one.new]
        done = one.end
    return "".join([*parts, text[done:]])
