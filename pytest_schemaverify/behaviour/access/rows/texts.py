"""Texts that the expressions of checks suggest: for patterns, lengths, and what they begin with."""

import re
from collections.abc import Iterator, Sequence

from pytest_schemaverify.behaviour.access.rows.patterns import like, matching, varied
from pytest_schemaverify.sql.lexical import IN_STRING

_REGEX = re.compile(rf"!?~\*?\s+(?:\w*\.?similar_to_escape\()?'({IN_STRING})'")
# The words stand in the bodies of functions, of which the server does not write operators.
_LIKE = re.compile(rf"(?:~~\*?|\bi?like)\s+'({IN_STRING})'", re.IGNORECASE)
_SIGNS_OF_A_PATTERN = re.compile(r"[\^$\[\\]")
LONGEST = 10_000
"""Length of a text that is made for a check."""


def suggested(
    expression: str, literals: Sequence[str], numbers: Sequence[float], number: int
) -> Iterator[str]:
    """Yield texts that an expression, its literals and its numbers suggest.

    `number` makes them differ from those for another one.
    """
    sizes = [*dict.fromkeys(
        int(n) + more for n in numbers for more in (0, 1, -1) if 0 <= n + more <= LONGEST
    )]  # fmt: skip
    patterns = [text.replace("''", "'") for text in _REGEX.findall(expression)]
    patterns += [text for text in literals if _SIGNS_OF_A_PATTERN.search(text)]
    # As SIMILAR TO has it, % stands for any text.
    patterns += [text.replace("%", ".*") for text in patterns if "%" in text]
    patterns = [*dict.fromkeys(patterns)]
    for pattern in patterns:
        yield from _for_pattern(pattern, sizes, number)
    for pattern in _LIKE.findall(expression):
        yield from _for_like(pattern.replace("''", "'"), sizes, number)
    yield from literals
    digits = f"{number}"
    for size in sizes:
        yield from _of_size(size, digits)
    for text in literals:
        yield from (f"{text}{number}", f"{number}{text}", f"{text}a")
        yield from (f"a{number}{text}{other}" for other in literals[:3])
        yield from ((text + digits * size)[:size] for size in sizes if size >= len(text))
    for pattern in patterns:
        yield from (varied(matching(pattern, 4), number + more) for more in range(1, 30))


def _of_size(size: int, digits: str) -> Iterator[str]:
    for text in (digits + "a" * size, digits * size, "A" + digits * size, "a" + digits * size):
        # Its last part, for numbers that follow one another differ there.
        yield text[:size]
        yield text[len(digits) - size :][:size] if 0 < size < len(digits) else text[:size]


def _for_pattern(pattern: str, sizes: Sequence[int], number: int) -> Iterator[str]:
    for times in (1, 3, 8):
        text = matching(pattern, times)
        yield from (varied(text, number), text)
    short, longer = matching(pattern, 1), matching(pattern, 2)
    step = len(longer) - len(short)
    for size in sizes:
        text = short
        if step and size > len(short):
            text = matching(pattern, 1 + (size - len(short)) // step)
        text = varied(text, number)
        yield text
        # Where a pattern has no end, anything may follow.
        yield text + (f"{number}" * size)[: max(0, size - len(text))]
    for which in (1, 2, 3):
        yield varied(matching(pattern, 1, which), number)
    yield matching(pattern, 0)


def _for_like(pattern: str, sizes: Sequence[int], number: int) -> Iterator[str]:
    for filler in (f"a{number}", f"{number}", "", "a"):
        yield like(pattern, filler)
    gaps = pattern.count("%")
    for size in sizes if gaps else ():
        rest = max(0, size - len(like(pattern)))
        first = (f"{number}" + "0" * rest)[:rest] if rest else ""
        yield like(pattern.replace("%", first.replace("_", ""), 1))
