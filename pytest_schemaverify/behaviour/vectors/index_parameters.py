"""The storage parameters of vector indexes, with pgvector's defaults."""

from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.conditions import is_condition, number
from pytest_schemaverify.language.matchers import Number, meets

from .vector_column import VectorColumn


def differing(name: str, expected: Number, looked: VectorColumn) -> Iterator[Finding]:
    """Yield a finding unless an index that serves the column has the parameter."""
    found = {one.index.name: one.option(name) for one in looked.usable}
    text = f"{name} {expected}" if is_condition(expected) else f"{name} = {expected}"
    if not found:
        yield Finding(expected=text, actual=looked.without_index())
    elif not any(meets(expected, number(value)) for value in found.values()):
        shown = {index: f"has {_value(name, value)}" for index, value in found.items()}
        yield Finding(expected=text, actual=looked.shown(shown))


def _value(name: str, value: str) -> str:
    return f"{name} = {value}" if value else f"no {name}"
