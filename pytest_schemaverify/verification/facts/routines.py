"""Facts about functions, from asking the server about them and from calling them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour import routines
from pytest_schemaverify.behaviour.access.budget import Budget
from pytest_schemaverify.behaviour.routines import (
    Around,
    Checked,
    Definer,
    Injection,
    Secrets,
    Shadow,
    Tried,
    Uncalled,
)
from pytest_schemaverify.rehearsal import copies
from pytest_schemaverify.verification.planning import Planned

from .calls import identities_of
from .client_schemas import of_platform, reach
from .exempted import exempted
from .facts import Fact, Facts


def _scope(planned: Planned, facts: Facts) -> frozenset[str]:
    return facts.scope(getattr(planned.expected, "schemas", None))


def _bodies(planned: Planned, facts: Facts) -> Checked:
    """Return the errors in the bodies of the functions in scope."""
    with facts.session("") as reader:
        scope = _scope(planned, facts)
        found = routines.checked(reader, facts.catalog, scope, facts.target.stand_ins)
    own = [one for one in found.elsewhere if not of_platform(facts, one)]
    return replace(found, elsewhere=tuple(own))


@dataclass(frozen=True, slots=True)
class _Stage:
    """A copy with rows of every identity, and the functions that are called on it."""

    connection: Connection[Any]
    functions: list[Definer]
    around: Around
    problems: dict[str, str]
    """For each table in which no rows could be made, why."""
    uncalled: list[Uncalled]
    """Functions that an exemption names."""
    budget: Budget


@contextmanager
def _stage(planned: Planned, facts: Facts) -> Iterator[_Stage]:
    """Yield a copy for a rule that calls functions; all of it is undone."""
    identities = identities_of(facts)
    schemas = getattr(planned.expected, "schemas", None)
    scope = reach(facts, schemas, [one.role for one in identities if not one.bypasses_rls])
    own = {row.schema for row in facts.catalog.families["tables"].values()}
    around = Around(scope, frozenset(one for one in own if not of_platform(facts, one)))
    is_exempted = exempted(planned, facts)
    with (
        copies.trial(facts.target, facts.bounds) as connection,
        connection.transaction(force_rollback=True),
    ):
        every = routines.definers(connection, facts.catalog, scope, identities)
        left = [one.name for one in every if is_exempted(one.name)]
        functions = [one for one in every if one.name not in left]
        problems: dict[str, str] = {}
        if functions:
            called = [one.function for one in functions]
            tables = routines.tables_of(facts.catalog, around, called)
            problems = routines.fill(connection, facts.catalog, tables, identities)
        uncalled = [Uncalled(name) for name in left]
        yield _Stage(connection, functions, around, problems, uncalled, Budget(facts.bounds))


def _called(planned: Planned, facts: Facts) -> list[Tried | Uncalled]:
    """Return the result of calling each function that runs with its owner's rights."""
    known: dict[str, Secrets] = {}
    with _stage(planned, facts) as stage:
        found: list[Tried | Uncalled] = [*stage.uncalled]
        for place, one in enumerate(stage.functions):
            facts.progress("calling functions with hostile arguments", place, len(stage.functions))
            tried = partial(routines.tried, stage.connection, facts.catalog, one, stage.around)
            found.append(tried(known, stage.problems, stage.budget))
        return found


def _injections(planned: Planned, facts: Facts) -> list[Injection | Uncalled]:
    """Return the arguments of such functions by which SQL can be smuggled in."""
    with _stage(planned, facts) as stage:
        found: list[Injection | Uncalled] = [*stage.uncalled]
        for one in stage.functions:
            found += routines.injected(stage.connection, one, stage.budget)
        return found


def _shadows(planned: Planned, facts: Facts) -> list[Shadow | Uncalled]:
    """Return the objects that callers can put in front of what such functions name."""
    with _stage(planned, facts) as stage:
        found: list[Shadow | Uncalled] = [*stage.uncalled]
        for one in stage.functions:
            found += routines.shadowed(stage.connection, facts.catalog, one, stage.budget)
        return found


FACTS: Mapping[str, Fact] = {
    "bodies": _bodies,
    "called": _called,
    "injections": _injections,
    "shadows": _shadows,
}
