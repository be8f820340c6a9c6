"""What roles may do by default privileges alone, and row-level security does not hold for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.privileges import EVERYONE, granted
from pytest_schemaverify.kinds.platforms import platform_schema
from pytest_schemaverify.sql import names

PRIVILEGES = {"tables": "truncate", "sequences": "update"}
"""The privilege that no policy covers, by the family of what it is on; `update` lets setval()."""
UNSENT = {"tables": ("references", "trigger", "maintain"), "sequences": ()}
"""What is taken back with it: by itself it reaches no row, and no client of an API can use it."""
GROUPS = """
select g.rolname
from pg_catalog.pg_roles r
join pg_catalog.pg_roles g on pg_catalog.pg_has_role(r.oid, g.oid, 'usage')
where r.rolname = %s
"""


class Given(NamedTuple):
    """A privilege that default privileges have given on one table or sequence."""

    family: str
    """`tables` or `sequences`."""
    name: Table
    role: str
    """Who has it."""
    grantees: tuple[str, ...]
    """Whom default privileges name: the role, groups of it, or `public`."""
    creator: str
    """Role whose default privileges these are."""
    schemas: tuple[str, ...]
    """The schemas in which they hold; "" for all."""
    table: Table
    """The table that it is about."""
    beside: tuple[str, ...]
    """What the same roles have there besides that an API of rows cannot send either."""


def groups(connection: Connection[tuple[str, ...]], role: str) -> frozenset[str]:
    """Return a role, PUBLIC and the roles whose rights it has."""
    return frozenset((role, EVERYONE, *(name for (name,) in connection.execute(GROUPS, [role]))))


ByDefault = Mapping[tuple[str, Table], Mapping[str, tuple[str, ...]]]
"""By family and name: who has the privilege by default privileges, and of which schemas these are.
"""


def by_default(catalog: Catalog) -> ByDefault:
    """Return whom default privileges have given what no policy covers, and nobody has revoked.

    The catalog does not say whether a privilege came with the table or by a `grant`. It came by a
    `grant` where what comes with it, such as `trigger`, is gone, and where most tables of the
    schema have been deprived of this privilege alone.
    """
    found: dict[tuple[str, Table], dict[str, tuple[str, ...]]] = {}
    for (creator, schema, family), defaults in catalog.families["default_privileges"].items():
        if family not in PRIVILEGES:
            continue
        rows = [
            ((row.schema, row.name), granted(row.acl))
            for row in catalog.families[family].values()
            if row.owner == creator and schema in ("", row.schema)
        ]  # fmt: skip
        for grantee, held in granted(defaults.acl).items():
            for name in _unrevoked(rows, grantee, held, PRIVILEGES[family]):
                of_name = found.setdefault((family, name), {})
                of_name[grantee] = (*of_name.get(grantee, ()), schema)
    return found


def _unrevoked(
    rows: Iterable[tuple[Table, Mapping[str, Collection[str]]]], grantee: str,
    default: Collection[str], privilege: str,
) -> list[Table]:  # fmt: skip
    """Return the names at which a grantee still has a privilege that it has by default."""
    if privilege not in default:
        return []
    beside = _BESIDE[privilege] & {*default}
    untouched = [(name, acl.get(grantee, ())) for name, acl in rows]
    untouched = [(name, held) for name, held in untouched if beside <= {*held}]
    having = [name for name, held in untouched if privilege in held]
    return having if 2 * len(having) >= len(untouched) else []


_BESIDE = {
    "truncate": frozenset(UNSENT["tables"]),
    "update": frozenset({"select", "usage"}),
}
"""What comes with a privilege by default, and seldom with one that is granted by itself."""


def given(
    found: ByDefault, catalog: Catalog, family: str, name: Table, role: str, among: Collection[str],
    table: Table,
) -> Given | None:  # fmt: skip
    """Return the privilege that a role has by default privileges; None if by a `grant`, or not."""
    row = catalog.families[family][name]
    holders = {who for who, held in granted(row.acl).items() if PRIVILEGES[family] in held}
    holders &= {*among}
    defaults = found.get((family, name), {})
    if not holders or not holders <= defaults.keys():
        return None
    schemas = dict.fromkeys(schema for who in sorted(holders) for schema in defaults[who])
    held = [granted(row.acl)[who] for who in sorted(holders)]
    beside = [one for one in UNSENT[family] if all(one in each for each in held)]
    return Given(
        family, name, role, (*sorted(holders),), row.owner, (*schemas,), table, (*beside,)
    )  # fmt: skip


def sequences_of(catalog: Catalog, table: Table) -> list[Table]:
    """Return the sequences that make values of a table's columns."""
    own = f"{names.quoted(*table)}."
    return sorted(
        (row.schema, row.name)
        for row in catalog.families["sequences"].values()
        if row.owned_by.startswith(own)
    )


def left_to_the_database(scene: Scene, role: str, family: str, name: Table) -> bool:
    """Return whether a privilege is nothing that this table can be blamed for.

    What default privileges give is told once for the database, and what the platform has granted on
    tables of its own no project can revoke.
    """
    if platform_schema(name[0], scene.platform):
        return True
    if name not in scene.catalog.families[family]:
        return False
    known = scene.lasting
    if ("groups", role) not in known:
        known["groups", role] = groups(scene.connection, role)
    if "by default" not in known:
        known["by default"] = by_default(scene.catalog)
    found, among = known["by default"], known["groups", role]
    return given(found, scene.catalog, family, name, role, among, name) is not None


def usable(connection: Connection[tuple[str, ...]], found: Iterable[Given]) -> Iterator[Given]:
    """Yield the privileges with which the role gets somewhere, tried on the database.

    It may not use the schema, and a trigger may refuse what the privilege lets.
    """
    for one in found:
        if tried(connection, Identity(one.role, one.role), _use(connection, one)).done:
            yield one


def _use(connection: Connection[tuple[str, ...]], one: Given) -> sql.Composed:
    """Return the statement that takes a privilege: `truncate`, or setval() to the present value."""
    relation = sql.Identifier(*one.name)
    if one.family == "tables":
        return sql.SQL("truncate {} cascade").format(relation)
    value = connection.execute(
        sql.SQL("select last_value, is_called from {}").format(relation)
    ).fetchone()
    return sql.SQL("select pg_catalog.setval({}, {}, {})").format(
        sql.Literal(names.quoted(*one.name)), *map(sql.Literal, value or (1, False))
    )
