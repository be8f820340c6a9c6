"""Two tenants with rows of their own in every table that belongs to tenants."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection

from pytest_schemaverify import names
from pytest_schemaverify.access.generate import Maker
from pytest_schemaverify.access.identities import Identity
from pytest_schemaverify.access.scene import Scene
from pytest_schemaverify.access.statements import Table, cast
from pytest_schemaverify.access.values import uuid
from pytest_schemaverify.access.whose import Ownership
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine


@dataclass(frozen=True, slots=True)
class Tenants:
    """What tells tenants apart."""

    by: str
    """Column with the tenant."""
    role: str
    claim: str
    setting: str = ""


def owned(catalog: Catalog, schemas: frozenset[str], by: str) -> dict[Table, Ownership]:
    """Return whose the rows are in tables that have the column, and in those that refer to them.

    A table without the column whose foreign key carries it under another name has it there.
    """
    columns = {(c.schema, c.table) for c in catalog.families["columns"].values() if c.name == by}
    tables = [
        (row.schema, row.name)
        for row in catalog.families["tables"].values()
        if row.schema in schemas and row.kind in ("table", "partitioned table")
    ]
    found = {table: Ownership(by) for table in tables if table in columns}
    while more := dict(_referring(catalog, tables, found)):
        found |= more
    return found


def _referring(
    catalog: Catalog, tables: list[Table], found: dict[Table, Ownership]
) -> Iterator[tuple[Table, Ownership]]:
    for table in tables:
        if table in found:
            continue
        keys = [
            row for row in catalog.of_table("constraints", *table)
            if row.kind == "foreign key" and row.references and row.references[:2] in found
        ]  # fmt: skip
        for key in keys:
            owner = found[key.references[:2]].column
            pairs = zip(key.columns, key.references[2], strict=True)
            if carried := next((name for name, to in pairs if owner and to == owner), ""):
                yield table, Ownership(carried)
                break
        else:
            if keys:
                yield table, Ownership(through=tuple(keys[0].columns))


def staged(
    connection: Connection[Any], catalog: Catalog, tenants: Tenants, tables: dict[Table, Ownership]
) -> Scene:
    """Return the database with rows of two tenants, `tenant A` and `tenant B`.

    Raises CannotDetermine where no table belongs to tenants.
    """
    direct = next((table for table, owner in tables.items() if owner.column == tenants.by), None)
    if direct is None:
        raise CannotDetermine(
            f"telling tenants apart by {tenants.by}",
            because="no table in scope has that column",
            remedy="name the column that says whose a row is; scope is `schemas`",
        )
    type_ = next(c.type for c in catalog.of_table("columns", *direct) if c.name == tenants.by)
    maker = Maker(connection, catalog, number=1_900_000 if type_ != "smallint" else 31_000)
    values = [maker.value(type_, f"tenant {name}") or "" for name in "AB"]
    identities = {
        name: _identity(name, value, tenants, number)
        for number, (name, value) in enumerate(zip(("tenant A", "tenant B"), values, strict=True))
    }
    told = {
        table: replace(owner, claim=tenants.claim, setting=tenants.setting)
        for table, owner in tables.items()
    }
    scene = Scene(catalog, identities, told, connection, among=frozenset(values))
    scene.maker.number = maker.number
    scene.generate(tables)
    for table, owner in told.items():
        if table not in scene.problems:
            scene.owners[table] = replace(owner, shared=_not_of(scene, table, values[1]))
    return scene


def _identity(name: str, value: str, tenants: Tenants, number: int) -> Identity:
    claims: dict[str, Any] = {"sub": str(uuid(9_000_000 + number))}
    inner = claims
    *outer, last = tenants.claim.split(".")
    for part in outer:
        inner = inner.setdefault(part, {})
    if not tenants.setting:
        inner[last] = value
    settings = {tenants.setting: value} if tenants.setting else {}
    return Identity(name, tenants.role, claims, settings)


def _not_of(scene: Scene, table: Table, value: str) -> str:
    """Return the condition on rows that are none of the other tenant's."""
    owner = scene.owners[table]
    if owner.column:
        type_ = scene.columns(table)[owner.column].type
        other = cast(value, type_).as_string(scene.connection)
        return f"{names.quoted(owner.column)} is distinct from {other}"
    keys = [key for key, whose in scene.keys_and_owners(table) if whose == value]
    return f"not ({scene.keys(table, keys).as_string(scene.connection)})"
