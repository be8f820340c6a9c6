"""Functions that find neighbours, and the readers that call them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.vectors import Search, VectorColumn, key_of, searches
from pytest_schemaverify.behaviour.vectors.search_calls import inputs
from pytest_schemaverify.databases import resource_bounds
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine, DatabaseUnavailable
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.lookup import find
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.sql import names, yaml_names

from . import access
from .facts import Facts

SUBJECTS = {
    "alice": "11111111-1111-4111-8111-111111111111",
    "bob": "22222222-2222-4222-8222-222222222222",
}
"""Users who search where the file names no identities."""


def function_of(entry: Any, facts: Facts) -> Function:
    """Return the function that an entry names. Raises CannotDetermine when there is none."""
    name, types = names.signature(entry.function)
    written = "*" if types is None else ", ".join(types)
    key = (*yaml_names.qualified(name, facts.schema), written)
    found: Any = find(facts.catalog, Subject("functions", key, entry.function), facts.server)
    if found is None:
        raise CannotDetermine(
            f"calling {entry.function}",
            because="there is no such function",
            remedy="name it with its argument types where it is overloaded",
        )
    function: Function = found
    return function


def search_of(entry: Any, looked: VectorColumn, facts: Facts) -> Search:
    """Return the search of an entry. Raises CannotDetermine when it cannot be called."""
    found = function_of(entry, facts)
    looked.require_vectors()
    return Search(found, looked, entry.arguments, key_of(looked, facts.catalog, entry.key or ()))


@contextmanager
def calling(search: Search, facts: Facts) -> Iterator[tuple[Reader, Connection[Any] | None]]:
    """Yield a reader that calls functions, and the copy that it is on; None on a live database."""
    if facts.live:
        function = names.quoted(search.function.schema, search.function.name)
        # This text is vetted and never run; what counts is which function it calls.
        given = ", ".join("null" for _ in inputs(search.function))
        # Rows of the table, which may be a view, are read as well.
        with facts.session(f"select {function}({given}) from {search.looked.table}") as reader:
            yield reader, None
    else:
        with (
            copies.trial(facts.target, facts.bounds) as copy,
            copy.transaction(force_rollback=True),
        ):
            limit = facts.bounds.statement
            try:
                yield Reader(copy, limit / 1000 + facts.bounds.grace), copy
            except DatabaseUnavailable:  # or the server has gone: leaving the copy raises that
                raise BoundMet(search.name, resource_bounds.went_on(limit)) from None


def scanned(search: Search, facts: Facts) -> Mapping[str, int]:
    """Return how often a call of the function scans each valid index of the column.

    The administrator calls it or, where that scans none, the identities that use the database: the
    function may do nothing for other callers.
    """
    parts = {
        one.name: (one.name, *search.looked.parts.get(one.name, ())) for one in search.looked.usable
    }
    with calling(search, facts) as (reader, copy):
        callers = [searches.administrator(reader)]
        callers += [searches.caller(copy, one) for one in known(facts)] if copy else []
        every = [name for own in parts.values() for name in own]
        found = searches.scans(reader, search, every, callers)
    return {name: sum(found[part] for part in own) for name, own in parts.items()}


def known(facts: Facts) -> list[Identity]:
    """Return the identities that use the database; [] where none are known."""
    try:
        return identities_of(facts)
    except CannotDetermine:
        return []


def identities_of(facts: Facts) -> list[Identity]:
    """Return the identities of the file or, on Supabase, two users and a visitor.

    Raises CannotDetermine where the file names none and the platform has no roles for them.
    """
    declared = access.identities(facts.spec.access) if facts.spec.access else {}
    if declared:
        return list(declared.values())
    if facts.platform != "supabase":
        raise CannotDetermine(
            "acting as those who use the database",
            because="the file names no identity, and the platform has no roles for them",
            remedy="name them under `access.identities`",
        )
    users = [Identity(name, "authenticated", {"sub": sub}) for name, sub in SUBJECTS.items()]
    return [*users, Identity("visitor", "anon")]
