"""Facts about functions that the server tells when it is asked, or that come of calling them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from pytest_schemaverify import rehearse, routines
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.routines import Checked, Definer, Injection, Secrets, Shadow, Tried

from .gathered import Fact, Facts
from .searches import identities_of


def _scope(planned: Planned, facts: Facts) -> frozenset[str]:
    return facts.scope(getattr(planned.expected, "schemas", None))


def _bodies(planned: Planned, facts: Facts) -> Checked:
    """Return what is wrong in the bodies of the functions in scope."""
    with facts.session("") as reader:
        return routines.checked(reader, facts.catalog, _scope(planned, facts))


@contextmanager
def _stage(
    planned: Planned, facts: Facts
) -> Iterator[tuple[Connection[Any], list[Definer], dict[str, str]]]:
    """Yield a copy with everybody's rows, the functions to call, and the tables without rows."""
    scope, identities = _scope(planned, facts), identities_of(facts)
    with (
        rehearse.writable(facts.target) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute("select pg_catalog.set_config('lc_messages', 'C', true)")
        functions = routines.definers(connection, facts.catalog, scope, identities)
        problems: dict[str, str] = {}
        if functions:
            called = [one.function for one in functions]
            tables = routines.tables_of(facts.catalog, scope, called)
            problems = routines.fill(connection, facts.catalog, tables, identities)
        yield connection, functions, problems


def _called(planned: Planned, facts: Facts) -> list[Tried]:
    """Return what comes of calling each function that runs with its owner's rights."""
    known: dict[str, Secrets] = {}
    with _stage(planned, facts) as (connection, functions, problems):
        found = []
        for place, one in enumerate(functions):
            facts.progress("calling functions with hostile arguments", place, len(functions))
            scope = _scope(planned, facts)
            found.append(routines.tried(connection, facts.catalog, one, scope, known, problems))
        return found


def _injections(planned: Planned, facts: Facts) -> list[Injection]:
    """Return the arguments of such functions by which SQL can be smuggled in."""
    with _stage(planned, facts) as (connection, functions, _):
        return [
            found
            for one in functions
            for found in routines.injected(connection, facts.catalog, one)
        ]


def _shadows(planned: Planned, facts: Facts) -> list[Shadow]:
    """Return what callers can put in the way of such functions."""
    with _stage(planned, facts) as (connection, functions, _):
        return [
            found
            for one in functions
            for found in routines.shadowed(connection, facts.catalog, one)
        ]


FACTS: Mapping[str, Fact] = {
    "bodies": _bodies,
    "called": _called,
    "injections": _injections,
    "shadows": _shadows,
}
