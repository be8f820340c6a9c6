"""What differs between two snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_schemaverify.sql.secrets import setting

from .model import Catalog, Key, Row

TOLERATED = {
    "columns": frozenset({"position"}),
    "views": frozenset({"populated"}),
    "functions": frozenset({"parameters"}),
    "triggers": frozenset({"columns"}),
}
"""Attributes that equal schemas may differ in: a column dropped and added again comes last, and a
materialized view is filled when somebody refreshes it. And those that say again what another says:
a function's signature, the events of a trigger."""
OUTSIDE = frozenset({
    "casts", "databases", "memberships", "operator_classes", "operators", "roles", "tablespaces",
})  # fmt: skip
"""Families of the cluster, not of one database; and those of which `state` knows more."""


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
    before: Catalog, after: Catalog, tolerated: Mapping[str, frozenset[str]] = TOLERATED
) -> Iterator[Difference]:
    """Yield the differences, sorted by family and name."""
    for family in sorted(before.families.keys() - OUTSIDE):
        old, new = _own(before.families[family]), _own(after.families[family])
        for key in sorted({*old, *new}):
            if key not in new:
                yield Difference(family, key, "", "there", "missing")
            elif key not in old:
                yield Difference(family, key, "", "not there", "extra")
            elif old[key] != new[key]:
                yield from _attributes(family, key, (old[key], new[key]), tolerated)


def _attributes(
    family: str, key: Key, rows: tuple[Row, Row], tolerated: Mapping[str, frozenset[str]]
) -> Iterator[Difference]:
    for name, a, b in zip(rows[0]._fields, *rows, strict=True):
        unknown = name in _PERHAPS and None in (a, b)
        if a != b and not unknown and name not in tolerated.get(family, ()):
            yield Difference(family, key, name, _text(a), _text(b))


def _own(rows: Mapping[Key, Row]) -> Mapping[Key, Row]:
    """Return the rows without those of extensions, where a family has these."""
    if not any(getattr(row, "of_extension", False) for row in rows.values()):
        return rows
    return {key: row for key, row in rows.items() if not row.of_extension}


def _text(value: object) -> str:
    if isinstance(value, tuple) and "__str__" not in vars(type(value)):
        return ", ".join(setting(str(one)) for one in value)
    return "none" if value is None else str(value)
