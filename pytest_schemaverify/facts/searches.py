"""Facts about functions that find neighbours: what came of calling them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from pytest_schemaverify import names, rehearse
from pytest_schemaverify.access.identities import Identity
from pytest_schemaverify.databases import bounds
from pytest_schemaverify.databases.bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine, DatabaseUnavailable
from pytest_schemaverify.lookup import find
from pytest_schemaverify.objects import Subject
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.reading import Reader
from pytest_schemaverify.vectors import Looked, Order, Search, Seen, key_of, searches
from pytest_schemaverify.vectors.calls import inputs

from . import access
from .gathered import Fact, Facts
from .vectors import looked_at

SUBJECTS = {
    "alice": "11111111-1111-4111-8111-111111111111",
    "bob": "22222222-2222-4222-8222-222222222222",
}
"""Who searches where the file names nobody."""


def _search(planned: Planned, facts: Facts) -> Search:
    entry: Any = planned.entry
    name, types = names.signature(entry.function)
    written = "*" if types is None else ", ".join(types)
    key = (*names.qualified(name, facts.schema), written)
    subject = Subject("functions", key, entry.function)
    found: Any = find(facts.catalog, subject, facts.server)
    if found is None:
        raise CannotDetermine(
            f"calling {entry.function}",
            because="there is no such function",
            remedy="name it with its argument types where it is overloaded",
        )
    looked = looked_at(planned, facts)
    looked.require_vectors()
    return Search(found, looked, entry.arguments, key_of(looked, facts.catalog, entry.key or ""))


@contextmanager
def _calling(search: Search, facts: Facts) -> Iterator[tuple[Reader, Connection[Any] | None]]:
    """Yield what calls functions: on a copy, which comes along, or only reading, with None."""
    if facts.live:
        function = names.quoted(search.function.schema, search.function.name)
        given = ", ".join("null" for _ in inputs(search.function))
        # Rows of the table, which may be a view, are read as well.
        with facts.session(f"select {function}({given}) from {search.looked.table}") as reader:
            yield reader, None
    else:
        with (
            rehearse.trial(facts.target, facts.bounds) as copy,
            copy.transaction(force_rollback=True),
        ):
            limit = facts.bounds.statement
            try:
                yield Reader(copy, limit / 1000 + facts.bounds.grace), copy
            except DatabaseUnavailable:  # or the server has gone, which leaving the copy tells
                raise BoundMet(search.name, bounds.went_on(limit)) from None


def _filled(
    planned: Planned, reader: Reader, copy: Connection[Any] | None, facts: Facts, rows: int
) -> list[searches.Caller]:
    """See that a copy of a disposable database has rows to search in; return who may find them."""
    callers = [searches.administrator(reader)]
    if copy is None:
        return callers
    looked = looked_at(planned, facts)
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


def _scans(planned: Planned, facts: Facts) -> dict[str, int]:
    """Return how often a call of the function scans each index of the column."""
    search = _search(planned, facts)
    indexes = [
        names.quoted(one.index.schema, one.index.name)
        for one in search.looked.serving
        if one.index.valid
    ]
    with _calling(search, facts) as (reader, _):
        return searches.scans(reader, search, indexes)


def _order(planned: Planned, facts: Facts) -> Order:
    search = _search(planned, facts)
    with _calling(search, facts) as (reader, copy):
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
        with _calling(search, facts) as (reader, copy):
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
