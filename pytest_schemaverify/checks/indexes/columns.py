import re
from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.catalog import Index, IndexKey
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.names import parts, quoted

_KEY = re.compile(
    r"""(?P<expression>"(?:[^"]|"")+"|\w+\(.*\)|\(.*\)|\S+)"""
    r"(?:\s+collate\s+(?P<collation>\S+))?"
    r"(?:\s+(?!asc\b|desc\b|nulls\b)(?P<operator_class>[\w.]+))?"
    r"(?:\s+(?P<direction>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*$",
    re.IGNORECASE | re.DOTALL,
)


def check(expected: list[str], actual: Index, same: Same) -> Iterator[Finding]:
    """The index has the declared keys, in order, with their operator classes and directions."""
    matched = len(expected) == len(actual.keys) and all(
        _is(text, key, same) for text, key in zip(expected, actual.keys, strict=True)
    )
    if not matched:
        yield Finding(expected=", ".join(expected), actual=", ".join(map(_text, actual.keys)))


def _is(text: str, key: IndexKey, same: Same) -> bool:
    match = _KEY.match(text.strip())
    if match is None:
        return False
    named = match["operator_class"]
    operator_class = named.rpartition(".")[2].lower() if named else None
    descending = (match["direction"] or "").lower() == "desc"
    nulls_first = match["nulls"].lower() == "first" if match["nulls"] else descending
    return (
        (key.default_operator_class if named is None else key.operator_class == operator_class)
        and (key.descending, key.nulls_first) == (descending, nulls_first)
        and _same_expression(match["expression"], key.expression, same)
    )


def _same_expression(text: str, actual: str, same: Same) -> bool:
    if text == actual or quoted(actual) == text:
        return True
    try:
        return parts(text) == (actual,)
    except ValueError:
        return same(text, actual)


def _text(key: IndexKey) -> str:
    words = [key.expression]
    if not key.default_operator_class:
        words.append(key.operator_class)
    if key.descending:
        words.append("desc")
    if key.nulls_first != key.descending:
        words.append("nulls first" if key.nulls_first else "nulls last")
    return " ".join(words)
