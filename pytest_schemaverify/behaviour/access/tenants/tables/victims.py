"""The row of tenant B that others want."""

from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.behaviour.access.admission import Imagined
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, named, returned


@dataclass(frozen=True, slots=True)
class Victim:
    """A row of tenant B's."""

    key: str
    row: Imagined


def victim_of(scene: Scene, table: Table) -> Victim | None:
    """Return a row of tenant B's; None where there is none."""
    known = ("victim", table)
    if known not in scene.cache:
        scene.cache[known] = _read(scene, table)
    found: Victim | None = scene.cache[known]
    return found


def _read(scene: Scene, table: Table) -> Victim | None:
    value = scene.owners[table].of(scene.identities["tenant B"])
    keys = keys_of(scene, table, value)[:1]
    if not keys:
        return None
    statement = sql.SQL("select {} from {} as t where {}").format(
        returned(scene.catalog, table), sql.Identifier(*table), scene.keys(table, keys)
    )
    cursor = scene.connection.execute(statement)
    row = cursor.fetchone()
    if row is None:
        return None
    types = {name: column.type for name, column in scene.columns(table).items()}
    values = named([one.name for one in cursor.description or ()], row)
    return Victim(keys[0], Imagined(table, types, values))
