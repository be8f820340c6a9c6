"""What an identity can add to a table, and what adding tells it about rows of others."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.attempts import Attempt, Trying
from pytest_schemaverify.behaviour.access.identities import (
    Outcome,
    acting,
    oneself,
    ran,
    refused,
    tried,
)
from pytest_schemaverify.behaviour.access.statements import Made, Values, insertion
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names

SEQUENCES = """
select n.nspname, c.relname
from pg_catalog.pg_depend d
join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.refobjid = pg_catalog.to_regclass(%s)
    and d.deptype in ('a', 'i')
order by n.nspname, c.relname
"""


def added(trying: Trying) -> None:
    """Try to insert: in one's own name, in another's, over another's row, and to learn by it."""
    with trying.scene.meanwhile():  # a row that others refer to would change what they can see
        trying.attempts += _sequences(trying)
        owners = [*_owners(trying)]
        for number, (whose, value) in enumerate(owners):
            last = number == len(owners) - 1
            if trying.may("insert"):
                _added_in_room(trying, whose, value, last=last)
            else:
                trying.attempts.append(_refused(trying, whose))


def _refused(trying: Trying, whose: str) -> Attempt:
    """Try without the privilege, for which no row needs to be made."""
    statement = statement_of(trying, {})
    outcome = tried(trying.scene.connection, trying.identity, statement)
    return Attempt(_name(whose, mine=whose == trying.identity.name), outcome, main=True)


def _name(whose: str, *, mine: bool) -> str:
    if mine:
        return "insert in one's own name"
    return f"insert in {whose}'s name" if whose else "insert"


def _added_in_room(trying: Trying, whose: str, value: str | None, *, last: bool) -> None:
    """Try to add a row; if there is no room for another, in place of the one that is there."""
    owner = trying.scene.owners.get(trying.table)
    telling = {owner.column, *owner.through} if owner else set()
    before = len(trying.attempts)
    try:
        with _room(trying, value, telling):
            _added(trying, whose, value, last=last)
    except CannotDetermine as error:
        usual = trying.scene.maker.usual.get((whose, trying.table), {})
        if isinstance(error, BoundMet) or not usual:
            raise
        del trying.attempts[before:]
        with _room(trying, value, telling | usual.keys()):
            _added(trying, whose, value, last=last)


def _owners(trying: Trying) -> Iterator[tuple[str, str | None]]:
    """Yield in whose names rows are tried, oneself first, and what an owner's column has then."""
    owner = trying.scene.owners.get(trying.table)
    if owner is None:
        yield "", None
        return
    mine = owner.of(trying.identity)
    if mine is not None:
        yield trying.identity.name, mine
    other = trying.scene.another(trying.table, trying.identity)
    if other is not None:
        yield other


