"""Whether a tenant, or another client, can see or touch rows of a tenant that are not its own."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import tables_in, texts_about
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.advice import unreached
from pytest_schemaverify.behaviour.access.tenants.endpoints.endpoint_leaks import interferences
from pytest_schemaverify.behaviour.access.tenants.endpoints.forged_endpoints import (
    leaks_of_endpoints,
)
from pytest_schemaverify.behaviour.access.tenants.house import as_no_staff
from pytest_schemaverify.behaviour.access.tenants.leak import NEEDLESS, NOT_TRIED, Leak
from pytest_schemaverify.behaviour.access.tenants.offices import offices, without_office
from pytest_schemaverify.behaviour.access.tenants.rights.own_rights import own_rights
from pytest_schemaverify.behaviour.access.tenants.staging.belongings import is_closed, is_part
from pytest_schemaverify.behaviour.access.tenants.tables.branch_leaks import leaks_by_branches
from pytest_schemaverify.behaviour.access.tenants.tables.forged_leaks import leaks_by_tokens
from pytest_schemaverify.behaviour.access.tenants.tables.named_persons import named
from pytest_schemaverify.behaviour.access.tenants.tables.ownerless_leaks import leaks_without_owner
from pytest_schemaverify.behaviour.access.tenants.tables.related_leaks import leaks_by_related_rows
from pytest_schemaverify.behaviour.access.tenants.tables.table_leaks import tried_on
from pytest_schemaverify.behaviour.access.tenants.variations import shown, variations, varied
from pytest_schemaverify.behaviour.access.trying.observations import COMMANDS, observed
from pytest_schemaverify.behaviour.access.trying.reading import sees_own
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.sql import names

# This view has the tables of publications `for all tables` and of whole schemas as well.
PUBLISHED = """
select p.pubname, p.schemaname, p.tablename, c.relrowsecurity
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_namespace n on n.nspname = p.schemaname
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
order by 1, 2, 3
"""


def leaks(
    scene: Scene, schemas: frozenset[str], exempted: Callable[[str], bool],
    visitors: Sequence[Identity], may: Mapping[Table, Collection[str]],
) -> Iterator[Leak]:  # fmt: skip
    """Yield each way to rows of tenants that are not one's own, and what was not tried.

    `tenant A` tries to reach those of `tenant B`, and visitors, whose roles `may` do something with
    the table, those of both. What is exempted is not tried, which is told as well. Raises
    CannotDetermine when row-level security does not hold for the tenants' role.
    """
    with as_no_staff(scene):
        held = offices(scene)
        tried = partial(_tried, scene, exempted=exempted, visitors=visitors, may=may)
        for table in sorted(scene.owners):
            find = partial(_within_bounds, scene, names.quoted(*table), partial(tried, table))
            yield from without_office(scene, [one for one in held if one != table], find)
        rights = partial(own_rights, scene, exempted)
        yield from _within_bounds(scene, "rights of one's own", rights)
        yield from _published(scene)
        tables = [table for table in scene.owners if table not in scene.problems]
        callers = [one for one in visitors if not one.settings]  # with their usual token is enough
        find = partial(interferences, scene, tables, schemas, exempted, callers)
        yield from without_office(scene, held, find)
        yield from leaks_of_endpoints(scene, tables, schemas, exempted)
    for name in scene.reveals.keys() - scene.revealed:
        yield Leak(name, NEEDLESS)


def _within_bounds(
    scene: Scene, subject: str, find: Callable[[], Iterator[Leak]]
) -> Iterator[Leak]:  # fmt: skip
    """Yield what is found, up to where something meets a bound, which is told then."""
    try:
        yield from find()
    except BoundMet as error:
        if scene.connection.closed:
            raise
        yield Leak(subject, error.bound, untried=True, bound=True)


def _tried(
    scene: Scene, table: Table, exempted: Callable[[str], bool],
    visitors: Sequence[Identity], may: Mapping[Table, Collection[str]],
) -> Iterator[Leak]:  # fmt: skip
    """Yield what comes of a table, or that an exemption names it."""
    if exempted(names.quoted(*table)):
        yield Leak(names.quoted(*table), NOT_TRIED)
        return
    roles = may.get(table, ())
    others = [one for one in visitors if one.role in roles]
    # A partition, or an inheriting table, counts with its whole, save by policies of its own.
    part = is_part(scene.catalog, table, scene.owners)
    own = scene.catalog.of_table("policies", *table)
    alone = not part or bool(own and scene.identities["tenant A"].role in roles)
    # What nobody may touch need not be reached, unless all is so: the role is another then.
    alone = alone and (_is_open(scene, table, may) or not _any_open(scene, may))
    yield from _table(scene, table, others, alone=alone)


def _is_open(scene: Scene, table: Table, may: Mapping[Table, Collection[str]]) -> bool:
    return bool(may.get(table)) and not is_closed(scene.catalog, table)


def _any_open(scene: Scene, may: Mapping[Table, Collection[str]]) -> bool:
    return any(_is_open(scene, table, may) for table in scene.owners)


def _table(
    scene: Scene, table: Table, visitors: Sequence[Identity], *, alone: bool
) -> Iterator[Leak]:  # fmt: skip
    """Yield what comes of a table; `alone` says that nothing but itself proves that one looked."""
    told = _by_tenant(scene, table)
    yield from told
    if told and told[-1].untried:
        return
    reached = len(told)
    told += _by_visitors(scene, table, visitors, told)
    yield from told[reached:]
    callers = (scene.identities["tenant A"], *visitors)
    by_branches = [*leaks_by_branches(scene, table, callers, told)]
    by_branches += leaks_by_related_rows(scene, table, callers, told)
    yield from by_branches
    yield from leaks_by_tokens(scene, table, callers, told)
    yield from leaks_without_owner(scene, table, callers)
    if not told:
        yield from named(scene, table)
    if not told and alone:
        yield from _unproven(scene, table, visitors, {leak.way for leak in by_branches})


def _by_tenant(scene: Scene, table: Table) -> list[Leak]:
    """Return what comes of each command, up to one that cannot be tried."""
    told: list[Leak] = []
    for command in COMMANDS:
        told += tried_on(scene, scene.identities["tenant A"], table, command)
        if told and told[-1].untried:
            break
    return told


def _by_visitors(
    scene: Scene, table: Table, visitors: Sequence[Identity], told: Sequence[Leak]
) -> list[Leak]:  # fmt: skip
    """Return the first way that is not `told` already: what all clients can do is reported once."""
    known = {leak.way for leak in told}
    every = (tried_on(scene, who, table, command) for who in visitors for command in COMMANDS)
    return [*islice((one for one in chain.from_iterable(every) if one.way not in known), 1)]


def _unproven(
    scene: Scene, table: Table, visitors: Sequence[Identity], known: Collection[str]
) -> Iterator[Leak]:  # fmt: skip
    """Yield that a tenant does not reach its own row: then not reaching others' proves nothing.

    Where it does with other values, the ways to others' rows then, besides those `known`.
    """
    for name, tenant in scene.identities.items():
        found = []
        for command in COMMANDS:
            found.append(observed(scene, tenant, table, command, scene.reveals))
            if found[-1].reaches_own:
                break
        else:
            if (leaks := _varied(scene, table, visitors)) is None:
                actual, advice = unreached(scene, found)
                told = f"{name} does not reach its own row\n{actual}"
                leaks = [Leak(names.quoted(*table), told, advice, untried=True)]
            yield from (one for one in leaks if one.way not in known)
            return


def _varied(scene: Scene, table: Table, visitors: Sequence[Identity]) -> list[Leak] | None:
    """Return the ways to a table's rows once tenants reach their own; None if they never do.

    Other values in what its policies look at may let them: `published`, `admin`.
    """
    texts = texts_about(scene.catalog, table)
    asked = {one for one in tables_in(scene.catalog, texts) if one not in scene.problems}
    tenants = scene.identities.values()
    for changes in variations(scene, {table, *asked}, texts):
        with varied(scene, changes) as taken:
            if taken and all(sees_own(Trial(scene, one, table)) for one in tenants):
                found = _by_tenant(scene, table)
                found += _by_visitors(scene, table, visitors, found)
                return [
                    replace(one, actual=f"where {shown(changes)}, {one.actual}", cause="")
                    for one in found
                ]
    return None


def _published(scene: Scene) -> Iterator[Leak]:
    """Yield tables whose changes are sent to every subscriber, without policies to ask.

    Supabase's Realtime asks the policies for reading, for each subscriber, where a table has
    row-level security; where it has none, every role with the right to read gets every change.
    """
    for publication, schema, table, secured in scene.connection.execute(PUBLISHED).fetchall():
        if (schema, table) in scene.owners and not secured:
            told = f"the publication {publication} sends its changes, and it has no policies to ask"
            statement = sql.SQL("alter table {} enable row level security;").format(
                sql.Identifier(schema, table)
            )
            yield Leak(names.quoted(schema, table), told, statement.as_string(scene.connection))
