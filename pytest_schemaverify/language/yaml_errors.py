"""What YAML's parser says, for readers who do not know it: what is wrong, where, what to type."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .scalars import in_quotes
from .taken_apart import lines_of, quoted_line

Told = tuple[tuple[int, int], str]
"""A place, line and column from 1, and what is to be said of it."""


def told(error: Any, text: str) -> Told:
    """Return where a text is no YAML, and why. The place may be that of what was not closed."""
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begun = error.context_mark
    begin = (begun.line + 1, begun.column + 1) if begun else place
    problem, context = str(error.problem), str(error.context)
    found = _Found(lines_of(text), place, begin, problem, context)
    for reader in _READERS:
        if answer := reader(found):
            return answer
    advice = quoted_line(text, found.line, found.problem)
    problem = found.problem.replace("did not find expected", "expected").removeprefix("found ")
    if "mapping values are not allowed" in problem:
        problem = "a colon with a space behind it stands inside of a text"
    if found.at(*place).startswith("//"):
        advice = "; a comment begins with `#`"
    met = f", found `{found.at(*place)[:1]}`" if found.at(*place) and "expected" in problem else ""
    return place, f"{problem}{met}{advice}"


@dataclass(frozen=True, slots=True)
class _Found:
    """What the parser met, with places that count from 1."""

    lines: list[str]
    place: tuple[int, int]
    begun: tuple[int, int]
    """Where that begins which cannot be read; the same as `place` where the parser says nothing."""
    problem: str
    context: str

    @property
    def line(self) -> int:
        """The line of the problem."""
        return self.place[0]

    @property
    def column(self) -> int:
        """The column of the problem."""
        return self.place[1]

    def at(self, line: int, column: int = 1) -> str:
        """Return the rest of a line from a column on; "" behind the end of the text."""
        return self.lines[line - 1][column - 1 :].rstrip() if line <= len(self.lines) else ""

    def before(self, line: int) -> int:
        """Return the number of the last line above one that says something; 0 for none."""
        above = (at for at in range(line - 1, 0, -1) if _SAYS.match(self.lines[at - 1]))
        return next(above, 0)

    @property
    def ended(self) -> bool:
        """Whether the parser had come to the end of the text."""
        return not "".join(self.lines[self.line - 1 :])[self.column - 1 :].strip()


_SAYS = re.compile(r"\s*[^\s#]")
_KEY = re.compile(r"\s*(?:- +)?([\w.\"']+)\s*:(?:\s|$)")
_OPENS = {"{": "}", "[": "]"}


def _tab(found: _Found) -> Told | None:
    indent = re.match(r" *\t", found.at(found.line))
    if indent is None:
        return None
    return (found.line, indent.end()), (
        "a tab indents this line, and YAML takes spaces only; put spaces in its place: "
        f"`{'  ' * _depth(found)}{found.at(found.line).strip()}`"
    )


def _depth(found: _Found) -> int:
    """Return how deep a line is: tabs count once, and spaces two by two."""
    indent = re.match(r"[ \t]*", found.at(found.line))
    return indent[0].count("\t") + indent[0].count(" ") // 2 if indent else 0


def _documents(found: _Found) -> Told | None:
    if "another document" not in found.problem and "<document start>" not in found.problem:
        return None
    if "another document" not in found.problem:
        return found.place, (
            "`...` has ended the document above; a file of expectations is one document: "
            "leave that line out"
        )
    return found.place, (
        "`---` begins a second document, and a file of expectations is one document; leave this "
        "line out, or put what follows into a file of its own and write `include: other.yaml`"
    )


def _quote(found: _Found) -> Told | None:
    if "quoted scalar" not in found.context:
        return None
    if "end of stream" in found.problem or "document indicator" in found.problem:
        quote = found.at(*found.begun)[:1]
        return (
            found.begun,
            f"the quote {quote} that opens here is not closed; close it with {quote}",
        )
    if "escape" not in found.problem:
        return None
    sign = found.at(found.line, found.column)[:2]
    return found.place, (
        f'`{sign}` means nothing inside of "…"; in single quotes a backslash stands for itself: '
        "write `'…'`"
    )


def _bracket(found: _Found) -> Told | None:
    """Return what is said of a bracket that is not closed, or closed by another one."""
    inside = "flow" in found.context
    if not inside:
        return None
    sign = found.at(*found.place)[:1]
    opened = found.at(*found.begun)[:1]
    if "node content" in found.problem or opened not in _OPENS:
        if not found.ended:
            what = "a comma" if sign == "," else f"`{sign}`"
            return found.place, f"expected a value, found {what}; leave it out"
        opener = _open(found)
        return opener and (opener, _unclosed(found.at(*opener)[0]))
    if sign in ("}", "]") and sign != _OPENS[opened]:
        line, column = found.begun
        return found.place, (
            f"expected `{_OPENS[opened]}`, which closes the `{opened}` of {line}:{column}, "
            f"found `{sign}`; write `{_OPENS[opened]}` in front of it"
        )
    return (found.begun, _unclosed(opened)) if found.line > found.begun[0] or found.ended else None


def _unclosed(opened: str) -> str:
    return f"the bracket `{opened}` that opens here is not closed; close it with `{_OPENS[opened]}`"


def _open(found: _Found) -> tuple[int, int] | None:
    """Return where the innermost bracket opens that nothing closes."""
    stack: list[tuple[int, int]] = []
    for line, text in enumerate(found.lines, 1):
        for match in re.finditer(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|(?:^|\s)#.*|[{}\[\]]", text):
            if match[0] in _OPENS:
                stack.append((line, match.start() + 1))
            elif match[0] in _OPENS.values() and stack:
                stack.pop()
    return stack[-1] if stack else None


def _closer(found: _Found) -> Told | None:
    sign = found.at(*found.place)[:1]
    if sign in ("}", "]") and "expected key" in found.problem:
        return (
            found.place,
            f"expected the end of the line, found `{sign}`, which closes nothing; leave it out",
        )
    return None


def _apostrophe(found: _Found) -> Told | None:
    """Return what is said of a single quote that ends a text in single quotes too early."""
    match = re.search(r"'([^']*\w'\w[^']*)(?:'|(?=[,}\]])|$)", found.at(found.line))
    if match is None or not match.start() < found.column - 1 < match.end():
        return None
    return (found.line, match.start() + 1), (
        "the text ends at its second single quote; inside of single quotes one is written twice: "
        "`'{}'`".format(match[1].replace("'", "''"))
    )


def _alias(found: _Found) -> Told | None:
    rest = re.match(r"[*&]?[^\s,}\]]*", found.at(*found.place))
    if "undefined alias" in found.problem and rest:
        return found.place, (
            f"there is no anchor `&{rest[0][1:]}` above; write `&{rest[0][1:]}` in front of the "
            f'value that is meant, or quotes around a text: `"{rest[0]}"`'
        )
    if "alias" in found.context or "anchor" in found.context:
        sign = found.at(*found.begun)[:1]
        what = "an alias" if sign == "*" else "an anchor"
        return found.begun, f'`{sign}` begins {what} in YAML; a text stands in quotes: `"{sign}"`'
    return None


def _start(found: _Found) -> Told | None:
    """Return what is said of a text that begins with a sign of YAML's."""
    if found.context == "while scanning a directive":
        return (
            found.begun,
            "a line that begins with `%` is for YAML itself; write the key in quotes",
        )
    block = found.context == "while scanning a block scalar"
    if not block and "cannot start any token" not in found.problem:
        return None
    line, column = found.begun if block else found.place
    # Behind the closing quote of a text it is the middle of an expression.
    if not re.search(r"(?:^|[:,\[{-])\s*$", found.at(line)[: column - 1]):
        return None
    rest = found.at(line, column)
    inside = re.match(r"[^,}\]]*", rest) if "{" in found.at(line)[: column - 1] else None
    whole = (inside[0] if inside else rest).strip()
    return (line, column), (
        f"a text that begins with {rest[:1]} has to be in quotes: `{in_quotes(whole)}`"
    )


