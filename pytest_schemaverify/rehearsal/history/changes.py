"""The statement that last changed each object, looked up by object, file or name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.sql import names

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The statement that last changed an object."""

    path: Path
    line: int
    """0 for what a backup has brought and no statement has changed since."""
    gone: bool = False
    """Whether it dropped or renamed it."""
    made: tuple[Path, int] | None = None
    """File and line of the statement that made the object."""
    rebuilt: bool = False
    """Whether it is an index or a constraint of a column that the statement altered."""

    @property
    def making(self) -> "Changed":
        """The statement that made the object, which counts where it should not be there."""
        return Changed(*self.made) if self.made is not None and not self.gone else self


@dataclass(frozen=True, slots=True)
class History:
    """The last change of every object that the files made, changed or dropped."""

    changes: Mapping[tuple[str, Key], Changed]
    _by_name: dict[str, Changed] = field(init=False, repr=False, default_factory=dict)

    def of(self, family: str, key: Key) -> Changed | None:
        """Return the last change of an object; `family` is the catalog's, or `grants`."""
        family = _AS_TABLES.get(family, family)
        found = self.changes.get((family, key))
        if found is None and family in ("indexes", "statistics") and len(key) == 3:
            found = self.changes.get((family, (key[0], "", key[2])))
        if found is None and len(key) == 3 and family in _OF_TABLES:
            table = self.changes.get(("tables", key[:2]))
            return table if table is not None and table.gone else None
        return found

    def of_file(self, path: Path) -> list[tuple[str, Key]]:
        """Return what was last changed in a file, and is still there."""
        return [
            (family, key)
            for (family, key), changed in self.changes.items()
            if changed.path == path and not (changed.gone or changed.rebuilt) and family != "grants"
        ]

    def named(self, name: str) -> Changed | None:
        """Return the last change of the object that a message calls `public.users.email`.

        Of a column and an index of one name it is the column's, by the order of the list of kinds.
        """
        if not self._by_name:
            # Later entries replace earlier ones: what is there and the first family come last.
            for gone, family in product((True, False), reversed(families())):
                self._by_name.update(
                    (_name(family, key), changed)
                    for (its_family, key), changed in self.changes.items()
                    if its_family == family and changed.gone is gone
                )
        return self._by_name.get(name)


_OF_TABLES = (
    "columns", "constraints", "indexes", "policies", "triggers", "rewrite_rules", "statistics",
)  # fmt: skip
"""Families that go away with their tables."""
_AS_TABLES = {"views": "tables", "foreign_tables": "tables"}
"""Families that the recorder keeps with tables, as they are in pg_class, too."""


def _name(family: str, key: Key) -> str:
    if family == "functions":
        return f"{names.quoted(*key[:2])}({key[2]})"
    return names.quoted(*key)
