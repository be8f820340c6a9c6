"""The state of a database, and the differences between two states."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from psycopg import Connection, sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.reading import FIXED, apply_settings
from pytest_schemaverify.findings import counted_rows
from pytest_schemaverify.kinds.snapshot import families, read, usual
from pytest_schemaverify.rehearsal.state.diff import Difference, diff
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.secrets import default

from .cluster import HIDDEN, Cluster, Kept, everything, follows, roles
from .judged import UNKNOWN, unknown_rows
from .other_objects import AS_GIVEN, PRIVILEGES, OtherObjects, large_objects, members, other_objects
from .raw_catalogs import RawCatalogs, changed, raw_catalogs
from .row_digest import DIGEST

Rows = Mapping[tuple[str, ...], tuple[int, str]]
"""Number of rows and a sum over their content, by table; the order of rows does not matter."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a database held at one moment."""

    catalog: Catalog
    rows: Rows
    other_objects: Mapping[str, str]
    """Objects that no expectation is about, but that a rollback has to restore, by their names."""
    large: tuple[int, str] = (0, "")
    """Number of large objects and a digest of them."""
    cluster: Cluster = field(default_factory=dict)
    """What the server keeps for all of its databases, and about this one."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Properties of the objects that extensions bring, by their names."""
    raw_catalogs: RawCatalogs = field(default_factory=dict)
    """The catalogs as they are."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Number of rows of users in catalogs that nobody has judged."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states."""

    subject: str
    """The object, with its kind and name: `column public.users.email`."""
    before: str
    after: str
    table: tuple[str, ...] | None = None
    """The table, if only the content of its rows differs and not their number."""
    shared: bool = False
    """Whether all databases of the server share it, so that another client may have changed it."""
    kind: str = ""
    """What differs, in words without numbers, if `before` and `after` have numbers in them."""


def state(
    connection: Connection[tuple[object, ...]],
    *,
    ours: bool = False,
    named: frozenset[str] = frozenset(),
) -> State:
    """Return the state of a database: its catalogs, and a digest of the rows of every table.

    `ours` says that the whole server is ours. Of another server, only the roles `named` are read.
    """
    catalog = read(connection, usual())
    # As jsonb a row has its columns sorted by name. Not to_jsonb(r): a column may be called r, and
    # then it alone would be meant.
    summed = DIGEST.format("pg_catalog.to_jsonb(r.*)::text")
    query = sql.SQL(f"select pg_catalog.count(*), {summed} from {{}} as r")
    rows = {}
    tables = [key for key, table in catalog.families["tables"].items() if table.kind == "table"]
    with _written_alike(connection):
        filled = connection.execute(_FILLED).fetchall()
        for key in (*tables, *((str(schema), str(name)) for schema, name in filled)):
            row = connection.execute(query.format(sql.Identifier(*key))).fetchone()
            count, digest = row or (0, "")
            rows[key] = (int(str(count)), str(digest))
        large = large_objects(connection)
        others = members(connection)
        around = everything(connection, ours=ours, named=named)
        left, unknown = raw_catalogs(connection), unknown_rows(connection)
    said = _said(other_objects(connection))
    return State(catalog, rows, said, large, around, others, left, unknown)


@contextmanager
def _written_alike(connection: Connection[tuple[object, ...]]) -> Iterator[None]:
    """Fix the settings inside the block, so that the same values have the same digest.

    `alter database … set` may have changed how values are printed, between two states as well.
    """
    with connection.transaction(force_rollback=True):
        apply_settings(connection, FIXED, local=True)
        yield


def _said(things: OtherObjects) -> dict[str, str]:
    return {
        f"{kind} {name}": f"{thing.how}, owner {thing.owner}" if thing.owner else thing.how
        for (kind, _, name), thing in things.items()
    }


_FILLED = """
    select schemaname, matviewname from pg_catalog.pg_matviews where ispopulated
    union all
    select c.relnamespace::regnamespace::name, c.relname
    from pg_catalog.pg_class as c join pg_catalog.pg_depend as d on d.objid = c.oid
    where d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'e' and c.relkind = 'r'
    order by 1, 2
"""
"""Materialized views, and tables of extensions: jobs of pg_cron and queues of pgmq are rows
there."""


def differences(before: State, after: State) -> Iterator[Change]:
    """Yield the differences between two states, in the catalog and then in the rows.

    Where a whole table is missing or extra, what belongs to it is not listed as well.
    """
    # The rows of catalogs differ with nearly every change that is told by its kind already. They
    # matter only where no comparison by kind has found anything.
    told = list(_by_kind(before, after))
    left = changed(before.raw_catalogs, after.raw_catalogs)
    yield from told or (Change(*sides, kind="other rows") for sides in left)
    yield from _around(before.cluster, after.cluster)
    # Of these nobody can tell whether they are the same, even where their digests are.
    for one in sorted({*before.unknown, *after.unknown}):
        mine, theirs = (counted_rows(side.unknown.get(one, 0)) for side in (before, after))
        yield Change(f"rows of {one}", mine, f"{theirs}, {UNKNOWN}", kind=UNKNOWN)
    if before.large != after.large:
        number, now = before.large[0], after.large[0]
        same = ", not as they were" if number == now else ""
        yield Change("large objects", f"{number}", f"{now}{same}", kind=f"their number{same}")
    yield from _populated(before, after)
    for key in sorted(before.rows.keys() & after.rows.keys()):
        old, new = before.rows[key], after.rows[key]
        if old[0] != new[0]:
            kind = "no row" if not new[0] else "more rows" if new[0] > old[0] else "fewer rows"
            sides = counted_rows(old[0]), counted_rows(new[0])
            yield Change(f"rows of {names.quoted(*key)}", *sides, kind=kind)
        elif old != new:
            same = "all with the same content"
            yield Change(
                f"rows of {names.quoted(*key)}",
                f"{counted_rows(old[0])}, {same}",
                f"{counted_rows(new[0])}, not {same}",
                key,
                kind="another content",
            )


