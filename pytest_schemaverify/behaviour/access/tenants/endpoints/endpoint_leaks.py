"""Views and functions: whether what an identity gets depends on rows of another tenant.

Each is asked twice, with the rows of both tenants there and with those of the other gone. If the
answers differ, something of them shows, be it a row, a count or an error.
"""

from collections.abc import Callable, Iterator, Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.budget import Budget
from pytest_schemaverify.behaviour.access.display import described
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.endpoints.empty_views import Unshown, unshown
from pytest_schemaverify.behaviour.access.tenants.endpoints.endpoint_changes import touched_by
from pytest_schemaverify.behaviour.access.tenants.endpoints.endpoints import (
    Endpoint,
    attacker_of,
    functions,
    views,
)
from pytest_schemaverify.behaviour.access.tenants.endpoints.requests import (
    Request,
    answer,
    answers,
    asked,
    differ,
    refresh,
    without,
)
from pytest_schemaverify.behaviour.access.tenants.leak import NOT_TRIED, Leak
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.databases.resource_bounds import holding
from pytest_schemaverify.sql import names

UNIQUE = "23505"


def interferences(
    scene: Scene, tables: Sequence[Table], schemas: frozenset[str],
    exempted: Callable[[str], bool], visitors: Sequence[Identity],
) -> Iterator[Leak]:  # fmt: skip
    """Yield the views and functions through which rows of `tenant B` show to others.

    Of those that are exempted, that they are; and the views that do not show `tenant A` its own.
    """
    requests = _requests(scene, tables, schemas, visitors)
    for subject in sorted(requests):
        if exempted(subject):
            del requests[subject]
            yield Leak(subject, NOT_TRIED)
    every = [one for listed in requests.values() for one in listed]
    other = scene.identities["tenant B"]
    refresh(scene, schemas)
    for one in every:
        one.first = answers(scene, one)
    # While the rows of the other tenant are there: afterwards there is nothing left to change.
    touched = {id(one): touched_by(scene, other, one, tables) for one in every}
    silent = {subject: _silent(scene, other, listed[0]) for subject, listed in requests.items()}
    with without(scene, other, tables):
        refresh(scene, schemas)
        alone = {id(one): answers(scene, one) for one in every}
    hidden = unshown(scene, tables, every)
    for subject, listed in requests.items():
        shows = (_differing(scene, one, alone[id(one)]) for one in listed)
        writes = (touched[id(one)] for one in listed)
        leaks = [leak for way in (shows, writes) if (leak := next(filter(None, way), None))]
        unseen = hidden.get(subject)
        if not leaks and (leak := _untried(subject, listed, silent[subject])):
            yield leak
        elif unseen and (unseen.leaks or not leaks):
            yield _hidden(subject, unseen)
        yield from leaks


def _untried(subject: str, requests: Sequence[Request], silent: str) -> Leak | None:
    """Return that some requests were not made, or `silent`, why none was answered."""
    if reason := next(filter(None, (one.endpoint.calls.given_up for one in requests)), ""):
        return Leak(subject, reason, untried=True, bound=True)
    bound = bool(requests[0].endpoint.calls.bound)
    return Leak(subject, silent, untried=True, bound=bound) if silent else None


def _requests(
    scene: Scene, tables: Sequence[Table], schemas: frozenset[str], visitors: Sequence[Identity]
) -> dict[str, list[Request]]:
    """Return who comes to which views and functions, `tenant A` before the visitors."""
    attacker = attacker_of(scene, tables)
    found: dict[str, list[Request]] = {}
    for who in (scene.identities["tenant A"], *visitors):
        budget = Budget(holding(scene.connection).bounds)
        endpoints = (
            *views(scene, who, tables, schemas, budget),
            *functions(scene, who, attacker, schemas, budget),
        )
        for endpoint in endpoints:
            found.setdefault(endpoint.subject, []).append(Request(who, endpoint))
    return found


def _hidden(subject: str, found: Unshown) -> Leak:
    if found.leaks:
        told = f"{found.who.name} gets what is there because of rows of tenant B"
        return Leak(subject, f"where {found.where}, {told}", found.again)
    advice = (
        "say what rows have that show in it: "
        f"`isolate: {{rows: {{{names.quoted(*found.table)}: {{column: value}}}}}}`\n"
        f"if it shows no tenant anything: `isolate: {{except: {{{subject}: the reason}}}}`"
    )
    told = f"tenant A does not reach its own row through it: {found.answer}"
    return Leak(subject, told, f"{advice}\n{found.again}", untried=True)


def _differing(scene: Scene, request: Request, alone: Sequence[Outcome | None]) -> Leak | None:
    if not differ(request.first, alone):
        return None
    # A clock, a random value or a sequence makes each answer another one, which says nothing of
    # rows.
    again, who = answers(scene, request), request.who.name
    for one, same, left in zip(request.first, again, alone, strict=True):
        if one is None or same is None or left is None:
            continue
        if answer(one) != answer(same) or answer(one) == answer(left):
            continue  # another answer each time tells nothing
        if one.state == UNIQUE:
            continue  # that a name is taken is told by every unique key
        if one.done:
            gone = [row for row in one.rows if row not in left.rows]
            lines = [described(one.columns, row) for row in gone[:3]]
            told = "\n".join([f"{who} gets what is there because of rows of tenant B", *lines])
        else:
            told = f"{who} learns of rows of tenant B by an error: {one}"
        return Leak(request.endpoint.subject, told, written(request.who, one))
    return None


def _silent(scene: Scene, other: Identity, request: Request) -> str:
    """Return why an endpoint says nothing, if no call of it succeeds; '' if one does.

    A function may refuse one tenant and serve the other, or only an administrator.
    """
    last, endpoint = None, request.endpoint
    if not endpoint.statements or any(
        outcome is not None and outcome.done for outcome in request.first
    ):
        return ""
    for statement in endpoint.statements:
        found = asked(scene, other, endpoint, statement)
        if found is not None and found.done:
            return ""
        last = _as_administrator(scene, other, endpoint, statement) or last
        if last is not None and last.done:
            return ""
    if endpoint.calls.bound:
        return endpoint.calls.bound
    return f"no call of it succeeds, for an administrator neither: {last}"


def _as_administrator(
    scene: Scene, claims: Identity, endpoint: Endpoint, statement: sql.Composed
) -> Outcome | None:
    def called() -> Outcome:
        with acting(scene.connection, claims):
            become_administrator(scene.connection)
            return ran(scene.connection, statement)

    return endpoint.made(statement, called)
