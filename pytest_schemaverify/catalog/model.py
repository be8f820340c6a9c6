"""A snapshot of a database: rows by family and name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, ...]
Row = Any
"""One of the rows of `rows`; its family decides which one."""


class Families(dict[str, Mapping[Key, Row]]):
    """Rows by family. What was left out at first is read as soon as a family of it is asked for."""

    rest: "Callable[[frozenset[str]], Mapping[str, Mapping[Key, Row]]] | None" = None
    """Returns the families that are not among the given ones; None where none is left out."""

    def __missing__(self, family: str) -> Mapping[Key, Row]:
        if self.rest is None:
            raise KeyError(family)
        self.read_rest()
        return self[family]

    def read_rest(self) -> None:
        """Read the families that were left out."""
        if self.rest is not None:
            self.update(self.rest(frozenset(self)))
            self.rest = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that was read from one database, at one moment."""

    version: int
    """`server_version_num`: 180006 is PostgreSQL 18.6."""
    families: Families
    _groups: dict[str, dict[Key, list[Row]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Rows by their table, filled as they are asked for."""

    def whole(self) -> "Catalog":
        """Return the catalog after reading what was left out, for what looks at every family."""
        self.families.read_rest()
        return self

    def find(self, family: str, key: Key) -> Row | None:
        """Return the object of that name, if the database has it."""
        return self.families[family].get(key)

    def of_table(self, family: str, schema: str, table: str) -> list[Row]:
        """Return what belongs to a table: its constraints, indexes, policies, triggers, columns."""
        groups = self._groups.get(family)
        if groups is None:
            groups = self._groups[family] = {}
            for key, row in self.families[family].items():
                groups.setdefault(key[:2], []).append(row)
        return groups.get((schema, table), [])