def _added(trying: Trying, whose: str, value: str | None, *, last: bool) -> None:
    label = whose or "somebody"
    row = trying.scene.own_draft(trying.table, value, label)
    one = _Candidate(row, whose, whose == trying.identity.name)
    trying.attempts.append(_inserted(trying, one))
    if trying.identity.bypasses_rls:
        return  # nothing is held back
    if one.mine:
        trying.attempts += _told_by_unique(trying, one)
        trying.attempts += _attached(trying, one)
    elif not trying.attempts[-1].others:
        trying.attempts.append(_copied(trying, one))
    if one.mine or last:
        trying.attempts += _over(trying, one)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that the table takes, and in whose name."""

    row: Made
    whose: str
    mine: bool


@contextmanager
def _room(trying: Trying, value: str | None, telling: Collection[str]) -> Iterator[None]:
    """Where somebody can have only one row, take that away, as administrator, for a while.

    There is only one with the same values in the columns that are `telling` whose it is.
    """
    single = any(set(key) <= {*telling} for key in _unique_keys(trying).values())
    if value is None or not single:
        yield
        return
    with trying.scene.meanwhile():
        trying.scene.remove({trying.table: value})
        yield


def statement_of(trying: Trying, values: Values) -> sql.Composed:
    """Return the insert of a row."""
    return insertion(trying.table, values, {})


def _inserted(trying: Trying, one: _Candidate) -> Attempt:
    connection = trying.scene.connection
    statement = statement_of(trying, one.row.sent)
    outcome = tried(connection, trying.identity, statement)
    if not outcome.done and (part := _part(trying, one)) is not None:
        less = tried(connection, trying.identity, part)
        outcome = less if less.done else outcome
    possible = ""
    if not outcome.done or not outcome.count:
        same = tried(connection, None, statement)
        possible = "" if same.done and same.count else str(same)
    count = outcome.count if outcome.done else 0
    name = _name(one.whose, mine=one.mine)
    if one.mine:
        return Attempt(name, outcome, count, 0, main=True, possible=possible)
    shown = (f"a new row: {_values(one.row.sent)}",) if count else ()
    return Attempt(name, outcome, 0, count, shown, main=True, possible=possible)


def _part(trying: Trying, one: _Candidate) -> sql.Composed | None:
    """Return the insert of the row with the columns only that the role may give, if that is less.

    None where somebody else's row would not be that any more.
    """
    may = [column.name for column in trying.columns("insert")]
    owner = trying.scene.owners.get(trying.table)
    sent = {name: text for name, text in one.row.sent.items() if name in may}
    if not may or not (one.mine or owner is None or owner.column in sent):
        return None
    if sent:
        return statement_of(trying, sent) if len(sent) < len(one.row.sent) else None
    return sql.SQL("insert into {} ({}) values (default)").format(
        trying.relation, sql.Identifier(may[0])
    )


def _values(values: Values) -> str:
    return ", ".join(f"{name} = {(text or 'null')[:40]}" for name, text in values.items())


def _copied(trying: Trying, one: _Candidate) -> Attempt:
    """Copy the row in; where row-level security holds the server does not."""
    connection = trying.scene.connection
    listed = sql.SQL(", ").join(map(sql.Identifier, one.row.sent))
    statement = sql.SQL("copy {} ({}) from stdin").format(trying.relation, listed)
    text = statement.as_string(connection)
    with acting(connection, trying.identity):
        try:
            with connection.cursor() as cursor:
                with cursor.copy(statement) as copy:
                    copy.write_row([*one.row.sent.values()])
                outcome = Outcome(text, count=max(cursor.rowcount, 0))
        except psycopg.Error as error:
            if error.sqlstate is None or connection.closed:
                raise
            outcome = refused(connection, text, error)
    count = outcome.count if outcome.done else 0
    shown = (f"a new row: {_values(one.row.sent)}",) if count else ()
    name = f"copy … from stdin in {one.whose}'s name" if one.whose else "copy … from stdin"
    return Attempt(name, outcome, 0, count, shown)


def _over(trying: Trying, mine: _Candidate) -> Iterator[Attempt]:
    """Insert with the key of another's row, to change that on conflict."""
    key = trying.scene.primary_key(trying.table)
    theirs = _theirs(trying)
    settable = [
        column for column in trying.columns("update")
        if column.generated is None and column.name not in key and column.name in mine.row.sent
    ]  # fmt: skip
    if not key or theirs is None or not settable:
        return
    values = {**mine.row.sent, **{name: theirs[name] for name in key}}
    change = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column.name)) for column in settable
    )
    statement = sql.SQL("{} on conflict ({}) do update set {}").format(
        statement_of(trying, values), sql.SQL(", ").join(map(sql.Identifier, key)), change
    )
    before = trying._versions_before()
    with acting(trying.scene.connection, trying.identity):
        outcome = ran(trying.scene.connection, statement)
        touched: list[str] = []
        if outcome.done and outcome.count:
            oneself(trying.scene.connection)
            after = trying._versions()
            touched = [k for k in trying.roster.others if after.get(k) != before.get(k)]
    shown = tuple(trying.scene.shown(trying.table, touched[:3])) if touched else ()
    yield Attempt("insert … on conflict do update", outcome, 0, len(touched), shown)


def _theirs(trying: Trying) -> Mapping[str, str | None] | None:
    """Return a row of somebody else, as text."""
    if not trying.roster.others:
        return None
    known = ("theirs", trying.table, trying.identity.name)
    if known not in trying.scene.cache:
        first = next(iter(trying.roster.others))
        columns = [*trying.scene.columns(trying.table)]
        picked = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier("t", name)) for name in columns
        )
        statement = sql.SQL("select {} from {} as t where {}").format(
            picked, trying.relation, trying.scene.keys(trying.table, [first])
        )
        row = trying.scene.connection.execute(statement).fetchone()
        trying.scene.cache[known] = dict(zip(columns, row, strict=True)) if row else None
    found: Mapping[str, str | None] | None = trying.scene.cache[known]
    return found


def _told_by_unique(trying: Trying, mine: _Candidate) -> Iterator[Attempt]:
    """Insert a value that another's row has: a refusal tells that there is such a row."""
    theirs = _theirs(trying)
    if theirs is None:
        return
    for name, columns in _unique_keys(trying).items():
        values = {column: theirs.get(column) for column in columns}
        if None not in values.values() and _guessable(trying, columns):
            yield _unique(trying, name, {**mine.row.sent, **values}, values)


