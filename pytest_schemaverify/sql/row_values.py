"""Values of rows inside of messages: people at the terminal read them, reports leave them out.

Who puts a value of a row into a message puts it between two marks. They are taken off where the
message is printed, and in reports with what is between them. Messages of the server have no marks;
what it repeats is known from its sources, and `server_messages` has the sentences that stay.
"""

import re

from pytest_schemaverify.sql.server_messages import OMITTED, errors, known_words

_OPEN, _CLOSE = "\ue1f2", "\ue1f3"
"""Of the private use area of Unicode: https://www.unicode.org/faq/private_use.html."""
# A message that is cut may have lost the second mark.
_MARKED = re.compile(f"{_OPEN}[^{_CLOSE}]*(?:{_CLOSE}|$)")
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")

# Values in texts that are no whole error of the server's: those of keys, of rows that a constraint
# refuses, and of what is no value of a type; and lines of a file, which may be data.
_REPEATED = tuple(
    (re.compile(pattern, re.MULTILINE | re.DOTALL), instead)
    for pattern, instead in (
        (r"^ *>? *\d+ \|(?: [^\n]*)?(?:\n|$)|^ *\| [ \t]*\^(?:\n|$)", ""),
        (
            r"(?<=\)=)\(.*?\)(?= (?:already|is not|is still|is dupl|conflicts|overlaps)|[.,]?$)",
            f"({OMITTED})",
        ),
        (r"(?<=row contains )\(.*\)", f"({OMITTED})"),
        (r"((?:invalid|malformed|out of range)[^\"\n:]*: )\".*\"", rf'\1"{OMITTED}"'),
        (r"(?<=value )\".*\"(?= is out of range)", f'"{OMITTED}"'),
        (r"(?<=Token )\".*?\"(?= is invalid)", f'"{OMITTED}"'),
        (r"(COPY [^\n]*?, line \d+|JSON data, line \d+)[,:][^\n]*", r"\1"),
        (r"(?<=: )[»«„“].*?[«»“”]|(?<=Wert )».*?«|(?<=valeur )«.*?»", OMITTED),
    )
)


def marked(text: str) -> str:
    """Return a value of a row as messages have it."""
    return f"{_OPEN}{text}{_CLOSE}"


def marked_literals(statement: str) -> str:
    """Return a statement of ours as messages have it: its literals are values of rows."""
    return _LITERAL.sub(lambda found: f"'{marked(found[1])}'", statement)


def unmarked(text: str) -> str:
    """Return a message as it is printed."""
    return text.translate(_MARKS) if _OPEN in text or _CLOSE in text else text


def left_out(text: str) -> str:
    """Return a message for a report, with an ellipsis in the place of each value."""
    return "".join(map(_left_out, errors(unmarked(_MARKED.sub(OMITTED, text)))))


def _left_out(text: str) -> str:
    if "(SQLSTATE " in text:
        return known_words(text)
    for pattern, instead in _REPEATED:
        text = pattern.sub(instead, text)
    return text
