"""Facts about functions that find neighbours: what came of calling them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import Connection

from pytest_schemaverify import rehearse
from pytest_schemaverify.access.identities import Identity
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.reading import Reader
from pytest_schemaverify.vectors import Looked, Order, Search, Seen, searches

from . import access
from .calls import calling, scanned, search_of
from .gathered import Fact, Facts
from .vectors import found_at

SUBJECTS = {
    "alice": "11111111-1111-4111-8111-111111111111",
    "bob": "22222222-2222-4222-8222-222222222222",
}
"""Who searches where the file names nobody."""


def _search(planned: Planned, facts: Facts) -> Search:
    return search_of(planned.entry, found_at(planned, facts), facts)


def _filled(
    planned: Planned, reader: Reader, copy: Connection[Any] | None, facts: Facts, rows: int
) -> list[searches.Caller]:
    """See that a copy of a disposable database has rows to search in; return who may find them."""
    callers = [searches.administrator(reader)]
    if copy is None:
        return callers
    looked = found_at(planned, facts)
    entry: Any = planned.entry
    owner = entry.owner or _owner(looked, facts)
    users = _users(facts) if owner else []
    values = {one.claim("sub") or "": one.name for one in users}
    for _ in range(rows // searches.ROWS + 1):
        searches.fill(copy, facts.catalog, looked, owner if users else "", values)
    return [*callers, *(searches.caller(copy, one) for one in users)]


def _users(facts: Facts) -> list[Identity]:
    """Return those who own rows, if anybody is known."""
    try:
        return [one for one in identities_of(facts) if one.claim("sub")][:1]
    except CannotDetermine:
        return []


def _scans(planned: Planned, facts: Facts) -> Mapping[str, int]:
    return scanned(_search(planned, facts), facts)


def _order(planned: Planned, facts: Facts) -> Order:
    search = _search(planned, facts)
    with calling(search, facts) as (reader, copy):
        callers = _filled(planned, reader, copy, facts, 2)
        return searches.order(reader, search, _distance(search.looked), callers)


def _distance(looked: Looked) -> str:
    distances = {one.distance for one in looked.serving} if not looked.distance else set()
    if looked.distance or len(distances) == 1:
        return looked.distance or distances.pop()
    raise CannotDetermine(
        f"looking at the order of neighbours in {looked.table}",
        because="no index says by which distance",
        remedy="declare the column's `distance`",
    )


def _numbers(planned: Planned, facts: Facts) -> Callable[[Sequence[Any], int], list[int]]:
    """Return what tells how many rows the search returns with each limit, of so many that match."""

    def numbers(limits: Sequence[Any], rows: int) -> list[int]:
        entry: Any = planned.entry
        search = _search(planned, facts)
        with calling(search, facts) as (reader, copy):
            callers = _filled(planned, reader, copy, facts, rows)
            return [searches.number(reader, search, {entry.limit: one}, callers) for one in limits]

    return numbers


def _seen(planned: Planned, facts: Facts) -> list[Seen]:
    """Return what a search shows each identity; on a copy with rows of each of them."""
    search = _search(planned, facts)
    looked = search.looked
    entry: Any = planned.entry
    owner = entry.owner or _owner(looked, facts)
    identities = identities_of(facts)
    values = {one.claim("sub") or "": one.name for one in identities if one.claim("sub")}
    with (
        rehearse.trial(facts.target, facts.bounds) as copy,
        copy.transaction(force_rollback=True),
    ):
        searches.fill(copy, facts.catalog, looked, owner, values if owner else {})
        return [searches.seen(copy, facts.catalog, search, one, owner) for one in identities]


def _owner(looked: Looked, facts: Facts) -> str:
    column = looked.column
    for row in facts.catalog.of_table("constraints", column.schema, column.table):
        if row.references and row.references[:2] == ("auth", "users") and len(row.columns) == 1:
            return str(row.columns[0])
    return ""


def identities_of(facts: Facts) -> list[Identity]:
    """Return who uses the database: those of the file, or two users and a visitor."""
    declared = access.identities(facts.spec.access) if facts.spec.access else {}
    if declared:
        return list(declared.values())
    if facts.spec.database is None or facts.spec.database.platform.name != "supabase":
        raise CannotDetermine(
            "acting as those who use the database",
            because="the file names nobody, and the platform has no roles for them",
            remedy="name them under `access.identities`",
        )
    users = [Identity(name, "authenticated", {"sub": sub}) for name, sub in SUBJECTS.items()]
    return [*users, Identity("visitor", "anon")]


FACTS: Mapping[str, Fact] = {
    "search": _search,
    "scans": _scans,
    "order": _order,
    "numbers": _numbers,
    "seen": _seen,
}
