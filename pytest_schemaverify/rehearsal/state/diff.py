"""What differs between two snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_schemaverify.catalog import Catalog, Key, Row
from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.sql.secrets import setting

_PERHAPS = frozenset({"connection", "not_null", "options"})
"""Attributes of which None says nothing: what the role may not read, and a NOT NULL constraint,
which has a row of its own since PostgreSQL 18 and is told by `nullable` on every version."""


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
    before: Catalog, after: Catalog, counted: frozenset[str] = frozenset()
) -> Iterator[Difference]:
    """Yield the differences, sorted by family and name.

    `counted` has fields that count although equal schemas may differ in them.
    """
    for family, known in sorted(families().items()):
        if known.outside:
            continue
        tolerated = known.tolerated - counted
        old, new = _own(before.families[family]), _own(after.families[family])
        for key in sorted({*old, *new}):
            if key not in new:
                yield Difference(family, key, "", "there", "missing")
            elif key not in old:
                yield Difference(family, key, "", "not there", "extra")
            elif old[key] != new[key]:
                yield from _attributes(family, key, (old[key], new[key]), tolerated)


def _attributes(
    family: str, key: Key, rows: tuple[Row, Row], tolerated: frozenset[str]
) -> Iterator[Difference]:
    for name, a, b in zip(rows[0]._fields, *rows, strict=True):
        unknown = name in _PERHAPS and None in (a, b)
        if a != b and not unknown and name not in tolerated:
            yield Difference(family, key, name, _readable(a), _readable(b))


def _own(rows: Mapping[Key, Row]) -> Mapping[Key, Row]:
    """Return the rows without those of extensions, where a family has these."""
    if not any(getattr(row, "of_extension", False) for row in rows.values()):
        return rows
    return {key: row for key, row in rows.items() if not row.of_extension}


def _readable(value: object) -> str:
    if isinstance(value, tuple) and "__str__" not in vars(type(value)):
        return ", ".join(setting(str(one)) for one in value)
    return "none" if value is None else str(value)