def _colon(found: _Found) -> Told | None:
    """Return what is said of a line that lacks its colon, or the blank behind it."""
    if "could not find expected ':'" in found.problem:
        line = found.begun[0]
        return _missing(found, line)
    if "mapping values are not allowed" not in found.problem:
        return None
    above = found.before(found.line)
    text = found.at(above) if above else ""
    # The parser takes a line without a colon, and the next one up to its colon, for one text.
    started = _KEY.match(found.at(found.line))
    if started and found.column == started.end(0) - (started[0][-1:].isspace()):
        if close := re.fullmatch(r"(\s*)([\w.]+):(\S.*)", text):
            column = close.end(2) + 2
            return (above, column), (
                f"expected a space behind the colon; write `{close[2]}: {close[3]}`"
            )
        if text and not _KEY.match(text):
            return _missing(found, above)
    return None


def _missing(found: _Found, line: int) -> Told:
    text = found.at(line)
    word = text.strip()
    if close := re.fullmatch(r"([\w.]+):(\S.*)", word):
        written = f"{close[1]}: {close[2]}"
        what = "a space behind the colon"
    else:
        written, what = f"{word}:", "a colon at the end of the line"
    return (line, len(text) - len(text.lstrip()) + 1), f"expected {what}; write `{written}`"


def _dash(found: _Found) -> Told | None:
    if "expected '-' indicator" not in found.problem:
        return None
    rest = found.at(*found.begun).removeprefix("-").strip()
    return found.begun, (
        f"`-` begins an item of a list, and line {found.line} goes on without one; leave the `-` "
        f"out: `{rest}`"
    )


def _indentation(found: _Found) -> Told | None:
    deeper = "mapping values are not allowed" in found.problem
    if "expected key" not in found.problem and not deeper:
        return None
    line = found.at(found.line)
    indent, above = len(line) - len(line.lstrip()), found.before(found.line)
    if not above or (not deeper and found.column != indent + 1) or not _KEY.match(line):
        return None
    key = _KEY.match(line)
    if deeper and not (key and key.end(1) <= found.column - 1 <= key.end()):
        return None  # that is a colon inside of the value
    wanted = {_indent(found, at) for at in range(1, found.line) if found.at(at).strip()}
    if indent in wanted and not deeper:
        return None
    near = min(wanted, key=lambda one: (abs(one - indent), one != _indent(found, above)))
    like = next(at for at in range(found.line - 1, 0, -1) if _indent(found, at) == near)
    return (found.line, indent + 1), (
        f"this line is indented by {indent} space{'s' * (indent != 1)}, which fits no line above; "
        f"indent it by {near}, as line {like} is: `{' ' * near}{line.strip()}`"
    )


def _indent(found: _Found, line: int) -> int:
    text = found.at(line)
    return len(text) - len(text.lstrip(" "))


_READERS: tuple[Callable[[_Found], Told | None], ...] = (
    _tab, _documents, _quote, _apostrophe, _bracket, _closer, _alias, _start, _colon, _dash,
    _indentation,
)  # fmt: skip
