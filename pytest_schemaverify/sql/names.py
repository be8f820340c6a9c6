"""Names and lists as SQL writes them: `"Order"."line.no"`, `f(text, numeric(10,2))`.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pytest_schemaverify.sql.lexical import (
    DOLLAR,
    ESCAPED,
    NAME,
    QUOTED,
    STRING,
    WITHIN_WORD,
    lexed,
    unquoted,
)
from pytest_schemaverify.sql.patterns import pattern

_PART = pattern(rf"\s*({NAME})\s*(\.|$)")
_LONGEST = 63
"""Bytes of a name that the server keeps (NAMEDATALEN - 1)."""
_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
    boolean both case cast char character check coalesce collate collation column concurrently
    constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except
    exists extract false fetch float for foreign freeze from full grant greatest group grouping
    having ilike in initially inner inout int integer intersect interval into is isnull join json
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value lateral leading least left like limit localtime
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif
    numeric offset on only or order out outer overlaps overlay placing position precision primary
    real references returning right row select session_user setof similar smallint some substring
    symmetric system_user table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
    xmltable
    """,
    )
)
"""Words that SQL quotes as names: pg_get_keywords() of PostgreSQL 18 where catcode <> 'U'."""
# Both came with PostgreSQL 18.
_WITHOUT_OVERLAPS = re.compile(r"(.*\S)\s+without\s+overlaps\s*", re.IGNORECASE | re.DOTALL)
_PERIOD = re.compile(r"\s*period\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_TOKEN = pattern(
    rf"(?<!{WITHIN_WORD})(?:[eE]{ESCAPED}|(?P<dollar>{DOLLAR}))|{STRING}|{QUOTED}|.", re.DOTALL
)
"""Names and patterns of them have no comments: `*/*` is no end of one."""


class BadName(ValueError):
    """A text is not the name, or the list of types, that is expected where it stands."""


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted name as the server keeps them.

    Folded to lower case (A to Z only) unless quoted, and cut after 63 bytes.
    Raises BadName when the text is not one.
    """
    found, at = [], 0
    while True:
        match = _PART().match(text, at)
        if match is None:
            raise BadName(f'{text!r} is not a name as SQL writes it (quote it: "…")')
        name, dot = match.groups()
        found.append(cut(unquoted(name)))
        at = match.end()
        if not dot:
            return tuple(found)


def is_pattern(text: str) -> bool:
    """Return whether a name has `*` or `?` outside of quotes and of a signature's brackets."""
    return ("*" in text or "?" in text) and bool(re.search(r"[*?]", masked(text)))


def single(text: str) -> str:
    """Return a name that has no schema, such as a column's.

    Raises BadName when the text is not one.
    """
    found = parts(text)
    if len(found) != 1:
        raise BadName(f"{text!r} has a dot; a name without a schema is expected here")
    return found[0]


def bare(text: str) -> str:
    """Return a name without SQL's quotes; a text that is no single name as it is."""
    try:
        return single(text)
    except BadName:
        return text


def key_column(text: str, *, foreign: bool = False) -> tuple[str, bool]:
    """Return a column of a key, and whether it is a range that the key treats as one.

    That is `during without overlaps`, in a foreign key `period during`. Raises BadName.
    """
    match = (_PERIOD if foreign else _WITHOUT_OVERLAPS).fullmatch(text)
    return single(match[1] if match else text), match is not None


def key_columns(columns: Iterable[tuple[str, bool]], *, foreign: bool = False) -> str:
    """Return the columns of a key as SQL lists them."""
    period, overlaps = ("period ", "") if foreign else ("", " without overlaps")
    return ", ".join(
        f"{period}{quoted(name)}{overlaps}" if ranged else quoted(name) for name, ranged in columns
    )


def quoted(*names: str) -> str:
    """Return a dotted name as SQL prints it, quoted where it has to be."""
    return ".".join(map(_quoted, names))


@lru_cache(maxsize=4096)  # the same names are printed again for everything around and in them
def _quoted(name: str) -> str:
    # The rule of the server's quote_ident(), which quotes letters beyond ASCII as well.
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a constant of SQL, where backslashes mean nothing (the default)."""
    return "'" + text.replace("'", "''") + "'"


def cut(name: str) -> str:
    """Return what the server keeps of a name: 63 bytes, and no part of a character."""
    return name.encode()[:_LONGEST].decode(errors="ignore")


def top_level(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of every character outside of quotes and brackets."""
    depth = 0
    for match, _ in lexed(_TOKEN(), text):
        token = match.group()
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        elif depth == 0 and len(token) == 1 and token not in "'\"":
            yield match.start(), token


@lru_cache(maxsize=1024)
def masked(text: str) -> str:
    """Return the text with everything in quotes or brackets blanked, offsets unchanged."""
    visible = dict(top_level(text))
    return "".join(visible.get(offset, "\x00") for offset in range(len(text)))


def split(text: str, separator: str = ",") -> list[str]:
    """Return the items of a list, split where no quote or bracket is open."""
    # No pattern can do it, because brackets nest.
    cuts = [offset for offset, token in top_level(text) if token == separator]
    ends = [*cuts, len(text)]
    starts = [0, *(at + 1 for at in cuts)]
    items = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return items if any(items) else []


def signature(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Return name and argument types of `name(type, …)`; None for types that are not written."""
    text = text.strip()
    if not text.endswith(")"):
        return text, None
    # A bracket inside of a quoted name opens no list of types.
    opening = next(
        (i for i, c in enumerate(text) if c == "(" and text[:i].count('"') % 2 == 0), None
    )
    if opening is None:
        raise BadName(f"{text!r} is not a function's signature: name(type, …)")
    return text[:opening].strip(), tuple(split(text[opening + 1 : -1]))