def _populated(before: State, after: State) -> Iterator[Change]:
    """Yield the materialized views that can be read in one of two states only."""
    empty = "none: the materialized view is not populated"
    for key in sorted(before.rows.keys() ^ after.rows.keys()):
        if all(key in one.catalog.families["views"] for one in (before, after)):
            was, now = (
                counted_rows(one.rows[key][0]) if key in one.rows else empty
                for one in (before, after)
            )
            kind = "more rows" if key in after.rows else "no row"
            yield Change(f"rows of {names.quoted(*key)}", was, now, kind=kind)


def _by_kind(before: State, after: State) -> Iterator[Change]:
    found = list(outermost(diff(before.catalog, after.catalog)))
    yield from map(change, found)
    for what in sorted({*before.other_objects, *after.other_objects}):
        nothing = AS_GIVEN if what.startswith(f"{PRIVILEGES} of ") else "none"
        old_one, new_one = (one.other_objects.get(what, nothing) for one in (before, after))
        if old_one != new_one:
            yield Change(what, old_one or "none", new_one or "none")
    extensions = any(one.family == "extensions" and not one.attribute for one in found)
    for what in sorted({*before.members, *after.members}):
        sides = [one.members.get(what, "none") for one in (before, after)]
        # With an extension all that it brings comes and goes.
        if sides[0] != sides[1] and not (extensions and "none" in sides):
            yield Change(what, sides[0], sides[1])


def _around(before: Cluster, after: Cluster) -> Iterator[Change]:
    whole = roles(before) ^ roles(after)
    for key in sorted({*before, *after}):
        old, new = before.get(key, _NOTHING), after.get(key, _NOTHING)
        if old != new and not follows(key[0], new if old is _NOTHING else old, whole):
            was, now = _kept(old), _kept(new)
            if was == now:  # what differs is a secret, of which only the digests are compared
                now = "another value" if now == HIDDEN else f"{now}, set anew"
            yield Change(" ".join(key), was, now, shared=not (old.own or new.own))


_NOTHING = Kept("none")


def _kept(kept: Kept) -> str:
    return f"{kept.how}, granted by {kept.granted}" if kept.granted else kept.how


def settled(
    table: tuple[str, ...],
    one: Connection[tuple[object, ...]],
    same: Connection[tuple[object, ...]],
    other: Connection[tuple[object, ...]],
) -> bool:
    """Return whether a table differs only in columns that chance or the time of day fill.

    `one` and `same` are databases that were built in the same way. Columns in which these two
    differ are left out when `one` is compared with `other`.
    """
    query = "select attname from pg_catalog.pg_attribute where attnum > 0 and not attisdropped "
    query += "and attrelid = pg_catalog.to_regclass(%s) order by attnum"
    columns = [str(name) for (name,) in one.execute(query.encode(), [names.quoted(*table)])]
    stable = [c for c in columns if _digest(one, table, [c]) == _digest(same, table, [c])]
    return _digest(one, table, stable) == _digest(other, table, stable)


def _digest(
    connection: Connection[tuple[object, ...]], table: tuple[str, ...], columns: list[str]
) -> tuple[object, ...] | None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    summed = DIGEST.format("row({})::text")
    query = sql.SQL(f"select pg_catalog.count(*), {summed} from {{}}")
    with _written_alike(connection):
        return connection.execute(query.format(listed, sql.Identifier(*table))).fetchone()


def outermost(found: Iterable[Difference]) -> Iterator[Difference]:
    """Yield the differences, without those of parts of an object that is missing or extra."""
    found = list(found)
    whole = {(d.family, d.key) for d in found if not d.attribute}
    for difference in found:
        wholes, length = families()[difference.family].inside
        if not whole.intersection((family, difference.key[:length]) for family in wholes):
            yield difference


def change(difference: Difference) -> Change:
    """Return a difference between two snapshots in words."""
    noun = families()[difference.family].noun or difference.family.removesuffix("s")
    if difference.family == "functions":
        name = f"{names.quoted(*difference.key[:2])}({difference.key[2]})"
    else:
        name = names.quoted(*filter(None, difference.key))
    if not difference.attribute:
        before, after = ("there", "gone") if difference.after == "missing" else ("none", "there")
        return Change(f"{noun} {name}", before, after)
    sides = (difference.before, difference.after)
    if difference.attribute == "default":
        sides = (default(difference.key[-1], sides[0]), default(difference.key[-1], sides[1]))
    before, after = (_attribute(difference.attribute, side) for side in sides)
    if before == after:  # secrets do not print
        after += ", with another value"
    return Change(f"{noun} {name}", before, after)


def _attribute(name: str, value: str) -> str:
    words = _WORDS.get(name, name).replace("_", " ")
    said = {"True": words, "False": f"not {words}", "": f"no {words}"}
    return said.get(value, f"{words} {value}")


_WORDS = {
    "acl": "privileges", "not_null": "constraint NOT NULL",
    "system_triggers": "changed system triggers",
}  # fmt: skip
