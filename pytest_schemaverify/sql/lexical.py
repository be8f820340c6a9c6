r"""The lexical rules of PostgreSQL, from which each pass over a text makes a pattern of its own.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html

A regular expression knows neither how deep comments nest nor the other end of a dollar quote. So
patterns have only their beginnings, in groups called `comment` and `dollar`, and a quote that
nothing closes in one called `open`; `ending` tells where what they begin ends.

Two things differ from the server's rules. What Unicode calls white space is no part of a name,
since nobody means a no-break space in a name. And a constant that goes on in the next line is one
token only where backslashes escape, since it makes no difference elsewhere.
"""

import re
from collections.abc import Iterator
from functools import cache, partial

LINE_COMMENT = r"--[^\n\r]*+"
BLANK = rf"(?>(?:\s++|{LINE_COMMENT})+)"
"""White space, and comments up to the end of a line."""
IN_STRING, IN_ESCAPED = r"(?>(?:[^']++|'')*)", r"(?>(?:[^'\\]++|\\.|'')*)"
STRING = f"'{IN_STRING}'"
"""A constant without letters in front, as it is read with standard_conforming_strings."""
ESCAPED = rf"'{IN_ESCAPED}'(?>(?:[^\S\n\r]*+[\n\r]\s*+'{IN_ESCAPED}')*)"
"""A constant behind an `e`, and any other one without standard_conforming_strings."""
QUOTED = r'"(?>(?:[^"]++|"")*)"'
_FIRST = r"[^\x00-@\[-^`{-\x7f\s]"
"""What a word begins with: a letter, `_`, and everything that is not ASCII."""
WITHIN_WORD = r"[^\x00-#%-/:-@\[-^`{-\x7f\s]"
"""What a word goes on with: digits and `$`, too."""
WORD = f"{_FIRST}{WITHIN_WORD}*+"
NAME = f'(?:"(?>(?:[^"]++|"")+)"|{WORD})'
TAG = rf"{_FIRST}[^\x00-/:-@\[-^`{{-\x7f\s]*+"
DOLLAR = rf"\$(?:{TAG})?\$"
"""The beginning of a dollar quote, `$$` or `$tag$`; within a word a dollar is a part of that."""
OPERATOR = (
    r"(?>(?:(?!--|/\*)[-+*/<>=])*)(?!--|/\*)[~!@\#%^&|`?](?>(?:(?!--|/\*)[-+*/<>=~!@\#%^&|`?])*)"
    r"|(?:(?!--|/\*)[-+*/<>=])*(?!--|/\*)[*/<>=]|(?!--)[-+]"
)
"""It ends with `+` or `-` only if it has one of `~ ! @ # % ^ & | ` ?`; so `a =-1` has two."""
_ALONE = "".join(c for c in map(chr, range(128)) if not c.isalnum() and c not in "-/'\"$_")
"""What begins neither a word nor a number, a comment, an operator with one in it, or a quote."""
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_BLANK = re.compile(BLANK)


@cache
def stopping(
    at: str, *, signs: str = "", words: str = "", constant: str = STRING, over: str = LINE_COMMENT
) -> re.Pattern[str]:
    """Return a pattern that matches from the end of a token up to and with what is wanted.

    `at` are groups: signs, all of which are in `signs`, words, all of which are in `words`, or
    comments, if they are not in `over`. In front of them the pattern passes over everything else:
    a search that tries each character for all of them takes three times as long. Compiling takes
    1 ms, so modules keep a `partial`, and the first text that they read has the pattern compiled.
    """
    alone = "".join(sign for sign in _ALONE if sign not in signs)
    # Backslashes never escape in these, not even without standard_conforming_strings.
    plain = "" if constant == STRING else f"(?:[uU]&|[bBxX]){STRING} |"
    return re.compile(
        rf"""
        (?>(?: {plain} [{re.escape(alone)}]++ | \s++
          | (?! [eE]' | (?i:{words})(?!{WITHIN_WORD}) ) {WORD}
          | [0-9]{WITHIN_WORD}*+ | -(?!-) | {over} | /(?!\*) | \$[0-9]++ | (?!{DOLLAR})\$
          | {constant} | [eE]{ESCAPED} | {QUOTED} )*)
        (?: (?i:{at}) | (?P<comment>/\*) | (?P<dollar>{DOLLAR}) | (?P<open>[eE]?'|") )
        """,
        re.VERBOSE | re.DOTALL,  # ignoring case everywhere would take 5 ms to compile
    )


def lexed(
    pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None, *, deepest: int = 0
) -> Iterator[tuple[re.Match[str], int]]:
    """Yield what such a pattern stops at in a part of a text, with the offset behind it.

    With `deepest` what dollars quote is read as well, to that depth: it mostly is code.
    """
    last = len(text) if end is None else end
    while found := pattern.match(text, start, last):
        stop = ending(text, found)
        start = last if stop is None else min(stop, last)
        yield found, start
        if deepest and found.lastgroup == "dollar":
            mark = len(found["dollar"]) if start == stop else 0
            yield from lexed(pattern, text, found.end(), start - mark, deepest=deepest - 1)


def behind(text: str, found: re.Match[str]) -> int:
    """Return the offset behind what a match begins, the end of the text if nothing ends it."""
    end = ending(text, found)
    return len(text) if end is None else end


def ending(text: str, found: re.Match[str]) -> int | None:
    """Return the offset behind what a match begins, None if nothing ends it."""
    match found.lastgroup:
        case "comment":
            return _comment_end(text, found.start("comment"))
        case "dollar":
            mark = found["dollar"]
            closed = text.find(mark, found.end())
            return closed + len(mark) if closed >= 0 else None
        case "open":
            return None
        case _:
            return found.end()


def _comment_end(text: str, start: int) -> int | None:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return None


def skip_blank(text: str, position: int) -> int:
    """Return the offset of the next character that is neither white space nor comment."""
    while True:
        if blank := _BLANK.match(text, position):
            position = blank.end()
        if not text.startswith("/*", position):
            return position
        end = _comment_end(text, position)
        position = len(text) if end is None else end


def folded(word: str) -> str:
    """Return a word in lower case, A to Z only: what else the server folds, its locale says."""
    return (
        word.lower() if word.isascii() else "".join(c.lower() if c.isascii() else c for c in word)
    )


def unquoted(name: str) -> str:
    """Return a name as the catalog has it: without its quotes, or in lower case if it has none."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else folded(name)


def bare_name(name: str) -> str:
    """Return the last part of a name, in lower case, for finding it however it is written."""
    return name.rpartition(".")[2].strip('"').lower()


_COMMENTS = partial(stopping, rf"(?P<line>{LINE_COMMENT})", over="(?!)")
DEEPEST = 3
"""Dollar quotes inside of one another that hold code: a body, what it runs, and a text in that.

Without a bound, reading a text that opens many would take time by the square of its length.
"""


def remark(text: str) -> str:
    """Return a text as a comment in one line; a line break, as names may have one, would end it."""
    return f"-- {' '.join(text.split())}"


def without_comments(text: str) -> str:
    """Return a text with a space for each comment, also in what dollars quote."""
    kept: list[str] = []
    done = 0
    for found, end in lexed(_COMMENTS(), text, deepest=DEEPEST):
        if found.lastgroup in ("line", "comment"):
            kept += text[done : found.start(found.lastgroup)], " "
            done = end
    return "".join([*kept, text[done:]])
