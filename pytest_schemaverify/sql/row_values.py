"""Values of rows inside of messages: people at the terminal read them, reports leave them out.

Who puts a value of a row into a message puts it between two marks. They are taken off where the
message is printed, and in reports with what is between them. Messages of the server have no marks;
where it repeats values is known from its sources.
"""

import re

_OPEN, _CLOSE = "\ue1f2", "\ue1f3"
"""Of the private use area of Unicode: https://www.unicode.org/faq/private_use.html."""
_OMITTED = "…"
# A message that is cut may have lost the second mark.
_MARKED = re.compile(f"{_OPEN}[^{_CLOSE}]*(?:{_CLOSE}|$)")
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")

# Where the server's messages repeat values: those of keys, of rows that a constraint refuses, and
# of what is no value of a type. https://www.postgresql.org/docs/current/errcodes-appendix.html has
# the SQLSTATEs: class 22 is about data, and P0001 is what a function raises in its own words.
_OF_SERVER = (
    (re.compile(r"(?<=\)=)\(.*?\)(?=[ .,]|$)", re.M), f"({_OMITTED})"),
    (re.compile(r"(?<=row contains )\(.*\)"), f"({_OMITTED})"),
    (re.compile(r"((?:invalid|malformed|out of range)[^\"\n:]*: )\".*\""), rf'\1"{_OMITTED}"'),
    (re.compile(r"(?<=value )\".*\"(?= is out of range)"), f'"{_OMITTED}"'),
    (re.compile(r"\"[^\"\n]*\"(?=.*\(SQLSTATE 22)"), f'"{_OMITTED}"'),
    (
        re.compile(r"^( *(?:because )?).*(?= \(SQLSTATE P0001)", re.M),
        r"\1a function raised an error, whose text may have values of rows",
    ),
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
    text = unmarked(_MARKED.sub(_OMITTED, text))
    for pattern, instead in _OF_SERVER:
        text = pattern.sub(instead, text)
    return text
