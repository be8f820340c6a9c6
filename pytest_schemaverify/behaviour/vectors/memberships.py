"""Rows that belong to whoever is a member of what they refer to: notes of teams with members."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.statements import Table, Values
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.row import Constraint


@dataclass(frozen=True, slots=True)
class Membership:
    """The way from a table to the one that says who is a member."""

    way: tuple[Constraint, ...]
    """Foreign keys from the table up to what has members."""
    members: Table
    joined: Constraint
    """The foreign key of the members to that."""
    owner: Ownership
    """How a member shows who it is."""

    def row(self, maker: Maker, value: str, label: str) -> Values:
        """Return what a row has that somebody sees as a member; what it refers to is made."""
        references = self.joined.references
        assert references is not None
        top = maker.row(references[:2], {}, label, value).row
        given = {a: top[b] for a, b in zip(self.joined.columns, references[2], strict=True)}
        maker.row(self.members, {**given, self.owner.column: value}, label, value)
        for key in reversed(self.way):
            assert key.references is not None
            given = {a: top[b] for a, b in zip(key.columns, key.references[2], strict=True)}
            if key is not self.way[0]:
                top = maker.row((key.schema, key.table), given, label, value).row
        return given


def membership(
    catalog: Catalog, table: Table, owners: Mapping[Table, Ownership],
    way: tuple[Constraint, ...] = (), known: Collection[Table] = (),
) -> Membership | None:  # fmt: skip
    """Return who are the members of what a table's rows refer to; None if that says nothing."""
    keys = [one for one in catalog.of_table("constraints", *table) if one.references]
    for key in keys:
        parent = key.references[:2]
        for other, owner in owners.items():
            joined = next((one for one in _to(catalog, other, parent) if owner.column), None)
            if joined is not None and owner.column not in joined.columns and other != table:
                return Membership((*way, key), other, joined, owner)
    for key in keys:
        parent = key.references[:2]
        if parent not in (table, *known):
            found = membership(catalog, parent, owners, (*way, key), (table, *known))
            if found is not None:
                return found
    return None


def _to(catalog: Catalog, table: Table, parent: Table) -> list[Constraint]:
    found = catalog.of_table("constraints", *table)
    return [one for one in found if one.references and one.references[:2] == parent]
