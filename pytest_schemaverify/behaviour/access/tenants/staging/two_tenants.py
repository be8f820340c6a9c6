"""Two tenants with rows of their own in every table that belongs to tenants, and who else tries."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.rows.values import as_text, uuid
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, Values
from pytest_schemaverify.behaviour.access.tenants.staging.declared import Tenants
from pytest_schemaverify.behaviour.access.tenants.staging.people import Person, members
from pytest_schemaverify.behaviour.access.tenants.staging.visible_rows import (
    add_hidden_rows,
    require_conditions,
    visible,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine


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
    named = {(table, one.user) for table, one in tenants.members.items()}
    people = members(catalog, tables, besides) | named
    # `sub` cannot be a user and a tenant of another type at once, so the tenant needs a claim of
    # its own.
    others = tenants.members or _are_others(catalog, people, tables, type_)
    if tenants.claim == "sub" and not tenants.setting and others:
        tenants = replace(tenants, claim=tenants.by)
    identities = {
        name: _identity(name, value, tenants, number)
        for number, (name, value) in enumerate(zip(("tenant A", "tenant B"), values, strict=True))
    }
    told = {table: _told(tenants, table, owner) for table, owner in tables.items()}
    among = {owner.of(one) or "" for owner in told.values() for one in identities.values()}
    scene = Scene(catalog, identities, told, connection, frozenset(among), people, tenants.reveals)
    require_conditions(scene, [table for table in tenants.shared if table in told])
    scene.maker.supply.number = supply.number
    scene.maker.usual = _usual(scene, tenants)
    scene.generate(tables)
    for table, owner in told.items():
        if table not in scene.problems:
            scene.attempt(table, partial(add_hidden_rows, scene, table))
        if table not in scene.problems:
            other = scene.owners[table].of(scene.identities["tenant B"]) or ""
            shared = visible(scene, table, other, people)
            scene.owners[table] = replace(owner, shared=shared)
    return scene


def _told(tenants: Tenants, table: Table, owner: Ownership) -> Ownership:
    """Return whose the rows of a table are, with what says so of somebody and what is public."""
    owner = replace(owner, public=tenants.shared.get(table, owner.public))
    if owner.of_user:
        return owner
    return replace(owner, claim=tenants.claim, setting=tenants.setting)


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
    """Return what rows of each tenant have in columns besides the tenant's."""
    found = scene.usual()
    for name, identity in scene.identities.items():
        rows = [*((table, one.others) for table, one in tenants.members.items())]
        for table, row in (*rows, *tenants.rows.items()):
            usual = found.setdefault((name, table), {})
            for column, value in row.items():
                usual[column] = _text(scene, table, column, value, identity)
    return dict(found)


def _text(scene: Scene, table: Table, column: str, value: Any, identity: Identity) -> str | None:
    """Return a value of the file as text: itself, or a claim of the tenant's token."""
    if isinstance(value, dict) and [*value] == ["claim"]:
        return identity.claim(value["claim"])
    return as_text(value, scene.maker.supply.kinds(scene.columns(table)[column].type))


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
    if not tenants.setting:
        _put(claims, tenants.claim, value)
    if tenants.listed:
        # Policies compare elements as texts or as what the column is.
        _put(claims, tenants.listed, [value, *([int(value)] if value.isdigit() else [])])
    settings = {tenants.setting: value} if tenants.setting else {}
    return Identity(name, tenants.role, claims, settings)


def _put(claims: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for part in outer:
        claims = claims.setdefault(part, {})
    claims[last] = value
