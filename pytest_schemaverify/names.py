"""Names and lists as SQL writes them: `"Order"."line.no"`, `f(text, numeric(10,2))`.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

import re
from collections.abc import Iterator

_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\W\d][\w$]*))\s*(\.|$)')
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()\[\]]|[^'"()\[\]]""", re.DOTALL)


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted name, folded to lower case unless quoted.

    Raises ValueError when the text is not a name.
    """
    found, at = [], 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise ValueError(f'{text!r} is not a name as SQL writes it (quote it: "…")')
        quoted, plain, dot = match.groups()
        found.append(quoted.replace('""', '"') if quoted else plain.lower())
        at = match.end()
        if not dot:
            return tuple(found)


def qualified(text: str, schema: str) -> tuple[str, str]:
    """Return schema and name of `name` or `schema.name`."""
    found = parts(text)
    if len(found) > 2:
        raise ValueError(f"{text!r} has more parts than schema and name")
    return (schema, found[0]) if len(found) == 1 else (found[0], found[1])


def quoted(*names: str) -> str:
    """Return a dotted name as SQL prints it, quoted where it has to be."""
    return ".".join(
        name if re.fullmatch(r"[a-z_][a-z0-9_$]*", name) else '"' + name.replace('"', '""') + '"'
        for name in names
    )


def top_level(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of every character outside of quotes and brackets."""
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        elif depth == 0 and len(token) == 1:
            yield match.start(), token


def split(text: str, separator: str = ",") -> list[str]:
    """Return the items of a list, split where no quote or bracket is open."""
    cuts = [offset for offset, token in top_level(text) if token == separator]
    ends = [*cuts, len(text)]
    starts = [0, *(cut + 1 for cut in cuts)]
    items = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return items if any(items) else []


def signature(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Return name and argument types of `name(type, …)`; None for types that are not written."""
    text = text.strip()
    if not text.endswith(")"):
        return text, None
    opening = next(
        (i for i, c in enumerate(text) if c == "(" and text[:i].count('"') % 2 == 0), None
    )
    if opening is None:
        raise ValueError(f"{text!r} is not a function's signature: name(type, …)")
    return text[:opening].strip(), tuple(split(text[opening + 1 : -1]))
