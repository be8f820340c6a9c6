"""Two tenants with rows of their own in every table that belongs to tenants, and who else tries."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.rows.values import as_text, uuid
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, Values, cast
from pytest_schemaverify.behaviour.access.tenants.people import Person, members
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


@dataclass(frozen=True, slots=True)
class Tenants:
    """What tells tenants apart."""

    by: str
    """Column with the tenant."""
    role: str
    claim: str
    setting: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """What else both tokens say."""
    rows: Mapping[Table, Mapping[str, Any]] = field(default_factory=dict)
    """What their rows have in columns of tables: a value, or `{claim: sub}` for a claim."""


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
    tenants = {
        row.references[:2]
        for table in found
        for row in catalog.of_table("constraints", *table)
        if row.kind == "foreign key" and row.columns == (by,) and row.references
    }  # a tenant is nothing of a tenant's, even where it refers to its contact or its default board
    tables = [table for table in tables if table not in tenants]
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


def is_part(catalog: Catalog, table: Table, tables: Collection[Table]) -> bool:
    """Return whether the rows of a table are also those of another one, which it is a part of."""
    row = catalog.families["tables"][table]
    wholes = {names.quoted(*one) for one in tables}
    return not wholes.isdisjoint((row.partition_of, *row.inherits))


def without_closed_parts(
    catalog: Catalog, tables: dict[Table, Ownership], reachable: Collection[Table]
) -> dict[Table, Ownership]:
    """Return the tables without partitions that clients may touch through their whole only."""
    return {
        table: owner
        for table, owner in tables.items()
        if table in reachable or not is_part(catalog, table, tables)
    }


def staged(
    connection: Connection[Any], catalog: Catalog, tenants: Tenants, tables: dict[Table, Ownership]
) -> Scene:
    """Return the database with rows of two tenants, `tenant A` and `tenant B`.

    Raises CannotDetermine where no table belongs to tenants.
    """
    type_ = _type_of_tenants(catalog, tenants.by, tables)
    # Far from the numbers that rows of migrations have; a smallint ends at 32,767.
    supply = Supply(connection, number=1_900_000 if type_ != "smallint" else 31_000)
    values = [supply.value(type_, f"tenant {name}") or "" for name in "AB"]
    if type_ == "text" and tenants.claim == "sub" and not tenants.setting:
        values = [str(uuid(8_000_000 + number)) for number in range(2)]  # what auth.uid() takes
    besides = {(table, owner.column) for table, owner in tables.items() if owner.column}
    people = members(catalog, tables, besides)
    # `sub` cannot be a user and a tenant of another type at once, so the tenant needs a claim of
    # its own.
    if tenants.claim == "sub" and _are_others(catalog, people, tables, type_):
        tenants = replace(tenants, claim=tenants.by)
    identities = {
        name: _identity(name, value, tenants, number)
        for number, (name, value) in enumerate(zip(("tenant A", "tenant B"), values, strict=True))
    }
    told = {
        table: replace(owner, claim=tenants.claim, setting=tenants.setting)
        for table, owner in tables.items()
    }
    scene = Scene(catalog, identities, told, connection, frozenset(values), people)
    scene.maker.supply.number = supply.number
    scene.maker.usual = _usual(scene, tenants)
    scene.generate(tables)
    for table, owner in told.items():
        if table not in scene.problems:
            scene.owners[table] = replace(owner, shared=_not_of(scene, table, values[1]))
    return scene


def _type_of_tenants(catalog: Catalog, by: str, tables: Mapping[Table, Ownership]) -> str:
    """Return the type of the column with the tenant. Raises CannotDetermine if no table has it."""
    direct = next((table for table, owner in tables.items() if owner.column == by), None)
    if direct is None:
        raise CannotDetermine(
            f"telling tenants apart by {by}",
            because="no table in scope has that column",
            remedy="name the column that says whose a row is; scope is `schemas`",
        )
    return str(next(c.type for c in catalog.of_table("columns", *direct) if c.name == by))


def _are_others(
    catalog: Catalog, people: Collection[Person], tables: Collection[Table], type_: str
) -> bool:
    """Return whether tenants cannot be people: `sub` is a uuid, and they have another type."""
    types = {
        column.type
        for table in tables
        for column in catalog.of_table("columns", *table)
        if (table, column.name) in people
    }
    return types == {"uuid"} and type_ != "uuid"


def _usual(scene: Scene, tenants: Tenants) -> dict[tuple[str, Table], Values]:
    """Return what rows of each tenant have in columns besides the tenant's.

    Raises CannotDetermine for a column that there is not.
    """
    found = scene.usual()
    for name, identity in scene.identities.items():
        for table, row in tenants.rows.items():
            columns = scene.columns(table)
            for column, value in row.items():
                if column not in columns:
                    raise CannotDetermine(
                        f"making rows for {names.quoted(*table)}",
                        because=f"there is no column {column}",
                        remedy="correct `isolate.rows`",
                    )
                of_token = isinstance(value, dict) and [*value] == ["claim"]
                found.setdefault((name, table), {})[column] = (
                    identity.claim(value["claim"])
                    if of_token
                    else as_text(value, scene.maker.supply.kinds(columns[column].type))
                )
    return dict(found)


def filled(claims: Any, path: str, value: str | None) -> Any:
    """Return claims with a tenant's value for `{claim: path}`, however deep that stands."""
    if isinstance(claims, Mapping):
        if dict(claims) == {"claim": path}:
            return value
        return {name: filled(one, path, value) for name, one in claims.items()}
    if isinstance(claims, list):
        return [filled(one, path, value) for one in claims]
    return claims


def _identity(name: str, value: str, tenants: Tenants, number: int) -> Identity:
    claims: dict[str, Any] = {
        "sub": str(uuid(9_000_000 + number)), **filled(tenants.claims, tenants.claim, value),
    }  # fmt: skip
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
    keys = keys_of(scene, table, value)
    return f"not ({scene.keys(table, keys).as_string(scene.connection)})"
