"""Tables of Markdown, for the pages that are generated."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. What a cell holds stays Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, cells))} |" for cells in lines)


def _cell(text: str) -> str:
    """Return a text in one line, and without what would end its cell."""
    return " ".join(text.split()).replace("|", "\\|")
