"""What a call did to rows that its caller could not do to them without it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.statements import LARGE, Table, cast, type_name
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql.names import quoted

from .hidden_rows import Secret, Secrets, owner_of, places

Row = dict[str, str]
_MOST = 20
"""Rows of one table that are looked at."""
_NUMBER = re.compile(r"integer|bigint|smallint|numeric|real|double precision")


@dataclass(frozen=True, slots=True)
class Changed:
    """What is another in a table after a call."""

    table: Table
    gone: frozenset[str]
    """Places of versions that are no longer there."""
    new: tuple[Row, ...]
    """Rows at places that had none."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to a row."""

    what: str
    """`deletes a row of public.notes`."""
    row: str


def changed(
    connection: Connection[Any], catalog: Catalog, before: Mapping[Table, set[str]]
) -> list[Changed]:
    """Return what is another than before, on the connection of an administrator."""
    found = []
    for table, known in before.items():
        now = places(connection, table)
        if now != known:
            new = _rows_at(connection, catalog, table, now - known)
            found.append(Changed(table, frozenset(known - now), tuple(new.values())))
    return found


def _rows_at(
    connection: Connection[Any], catalog: Catalog, table: Table, wanted: Iterable[str]
) -> dict[str, Row]:
    """Return rows by their places, as text and without what is NULL."""
    columns = _columns(catalog, table)
    statement = sql.SQL(
        "select tableoid::text || ctid::text{} from {} where tableoid::text || ctid::text = any({})"
        " order by 1 limit {}"
    ).format(
        sql.SQL("").join(sql.SQL(", {}::text").format(sql.Identifier(name)) for name in columns),
        sql.Identifier(*table), sql.Literal(sorted(wanted)), sql.Literal(_MOST),
    )  # fmt: skip
    return {
        place: {name: text for name, text in zip(columns, texts, strict=True) if text is not None}
        for place, *texts in connection.execute(statement).fetchall()
    }


def _columns(catalog: Catalog, table: Table) -> dict[str, str]:
    """Return the types of columns whose values are not large, by their names."""
    return {
        one.name: one.type for one in catalog.of_table("columns", *table)
        if type_name(one.type) not in LARGE
    }  # fmt: skip


