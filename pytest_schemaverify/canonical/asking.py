"""What the server answers about a text."""

from typing import NamedTuple

from pytest_schemaverify.reading import Column

from .texts import bare, calls


class Made(NamedTuple):
    """What the server makes of a text."""

    plan: str
    columns: tuple[Column, ...]
    """What a query returns."""
    hidden: str
    """Steps of the plan of which EXPLAIN leaves something out."""
    text: str
    """The expression in the server's words; "" where a plan shows it in parts."""

    def told(self, written: str) -> str:
        """Return the server's words unless they are what is written, or what a function does."""
        inlined = calls(written) - calls(self.text)
        return "" if inlined or bare(self.text) == bare(written) else self.text