def _unique_keys(trying: Trying) -> dict[str, tuple[str, ...]]:
    """Return the columns of each unique constraint and unique index of columns, by its name."""
    catalog, columns = trying.scene.catalog, trying.scene.columns(trying.table)
    indexes = {
        index.name: tuple(key.expression for key in index.keys)
        for index in catalog.of_table("indexes", *trying.table)
        if index.unique and all(key.expression in columns for key in index.keys)
    }
    constraints = {
        row.name: row.columns
        for row in catalog.of_table("constraints", *trying.table)
        if row.kind in ("unique", "primary key")
    }
    return {**indexes, **constraints}


def _guessable(trying: Trying, key: tuple[str, ...]) -> bool:
    """Return whether somebody could try values: not a uuid, a number of ours, or an owner's own."""
    columns = trying.scene.columns(trying.table)
    owner = trying.scene.owners.get(trying.table)
    if owner and {owner.column, *owner.through} & set(key):
        return False
    if len(key) == 1 and key == trying.scene.primary_key(trying.table):
        return not columns[key[0]].type.endswith(("int", "integer", "uuid"))
    return not any(
        columns[name].type in ("uuid", "bytea")
        or columns[name].identity
        or "nextval(" in (columns[name].default or "")
        for name in key
    )


def _unique(trying: Trying, name: str, row: Values, values: Values) -> Attempt:
    statement = statement_of(trying, row)
    outcome = tried(trying.scene.connection, trying.identity, statement)
    told = ""
    if outcome.state == "23505" and outcome.constraint == name:
        told = f"learns that somebody else's row has {_values(values)}"
    return Attempt("insert of a value that must be unique", outcome, told=told, by=name)


def _attached(trying: Trying, mine: _Candidate) -> Iterator[Attempt]:
    """Insert a row that refers to another's: it is attached to that, and tells that it is there."""
    scene, identity = trying.scene, trying.identity
    for row in scene.catalog.of_table("constraints", *trying.table):
        if row.kind != "foreign key" or not row.references:
            continue
        parent = row.references[:2]
        owner = scene.owners.get(parent)
        if owner is None or (parent == trying.table) or owner.of(identity) is None:
            continue
        if owner.column in row.references[2] and len(row.references[2]) == 1:
            continue  # the owner itself
        before = Trying(scene, identity, parent)
        theirs = _theirs(before)
        if theirs is None or _sees(before):
            continue
        own = scene.owners.get(trying.table)
        values = {
            name: theirs[to]
            for name, to in zip(row.columns, row.references[2], strict=True)
            if own is None or name != own.column
        }
        statement = statement_of(trying, {**mine.row.sent, **values})
        outcome = tried(scene.connection, identity, statement)
        told = ""
        if outcome.done and outcome.count:
            told = (
                f"learns that {next(iter(before.roster.others.values()))}'s row of "
                f"{names.quoted(*parent)} is there, and attaches to it: {_values(values)}"
            )
        yield Attempt("insert of a row that refers to another's", outcome, told=told, by=row.name)


def _sees(parent: Trying) -> bool:
    """Return whether the row of somebody else is one that the identity may see anyway."""
    first = [*parent.roster.others][:1]
    statement = sql.SQL("select 1 from {} as t where {}").format(
        parent.relation, parent.scene.keys(parent.table, first)
    )
    outcome = tried(parent.scene.connection, parent.identity, statement)
    return outcome.done and outcome.count > 0


def _sequences(trying: Trying) -> Iterator[Attempt]:
    """Try to set the table's sequences back, after which nobody's inserts work."""
    known = ("sequences", trying.table)
    if known not in trying.scene.cache:
        found = trying.scene.connection.execute(SEQUENCES, [names.quoted(*trying.table)])
        trying.scene.cache[known] = found.fetchall()
    for schema, name in trying.scene.cache[known]:
        written = names.quoted(schema, name)
        # To the value that it has: no transaction takes back what is done to a sequence.
        value = trying.scene.connection.execute(
            sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))
        ).fetchone()
        statement = sql.SQL("select pg_catalog.setval({}, {}, {})").format(
            sql.Literal(written), *map(sql.Literal, value or (1, False))
        )
        outcome = tried(trying.scene.connection, trying.identity, statement)
        told = f"may set {written} back, and then everybody's inserts fail" if outcome.done else ""
        yield Attempt("setval() of the table's sequence", outcome, told=told, by=name)
