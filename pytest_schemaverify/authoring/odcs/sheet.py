"""The objects of a contract while it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.sql.names import quoted

Key = tuple[str, ...]
"""Schema and name of a table or a view."""

_ELEMENT = (
    "name", "physicalName", "logicalType", "logicalTypeOptions", "physicalType", "required",
    "unique", "primaryKey", "primaryKeyPosition", "description", "relationships", "quality",
    "properties",
)  # fmt: skip
"""The keys of objects and properties, in the order in which they are written."""


@dataclass(slots=True)
class Sheet:
    """What is said so far, by the names that the database has."""

    schema: str
    """The schema of names that have none."""
    objects: dict[Key, dict[str, Any]] = field(default_factory=dict)
    columns: dict[Key, dict[str, dict[str, Any]]] = field(default_factory=dict)
    related: set[Key] = field(default_factory=set)
    """Keys of the foreign keys that the contract says."""

    def object(self, key: Key) -> dict[str, Any]:
        """Return what is said of a table or a view; it is added if it is not there."""
        if key not in self.objects:
            own = key[-1] if key[0] == self.schema else "_".join(key)
            taken = {one["name"] for one in self.objects.values()}
            name = next(one for one in _numbered(own) if one not in taken)
            physical = ".".join(map(_part, key[1:] if key[0] == self.schema else key))
            self.objects[key] = {"name": name, "logicalType": "object"}
            self.objects[key] |= {"physicalName": physical} if physical != name else {}
            self.columns[key] = {}
        return self.objects[key]

    def property(self, key: Key, column: str) -> dict[str, Any]:
        """Return what is said of a column; it is added if it is not there."""
        self.object(key)
        return self.columns[key].setdefault(column, {"name": column})

    def in_sql(self, key: Key) -> str:
        """Return the name of a table as a query has it."""
        return quoted(*(key[1:] if key[0] == self.schema else key))

    def primary_key(self, key: Key) -> list[str]:
        """Return the columns of a primary key in order; none where it is not said."""
        keyed = [one for one in self.columns.get(key, {}).values() if "primaryKey" in one]
        return [one["name"] for one in sorted(keyed, key=lambda one: one["primaryKeyPosition"])]

    def written(self) -> list[dict[str, Any]]:
        """Return all objects as the contract has them."""
        for key, columns in self.columns.items():
            if columns:
                self.objects[key]["properties"] = [*map(_ordered, columns.values())]
        return [*map(_ordered, self.objects.values())]


def _ordered(element: dict[str, Any]) -> dict[str, Any]:
    return {key: element[key] for key in _ELEMENT if key in element}


def _part(name: str) -> str:
    """Return a part of a physical name, in quotes of SQL where its end would not be seen."""
    return '"' + name.replace('"', '""') + '"' if re.search(r'[".]', name) else name


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
