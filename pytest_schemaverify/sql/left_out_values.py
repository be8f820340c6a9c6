"""Messages without the values of rows in them, as reports have them.

Messages of the server have no marks around values; what it repeats is known from its sources, and
`server_messages` has the sentences that stay.
"""

import re

from pytest_schemaverify.sql.row_values import CLOSE, OPEN, unmarked
from pytest_schemaverify.sql.server_messages import OMITTED, errors, known_words

# A message that is cut may have lost the second mark.
_MARKED = re.compile(f"{OPEN}[^{CLOSE}]*(?:{CLOSE}|$)")

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


def left_out(text: str) -> str:
    """Return a message for a report, with an ellipsis in the place of each value."""
    return "".join(map(_left_out, errors(unmarked(_MARKED.sub(OMITTED, text)))))


def _left_out(text: str) -> str:
    if "(SQLSTATE " in text:
        return known_words(text)
    for pattern, instead in _REPEATED:
        text = pattern.sub(instead, text)
    return text
