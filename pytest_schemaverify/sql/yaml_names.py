"""Names as people write them in YAML: `uuid-ossp`, `Allow full access`, and as SQL writes them.

A text that SQL takes for a name is read as SQL reads it, so `Users` means users. Any other text can
only be a name that SQL has in quotes, so it is that name as it stands, with its capitals.
"""

import json
import re

from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.lexical import WITHIN_WORD, WORD, folded, unquoted
from pytest_schemaverify.sql.names import BadName, cut, quoted

# Not those of `lexical`: the JSON Schema has these patterns, and JavaScript has no `(?>` or `*+`.
_QUOTED = r'"(?:[^"]|"")+"'
_NO_TEXT = r'\s*(?:"|$)|[^(]*\)'
"""What a name without SQL's quotes does not begin with: such a quote, nothing at all, or a bracket
that ends before one begins, which is the rest of a value that a comma has cut."""
_PLAIN = rf"(?:{WITHIN_WORD}|[*?])+"
_ONE = rf"\s*(?:{_QUOTED}|{_PLAIN})\s*"
_DOTTED = rf'{_ONE}(?:\.{_ONE})+$|[^"]*\.\s*{_QUOTED}\s*$'
SINGLE = rf"^(?:\s*{_QUOTED}\s*$|(?!{_NO_TEXT}|{_DOTTED}))"
"""Names that have no schema, which `a.b` looks like. The JSON Schema has this pattern, too."""
_PART = rf'(?:\s*{_QUOTED}\s*|(?!\s*(?:[".]|$)|[^(."]*\))[^".]+)'
QUALIFIED = rf"^{_PART}(?:\.{_PART})?$"
"""Names that can have a schema in front."""
_SINGLE, _EACH = re.compile(SINGLE), re.compile(rf"({_PART})(?:\.|\Z)")
_WORD, _WILD_WORD = re.compile(rf"\s*({WORD})\s*"), re.compile(rf"\s*({_PLAIN})\s*")


def single(text: str) -> str:
    """Return a name that has no schema, such as a policy's.

    Raises BadName for an empty text, and for `a.b`, which could be meant as a name with a schema.
    """
    _require_single(text)
    return _read(text)


def parts(text: str) -> tuple[str, ...]:
    """Return the parts of a name that can have a schema in front. Raises BadName for no name."""
    return tuple(map(_read, _split(text)))


def key_column(text: str, *, foreign: bool = False) -> tuple[str, bool]:
    """Return a column of a key, and whether it is a range, as `names.key_column` does."""
    try:
        return names.key_column(text, foreign=foreign)
    except BadName:
        return single(text), False


def qualified(text: str, schema: str) -> tuple[str, str]:
    """Return schema and name of `name` or `schema.name`. Raises BadName for no name."""
    found = parts(text)
    if len(found) > 2:
        told = f"{text!r} has more parts than schema and name"
        raise BadName(f"{told}; if the dots are a part of the name, write {typed(text)}")
    return (schema, found[0]) if len(found) == 1 else (found[0], found[1])


def pattern(text: str) -> tuple[str, ...]:
    """Return the parts of a name in which `*` and `?` stand for characters.

    What SQL's quotes enclose stands for itself, as `fnmatch` reads it. Raises BadName for what is
    none.
    """
    return tuple(map(_wild, _split(text)))


def single_pattern(text: str) -> str:
    """Return the same of a name that has no schema. Raises BadName for what is none."""
    _require_single(text)
    return _wild(text)


def typed(name: str) -> str:
    """Return a name in SQL's quotes as YAML has it, which needs quotes of its own around them."""
    text = quoted(name)
    return "'" + text.replace("'", "''") + "'" if text.isprintable() else json.dumps(text)


def plain(name: str) -> str:
    """Return a name without a schema for YAML, in SQL's quotes only where it needs them."""
    try:
        same = single(name) == name and not names.is_pattern(name)
    except BadName:
        same = False
    return name if same else quoted(name)


def in_sql(text: str) -> str:
    """Return a name, perhaps a function's with types behind it, as a statement has it."""
    name, types = names.signature(text)
    try:
        names.parts(name or "nothing")
    except BadName:
        return quoted(*parts(name)) + ("" if types is None else f"({', '.join(types)})")
    return text


def _require_single(text: str) -> None:
    if _SINGLE.match(text):
        return
    if not re.match(_DOTTED, text):
        raise _no_name(text)
    told = (
        f"{text!r} has a dot, and no schema can stand here: leave out what is in front of the dot"
    )
    raise BadName(f"{told}, or write {typed(text)} if the dot is a part of the name")


def _split(text: str) -> list[str]:
    """Return each part of a name, with SQL's quotes if it has some."""
    found, at = [], 0
    while True:
        match = _EACH.match(text, at)
        if match is None:
            raise _no_name(text)
        found.append(match[1])
        at = match.end()
        if match.end(1) == at:
            return found


def _read(part: str) -> str:
    if word := _WORD.fullmatch(part):
        return cut(folded(word[1]))
    return cut(unquoted(part.strip()) if part.lstrip().startswith('"') else part)


def _wild(part: str) -> str:
    # In brackets, because `fnmatch` knows no backslash.
    if part.lstrip().startswith('"'):
        return re.sub(r"([*?[])", r"[\1]", unquoted(part.strip()))
    word = _WILD_WORD.fullmatch(part)
    return folded(word[1]) if word else part.replace("[", "[[]")


def _no_name(text: str) -> BadName:
    if not text.strip():
        return BadName("a name is expected here, found an empty text")
    return BadName(
        f"{text!r} is no name without quotes of SQL; with them it is written {typed(text)}"
    )
