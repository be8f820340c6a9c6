"""What an identity can change and delete, of its own and of others."""

from dataclasses import replace

from psycopg import sql

from pytest_schemaverify.behaviour.access.attempts import Attempt, Change, Trying, kind
from pytest_schemaverify.behaviour.access.identities import tried
from pytest_schemaverify.behaviour.access.statements import cast
from pytest_schemaverify.kinds.columns.row import Column

SINGLY = 20
"""Rows that are tried one by one where one of many is refused; those of identities come first."""


def updated(trying: Trying) -> None:
    """Try to update: one's own rows, those of others, blindly, to give away and to take over."""
    column = _harmless(trying)
    same = sql.SQL("{0} = {0}").format(sql.Identifier(column.name))
    if trying.roster.mine:
        _tried(trying, "update of one's own rows", _setting(trying, same), trying.own())
    if trying.roster.others:
        what = "update of rows of others"
        _tried(trying, what, _setting(trying, same, _returning(trying)), trying.others())
    if not trying.roster.total:
        trying.changed("update", _setting(trying, same), main=True)  # the privilege can be told
    if trying.identity.bypasses_rls or not trying.may("update"):
        return  # nothing is held back, or everything
    _blind(trying, column)
    _owners(trying)


def _tried(trying: Trying, name: str, statement: Change, where: sql.Composed) -> None:
    """Make the attempt that decides, and see whether the administrator could have done it."""
    attempt = trying.changed(name, statement, where, main=True)
    if attempt.reached:
        return
    if kind(attempt.outcome, trying.table) in ("policy", "raised", "constraint"):
        # One row that is refused hides what would become of the others.
        found = _one_by_one(trying, name, statement, mine=name.endswith("own rows"))
        if found is not None:
            trying.attempts[-1] = found
            return
    same = trying.as_administrator(statement(where))
    if (same.done and same.count) or same.state == "23503":  # reached, and kept by another table
        return
    trying.attempts[-1] = replace(attempt, possible=str(same))


def _one_by_one(trying: Trying, name: str, statement: Change, *, mine: bool) -> Attempt | None:
    """Return the attempt at the first row that is reached when each is tried for itself."""
    keys = [*(trying.roster.mine if mine else trying.roster.others)]
    if len(keys) < 2:
        return None
    before = len(trying.attempts)
    try:
        for key in keys[:SINGLY]:
            where = trying.scene.keys(trying.table, [key])
            one = trying.changed(name, statement, where, main=True)
            if one.reached:
                return one
    finally:
        del trying.attempts[before:]
    return None


def _setting(trying: Trying, change: sql.Composed, back: sql.Composable | None = None) -> Change:
    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL("update {} as t set {}").format(trying.relation, change)
        if where is not None:
            made = sql.SQL("{} where {}").format(made, where)
        return made if back is None else sql.SQL("{} returning {}").format(made, back)

    return statement


def _returning(trying: Trying) -> sql.Composable | None:
    columns = trying.columns("select")
    if not columns:
        return None
    return sql.SQL(", ").join(sql.Identifier("t", column.name) for column in columns[:6])


def _harmless(trying: Trying) -> Column:
    """Return the column that is set: one that the role may set, and on which nothing hangs."""
    columns = trying.scene.columns(trying.table)
    involved = {
        name
        for row in trying.scene.catalog.of_table("constraints", *trying.table)
        if row.kind != "check"
        for name in row.columns
    }
    may = {column.name for column in trying.columns("update")}
    owner = trying.scene.owners.get(trying.table)
    plain = [c for c in columns.values() if c.generated is None and c.identity != "always"]

    def cost(column: Column) -> tuple[bool, bool, bool, int]:
        return (
            column.name not in may,
            owner is not None and column.name == owner.column,
            column.name in involved,
            column.position,
        )

    return min(plain or [*columns.values()], key=cost)


def _blind(trying: Trying, column: Column) -> None:
    """Update without reading anything: then only the policies for updates hold."""
    known = ("blind", trying.table, column.name)
    if known not in trying.scene.cache:
        value = (
            None if column.nullable else trying.scene.maker.supply.value(column.type, column.name)
        )
        trying.scene.cache[known] = cast(value, column.type)
    change = sql.SQL("{} = {}").format(sql.Identifier(column.name), trying.scene.cache[known])
    trying.changed("update without a condition, of what cannot be seen", _setting(trying, change))


def _owners(trying: Trying) -> None:
    """Try to give one's own rows away, and to make those of others one's own."""
    owner = trying.scene.owners.get(trying.table)
    column = trying.scene.owner_column(trying.table)
    other = trying.scene.another(trying.table, trying.identity)
    if owner is None or column is None or other is None:
        return
    mine = owner.of(trying.identity)
    name, value = other

    def to(value: str) -> Change:
        set_to = sql.SQL("{} = {}").format(
            sql.Identifier(column.name), cast(value, column.type)
        )  # fmt: skip
        return _setting(trying, set_to)

    if trying.roster.mine:
        _given_away(trying, to(value), name)
    if mine is not None and trying.roster.others:
        what = "update that makes rows of others one's own"
        if not trying.changed(what, to(mine), trying.others()).others:
            trying.changed(f"{what}, without a condition", to(mine))


def _given_away(trying: Trying, statement: Change, name: str) -> None:
    """Give one's own rows to somebody else; the second time without reading anything.

    What an update reads must be visible before and after; without a condition nothing is read, and
    a policy for reading keeps nobody from it.
    """
    for where in (trying.own(), None):
        attempt = trying.changed(f"update that gives a row to {name}", statement, where)
        if attempt.own:
            given = f"gives a row of its own to {name}"
            trying.attempts[-1] = replace(attempt, own=0, told=given)
            return


def deleted(trying: Trying) -> None:
    """Try to delete: one's own rows, those of others, blindly, and everything at once."""

    def statement(where: sql.Composed | None) -> sql.Composed:
        made = sql.SQL("delete from {} as t").format(trying.relation)
        return made if where is None else sql.SQL("{} where {}").format(made, where)

    if trying.roster.mine:
        _deletion(trying, "delete of one's own rows", statement, trying.own(), mine=True)
    if trying.roster.others:
        _deletion(trying, "delete of rows of others", statement, trying.others(), mine=False)
    if not trying.roster.total:
        trying.changed("delete", statement, main=True)
    if trying.may("delete") and not trying.identity.bypasses_rls:
        trying.changed("delete without a condition, of what cannot be seen", statement)
    _truncated(trying)


def _deletion(
    trying: Trying, name: str, statement: Change, where: sql.Composed, *, mine: bool
) -> None:
    _tried(trying, name, statement, where)
    attempt = trying.attempts[-1]
    if attempt.outcome.state == "23503":
        # The row was deleted already when the foreign key of another table was looked at.
        count = len(trying.roster.mine if mine else trying.roster.others)
        shown = () if mine else tuple(trying.scene.shown(trying.table, [*trying.roster.others][:1]))
        trying.attempts[-1] = replace(
            attempt, own=count * mine, others=count * (not mine), shown=shown, possible=""
        )


def _truncated(trying: Trying) -> None:
    """Empty the table: row-level security does not hold for that, only a privilege of its own."""
    connection = trying.scene.connection
    statement = sql.SQL("truncate {} cascade").format(trying.relation)
    outcome = tried(connection, trying.identity, statement)
    others = trying.roster.total - trying.roster.own if outcome.done else 0
    shown = tuple(trying.scene.shown(trying.table, [*trying.roster.others][:1])) if others else ()
    trying.attempts.append(Attempt("truncate", outcome, 0, others, shown))
