"""What differs between two snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .model import Catalog

TOLERATED = {"columns": frozenset({"position"})}
"""Attributes that equal schemas may differ in: a column dropped and added again comes last."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that is missing, extra, or not the same."""

    family: str
    key: tuple[str, ...]
    attribute: str
    """Empty when the whole object is missing or extra."""
    before: str
    after: str


def diff(
    before: Catalog, after: Catalog, tolerated: Mapping[str, frozenset[str]] = TOLERATED
) -> Iterator[Difference]:
    """Yield the differences, sorted by family and name."""
    for family in sorted(before.families):
        old, new = before.families[family], after.families[family]
        for key in sorted({*old, *new}):
            if key not in new:
                yield Difference(family, key, "", "there", "missing")
            elif key not in old:
                yield Difference(family, key, "", "not there", "extra")
            elif old[key] != new[key]:
                for name, a, b in zip(old[key]._fields, old[key], new[key], strict=True):
                    if a != b and name not in tolerated.get(family, ()):
                        yield Difference(family, key, name, _text(a), _text(b))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
