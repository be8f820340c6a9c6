"""Patterns that are compiled when the first text is looked at.

Compiling takes as long as thousands of matches, and most runs meet no text that a pattern is for.
"""

import re
from collections.abc import Callable
from functools import cache, partial


def pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> Callable[[], re.Pattern[str]]:
    """Return a function that returns the compiled pattern."""
    return cache(partial(re.compile, text, flags))
