"""What the page says of pairs is what the pairs say."""

import re
from pathlib import Path

from .pairs import PAIRS

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "comparing.md"


def test_the_page_shows_pairs_that_are_tested() -> None:
    rows = re.findall(r"^\| `(.+)` \| `(.+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) > 10
    known = {(pair.written, pair.stored, pair.verdict.value) for pair in PAIRS}
    assert [row for row in rows if row not in known] == []
