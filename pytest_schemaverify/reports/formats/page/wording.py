"""What the page says in several places: outcomes, times, numbers, places."""

import os
from typing import NamedTuple

from pytest_schemaverify.reports.formats.page.markup import Markup, tag, text, together
from pytest_schemaverify.reports.places import url
from pytest_schemaverify.reports.record import Place


class Word(NamedTuple):
    """How an outcome is shown: by a mark and in words, and not by its colour alone."""

    mark: str
    one: str
    many: str


OUTCOMES = {
    "failed": Word("✗", "does not hold", "do not hold"),
    "undetermined": Word("?", "cannot tell", "cannot tell"),
    "warned": Word("!", "warned", "warned"),
    "known": Word("~", "known", "known"),
    "skipped": Word("-", "skipped", "skipped"),
    "passed": Word("✓", "holds", "hold"),
}
"""The worst first."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def mark(outcome: str) -> Markup:
    """Return the mark of an outcome, which readers hear as a word."""
    word = OUTCOMES[outcome]
    spoken = tag("span", text(f"{word.one}: "), class_="spoken")
    seen = tag("span", text(word.mark), class_="mark", aria_hidden="true")
    return together(spoken, seen)


def place(where: Place, folder: str) -> Markup:
    """Return a place, with a link to its line where a CI says where the file is on the web.

    `folder` is the record's.
    """
    said, href = text(str(where)), url(where, folder, os.environ)
    if not href.startswith(("https://", "http://")):
        return tag("span", said, class_="place")
    return tag("a", said, class_="place", href=href, rel="noreferrer")
