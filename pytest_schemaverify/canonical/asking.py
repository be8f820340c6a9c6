"""What the server answers about a text."""

import json
import re
from collections.abc import Collection
from typing import NamedTuple

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.reading import Column

from .texts import bare, calls, named


class Made(NamedTuple):
    """What the server makes of a text."""

    plan: str
    columns: tuple[Column, ...]
    """What a query returns."""
    hidden: str
    """Steps of the plan of which EXPLAIN leaves something out."""
    text: str
    """The expression in the server's words; "" where a plan shows it in parts."""
    queries: int
    """How many sub-queries of expressions the plan has."""

    def shows(self, name: str) -> bool:
        """Return whether a name or a literal stands in the plan."""
        return (
            re.search(rf"(?<!\w){re.escape(json.dumps(name)[1:-1])}(?!\w)", self.plan) is not None
        )

    def told(self, written: str) -> str:
        """Return the server's words unless they are what is written, or what a function does."""
        inlined = calls(written) - calls(self.text)
        return "" if inlined or bare(self.text) == bare(written) else self.text

    def left_out(self, queries: int, columns: Collection[str]) -> str:
        """Return what the plan does without, of so many sub-queries and some columns; or ""."""
        if self.queries < queries:
            return "sub-queries"
        if '"One-Time Filter": "false"' in self.plan:
            return "what is beside false"
        return next((name for name in sorted(columns) if not self.shows(name)), "")


def untold(kind: str, written: str, hidden: str) -> CannotDetermine:
    """Return what is said of texts that have one plan, which does not show all of them."""
    return CannotDetermine(
        f"comparing the {kind} `{named(written)}`",
        because=f"the server's plan does not show all of it ({hidden})",
        remedy="write it exactly as the server has stored it",
    )
