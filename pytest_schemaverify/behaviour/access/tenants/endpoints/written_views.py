"""Statements that write through a view, where a tenant may, to rows of the other tenant."""

from collections.abc import Iterator, Mapping

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity, Outcome
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, Values, cast, insertion
from pytest_schemaverify.behaviour.access.trying.behind_views import outcomes
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine

MOST = 12
"""Columns that are set to what the other tenant's row has."""

# By the view itself, by a rule, or by a trigger INSTEAD OF (4 is `update`), for which a column
# counts as updatable only where rows can be deleted as well.
_WRITABLE = """
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       pg_catalog.pg_column_is_updatable(a.attrelid, a.attnum, true)
       or pg_catalog.pg_relation_is_updatable(a.attrelid, true) & 4 <> 0
from pg_catalog.pg_attribute a
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
_MAY_DELETE = "select pg_catalog.has_table_privilege(%s, %s::pg_catalog.oid, 'delete')"


def writings(
    scene: Scene, who: Identity, view: Table, oid: int, read: set[Table]
) -> Iterator[sql.Composed]:
    """Yield statements that change, delete and add rows through a view, of the other tenant's.

    `read` are the tenants' tables that it reads. What the view lets nobody write is refused.
    """
    rows = scene.connection.execute(_WRITABLE, [oid]).fetchall()
    types = {name: type_ for name, type_, _ in rows}
    may_change = {*granted(scene, who.role, view, "update")}
    changing = [name for name, _, updatable in rows if updatable and name in may_change]
    row = _row_of_other(scene, view, read)
    theirs = {name: text for name, text in row.items() if name in types}
    yield from _updates(view, changing, theirs, types)
    if scene.connection.execute(_MAY_DELETE, [who.role, oid]).fetchall()[0][0]:
        yield from _deletions(view, theirs, types)
    may_add = {*granted(scene, who.role, view, "insert")}
    for table in sorted(read) if may_add else ():
        whole = {**theirs, **_drafted(scene, table, theirs, types)}
        sent = {name: text for name, text in whole.items() if text is not None and name in may_add}
        if sent:
            yield insertion(view, sent, types)


def _updates(
    view: Table, changing: list[str], theirs: Values, types: Mapping[str, str]
) -> Iterator[sql.Composed]:
    """Yield updates of every row to what it is, and of one's own to what the other's row has."""
    target = sql.Identifier(*view)
    for name in changing[:2]:
        yield sql.SQL("update {} set {} = {}").format(target, *[sql.Identifier(name)] * 2)
    for name in changing[:MOST]:
        if theirs.get(name) is not None:
            yield sql.SQL("update {} set {} = {}").format(
                target, sql.Identifier(name), cast(theirs[name], types[name])
            )


def _deletions(view: Table, theirs: Values, types: Mapping[str, str]) -> Iterator[sql.Composed]:
    every = sql.SQL("delete from {}").format(sql.Identifier(*view))
    yield every
    known = [(name, text) for name, text in theirs.items() if text is not None]
    # Where rows refer to some of one's own, the statement above deletes nothing at all.
    for name, text in known[:1]:
        yield every + sql.SQL(" where {} = {}").format(
            sql.Identifier(name), cast(text, types[name])
        )


def _row_of_other(scene: Scene, view: Table, read: set[Table]) -> dict[str, str | None]:
    """Return a row of the other tenant's as the view shows it, or what it would show of one."""
    other = scene.identities["tenant B"]
    for outcome in _shown(scene, view):
        for row in outcome.rows:
            texts = [None if value is None else str(value) for value in row]
            if any(scene.owners[table].of(other) in texts for table in read):
                return dict(zip(outcome.columns, texts, strict=True))
    return next((found for table in sorted(read) if (found := _stored(scene, table))), {})


def _shown(scene: Scene, view: Table) -> list[Outcome]:
    """Return what a view shows; nothing where it meets a bound, which is told of reading it."""
    try:
        return outcomes(scene, sql.SQL("select * from {}").format(sql.Identifier(*view)))
    except BoundMet:
        if scene.connection.closed:
            raise
        return []


def _stored(scene: Scene, table: Table) -> dict[str, str | None]:
    keys = keys_of(scene, table, scene.owners[table].of(scene.identities["tenant B"]))
    names = [*scene.columns(table)]
    statement = sql.SQL("select {} from {} as t where {} limit 1").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names),
        sql.Identifier(*table), scene.keys(table, keys),
    )  # fmt: skip
    row = scene.connection.execute(statement).fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


def _drafted(
    scene: Scene, table: Table, theirs: Values, types: Mapping[str, str]
) -> dict[str, str | None]:
    """Return another row of the other tenant's, by the view's columns; its keys are no row's."""
    stored, owner = _stored(scene, table), scene.owners[table]
    try:
        draft = scene.own_draft(table, owner.of(scene.identities["tenant B"]), "tenant B").sent
    except CannotDetermine:
        draft = {}
    found = {}
    for name in types:
        # A view may call a column otherwise; then it is known by what it has.
        same = (one for one, text in stored.items() if text and text == theirs.get(name))
        column = name if name in stored else next(same, "")
        if column in draft:
            found[name] = draft[column]
        elif column in _keys(scene, table):
            found[name] = None
    return found


def _keys(scene: Scene, table: Table) -> set[str]:
    """Return the columns of unique keys, with whose values a row is there already."""
    return {
        name
        for one in scene.catalog.of_table("constraints", *table)
        if one.kind in ("primary key", "unique")
        for name in one.columns
    } - {scene.owners[table].column}
