"""Two long texts, as the lines that differ."""

import difflib
import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import bare

LONG = 200
"""Characters of a text that is hard to compare by eye."""
MANY = 6
"""Lines of one."""
_CLAUSE = re.compile(
    r"\s+(?=(?:and|or|from|where|(?:left |right |full |inner |cross )?join|on|group by|having"
    r"|order by|limit|union|when|else|with check)\b)",
    re.IGNORECASE,
)


def differs_at_length(expected: str, actual: str) -> bool:
    """Return whether two texts are so long that only what differs is to be shown."""
    both = (expected, actual)
    return all(len(text) >= LONG or text.count("\n") + 1 >= MANY for text in both)


def difference(expected: str, actual: str) -> Iterator[str]:
    """Yield the lines that differ, `-` for what is expected, with one line around them.

    Brackets, casts, the case of words and the names in front of dots, which the server adds, make
    no difference unless there is no other.
    """
    left, right = _lines(expected), _lines(actual)
    keys = [_key(line) for line in left], [_key(line) for line in right]
    if keys[0] == keys[1]:
        keys = left, right
    # With `autojunk`, difflib passes over lines that are frequent in a text of 200 lines and more.
    matcher = difflib.SequenceMatcher(None, *keys, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        if group[0][1] or group[0][3]:
            yield "…"
        for tag, start, end, other_start, other_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in left[start:end])
                continue
            yield from (f"-{line}" for line in left[start:end])
            yield from (f"+{line}" for line in right[other_start:other_end])


def _key(line: str) -> str:
    # `bare` has put blanks around the dots.
    return re.sub(r"[\w\"]+ \. ", "", bare(line))


def _lines(text: str) -> list[str]:
    """Return the lines of a text; one of a few long ones is cut in front of its clauses."""
    lines = text.strip().splitlines()
    if len(lines) < MANY:
        lines = _CLAUSE.sub("\n", " ".join(line.strip() for line in lines)).splitlines()
    return [line.rstrip() for line in lines]
