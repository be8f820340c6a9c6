"""Facts about functions that find neighbours: the results of calling them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.ownership import OwnedTables, Ownership
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.vectors import (
    Counted,
    Membership,
    Order,
    Search,
    Seen,
    VectorColumn,
    membership,
    neighbours,
    searches,
    visibility,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.verification.planning import Planned

from . import access
from .calls import calling, identities_of, known, scanned, search_of
from .facts import Fact, Facts
from .vectors import found_at

USERS = ("auth", "users")
"""The platform's table of users, who own rows."""


def _search(planned: Planned, facts: Facts) -> Search:
    return search_of(planned.entry, found_at(planned, facts), facts)


@dataclass(frozen=True, slots=True)
class _Trying:
    """The callers of a search, and a maker of rows for them in a copy of the database."""

    callers: Sequence[searches.Caller]
    filling: neighbours.Neighbours | None
    """None where nothing is made."""
    values: Mapping[str, str]
    """Names of the owners for whom rows are made, by the value in the owner column; may be {}."""

    def fill(self, rows: int) -> int:
        """Make so many rows for each of the callers; return how many were made for each."""
        if self.filling is not None:
            self.filling.rows(rows, self.values)
        return rows if self.filling is not None else 0


def _trying(
    planned: Planned, reader: Reader, copy: Connection[Any] | None, facts: Facts
) -> _Trying:
    """Return who searches: the administrator and, on a copy, one owner of rows if one is known."""
    callers = [searches.administrator(reader)]
    if copy is None:
        return _Trying(callers, None, {})
    looked = found_at(planned, facts)
    owners = _owners(planned, facts, looked)
    users = _values(facts.catalog, looked, owners, known(facts))
    # One owner of rows is enough beside the administrator.
    found = dict([*users.items()][:1])
    callers += [searches.caller(copy, one) for one in found.values()]
    values = {value: one.name for value, one in found.items()}
    return _Trying(callers, _filling(copy, facts, looked, owners), values)


def _filling(
    copy: Connection[Any], facts: Facts, looked: VectorColumn, owners: Mapping[Table, Ownership]
) -> neighbours.Neighbours:
    mine = owners.get(looked.table_key, Ownership())
    columns = {
        table: one.column
        for table, one in owners.items()
        if one.column and (one.claim, one.setting) == (mine.claim, mine.setting)
    }
    maker = Maker(copy, facts.catalog, columns)
    joined = _membership(facts.catalog, looked, owners)
    return neighbours.Neighbours(maker, looked, mine.column, joined)


def _membership(
    catalog: Catalog, looked: VectorColumn, owners: Mapping[Table, Ownership]
) -> Membership | None:
    """Return who sees rows of the table as members; None where it has an owner."""
    table = looked.table_key
    return None if table in owners else membership(catalog, table, owners)


def _values(
    catalog: Catalog, looked: VectorColumn, owners: Mapping[Table, Ownership],
    identities: Sequence[Identity],
) -> dict[str, Identity]:  # fmt: skip
    """Return the identities that can own rows of the table, by the value in the owner column.

    Or in that of the members, where rows belong to these.
    """
    joined = _membership(catalog, looked, owners)
    mine = joined.owner if joined else owners.get(looked.table_key)
    return {value: one for one in identities if mine and (value := mine.of(one))}


def _owners(planned: Planned, facts: Facts, looked: VectorColumn) -> dict[Table, Ownership]:
    """Return the owners of tables' rows, also of the table that is searched if one is known.

    The file names the owner, or else a column that refers to `auth.users` does. A table without
    either has the owner of the row that a foreign key refers to.
    """
    entry: Any = planned.entry
    found: dict[Table, Ownership] = {}
    for row in facts.catalog.families["constraints"].values():
        if row.references and row.references[:2] == USERS and len(row.columns) == 1:
            found.setdefault((row.schema, row.table), Ownership(row.columns[0]))
    if facts.spec.access:
        found |= access.ownerships(facts.spec.access, facts, ())
    if entry.owner:
        found[looked.table_key] = Ownership(yaml_names.single(entry.owner))
    return found | _through(facts.catalog, looked.table_key, found, ())


def _through(
    catalog: Catalog, table: Table, known: Mapping[Table, Ownership], below: tuple[Table, ...]
) -> dict[Table, Ownership]:
    """Return the owner of a table's rows through foreign keys, and of the tables on the way."""
    if table in known:
        return {table: known[table]}
    for row in catalog.of_table("constraints", *table):
        parent = row.references and row.references[:2]
        if parent and parent not in (table, *below):
            found = _through(catalog, parent, known, (*below, table))
            if found:
                return {**found, table: replace(found[parent], column="", through=row.columns)}
    return {}


def _scans(planned: Planned, facts: Facts) -> Mapping[str, int]:
    return scanned(_search(planned, facts), facts)


def _order(planned: Planned, facts: Facts) -> Order:
    search = _search(planned, facts)
    with calling(search, facts) as (reader, copy):
        trying = _trying(planned, reader, copy, facts)
        trying.fill(neighbours.ROWS)
        return searches.order(reader, search, _distance(search.looked), trying.callers)


def _distance(looked: VectorColumn) -> str:
    distances = {one.distance for one in looked.serving} if not looked.distance else set()
    if looked.distance or len(distances) == 1:
        return looked.distance or distances.pop()
    raise CannotDetermine(
        f"looking at the order of neighbours in {looked.table}",
        because="no index says by which distance",
        remedy="declare the column's `distance`",
    )


def _numbers(planned: Planned, facts: Facts) -> Callable[[Sequence[Any], int], Counted]:
    """Return a function that counts the rows of the search for each limit, of so many matches."""

    def numbers(limits: Sequence[Any], rows: int) -> Counted:
        entry: Any = planned.entry
        search = _search(planned, facts)
        with calling(search, facts) as (reader, copy):
            trying = _trying(planned, reader, copy, facts)
            made = trying.fill(rows)
            found = [
                searches.number(reader, search, {entry.limit: one}, trying.callers)
                for one in limits
            ]
            return Counted(tuple(found), made)

    return numbers


def _seen(planned: Planned, facts: Facts) -> list[Seen]:
    """Return the rows that each identity finds, on a copy with rows of each of them."""
    search = _search(planned, facts)
    looked = search.looked
    identities = identities_of(facts)
    owners = _owners(planned, facts, looked)
    found = _values(facts.catalog, looked, owners, identities)
    values = {value: one.name for value, one in found.items()}
    whose = OwnedTables(facts.catalog, {one.name: one for one in identities}, owners)
    with (
        copies.trial(facts.target, facts.bounds) as copy,
        copy.transaction(force_rollback=True),
    ):
        _filling(copy, facts, looked, owners).rows(neighbours.ROWS, values)
        return [visibility.seen(copy, search, one, whose) for one in identities]


FACTS: Mapping[str, Fact] = {
    "search": _search,
    "scans": _scans,
    "order": lambda planned, facts: partial(_order, planned, facts),
    "numbers": _numbers,
    "seen": lambda planned, facts: partial(_seen, planned, facts),
}