@dataclass(slots=True)
class Judge:
    """Tells what one identity could not have done without the function."""

    connection: Connection[Any]
    catalog: Catalog
    identity: Identity
    secrets: Secrets
    names: Mapping[str, str]
    """Names of identities, by their ids."""
    owners: set[str] = field(init=False)
    """The ids of those who own rows."""
    known: dict[str, bool] = field(default_factory=dict)
    """Whether the identity may do what a statement does."""

    def __post_init__(self) -> None:
        columns = {
            quoted(*table): owner_of(self.catalog, (table[0], table[1]))
            for table in self.catalog.families["tables"]
        }
        every = [*self.secrets.rows, *self.secrets.shared]
        found = (one.values.get(columns[one.table], "") for one in every)
        self.owners = {*self.names, *found} - {""}

    def deeds(self, statement: str, changes: Iterable[Changed]) -> Iterator[Deed]:
        """Yield what was done to rows of others, and what was added in another's name.

        The call has been undone, so that the rows are as they were before.
        """
        for one in changes:
            old = _rows_at(self.connection, self.catalog, one.table, one.gone)
            added = [*one.new]
            for place, row in old.items():
                now = self._same(one.table, row, added)
                if now is not None:
                    added.remove(now)
                if what := self._done(one.table, place, row, now, statement):
                    yield Deed(f"{what} a row of {quoted(*one.table)}", _shown(one.table, row, now))
            for row in added:
                if whose := self._named(one.table, row, statement):
                    what = f"adds a row in the name of {whose} to {quoted(*one.table)}"
                    yield Deed(what, _shown(one.table, row, None))

    def _same(self, table: Table, row: Row, new: Iterable[Row]) -> Row | None:
        """Return what has become of a row, None if it is gone."""
        keys = [one for one in self.catalog.of_table("constraints", *table) if one.columns]
        key = next((one.columns for one in keys if one.kind == "primary key"), ())
        same = (one for one in new if all(one.get(name) == row.get(name) for name in key))
        return next(same, None)

    def _done(self, table: Table, place: str, row: Row, now: Row | None, statement: str) -> str:
        """Return what was done to a row that the identity may not do; "" if it may."""
        if self._mine(row) or row == now:
            return ""
        hidden = (quoted(*table), place) in self.secrets.places
        types = _columns(self.catalog, table)
        # A counter, or the time of the last visit: of what nobody owns, or everybody reads.
        free = not hidden or not row.get(owner_of(self.catalog, table))
        if now is not None and free and _is_counted(row, now, types, statement):
            return ""
        names = [name for name in types if now is not None and row.get(name) != now.get(name)]
        if not hidden and self._may(_direct(table, place, names)):
            return ""
        return "deletes" if now is None else "changes"

    def _named(self, table: Table, row: Row, statement: str) -> str:
        """Return in whose name a row was added, if the caller has chosen it and may not do so."""
        # Whose name it is is the caller's choice only where the call says it.
        types, owner = _columns(self.catalog, table), owner_of(self.catalog, table)
        # A text may say anything; elsewhere an id stands for who has it.
        told = [text for name, text in row.items() if name == owner or types[name] == "uuid"]
        others = [text for text in told if text in self.owners and text in statement]
        if not others or self._mine(row):
            return ""
        generated = {one.name for one in self.catalog.of_table("columns", *table) if one.generated}
        sent = {
            name: cast(text, types[name]) for name, text in row.items() if name not in generated
        }
        inserted = sql.SQL("insert into {} ({}) overriding system value values ({})").format(
            sql.Identifier(*table), sql.SQL(", ").join(map(sql.Identifier, sent)),
            sql.SQL(", ").join(sent.values()),
        )  # fmt: skip
        return "" if self._may(inserted) else self.names.get(others[0], "somebody else")

    def _mine(self, row: Row) -> bool:
        return self.identity.claim("sub") in row.values()

    def _may(self, statement: sql.Composed) -> bool:
        """Return whether the identity may do this by itself; a constraint comes after policies."""
        text = statement.as_string(self.connection)
        if text not in self.known:
            outcome = tried(self.connection, self.identity, statement)
            done = outcome.done and outcome.count > 0
            self.known[text] = done or outcome.state.startswith("23")
        return self.known[text]


def _direct(table: Table, place: str, names: Sequence[str]) -> sql.Composed:
    """Return the statement that changes some columns of a row, or deletes it where there are none.

    The identity writes it by itself.
    """
    change = sql.SQL("delete from {}").format(sql.Identifier(*table))
    if names:
        same = (sql.SQL("{0} = {0}").format(sql.Identifier(name)) for name in names)
        change = sql.SQL("update {} set {}").format(
            sql.Identifier(*table), sql.SQL(", ").join(same)
        )
    return change + sql.SQL(" where tableoid::text || ctid::text = {}").format(sql.Literal(place))


def _is_counted(row: Row, now: Row, types: Mapping[str, str], statement: str) -> bool:
    """Return whether a row differs by a count of one and times that the caller has not said."""
    for name, type_ in types.items():
        old, new = row.get(name), now.get(name)
        if old == new:
            continue
        if type_.startswith("timestamp") and new is not None and new not in statement:
            continue
        by_one = old and new and _NUMBER.match(type_) and abs(float(new) - float(old)) == 1
        if not by_one:
            return False
    return True


def _shown(table: Table, row: Row, now: Row | None) -> str:
    """Return a row in one line: what tells it apart, and what has become another."""
    others = {text for name, text in row.items() if now is None or now.get(name) != text}
    return Secret(quoted(*table), "", row).shown(others).partition(": ")[2]
