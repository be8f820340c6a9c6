"""Whether a tenant, or another client, can see or touch rows of a tenant that are not its own."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import tables_in, texts_about
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.advice import unreached
from pytest_schemaverify.behaviour.access.tenants.belongings import is_part
from pytest_schemaverify.behaviour.access.tenants.endpoint_leaks import interferences
from pytest_schemaverify.behaviour.access.tenants.leak import NEEDLESS, NOT_TRIED, Leak
from pytest_schemaverify.behaviour.access.tenants.variations import shown, variations, varied
from pytest_schemaverify.behaviour.access.trying.attempts import Observed, written
from pytest_schemaverify.behaviour.access.trying.observations import COMMANDS, observed
from pytest_schemaverify.behaviour.access.trying.reading import sees_own
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.databases.resource_bounds import BoundMet
from pytest_schemaverify.errors import CannotDetermine
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
    for table in sorted(scene.owners):
        if exempted(names.quoted(*table)):
            yield Leak(names.quoted(*table), NOT_TRIED)
            continue
        roles = may.get(table, ())
        others = [one for one in visitors if one.role in roles]
        # A partition, or an inheriting table, counts with its whole, save by policies of its own.
        part = is_part(scene.catalog, table, scene.owners)
        own = scene.catalog.of_table("policies", *table)
        alone = not part or bool(own and scene.identities["tenant A"].role in roles)
        yield from _table(scene, table, others, alone=alone)
    yield from _published(scene)
    tables = [table for table in scene.owners if table not in scene.problems]
    callers = [one for one in visitors if not one.settings]  # with their usual token is enough
    yield from interferences(scene, tables, schemas, exempted, callers)
    for name in scene.reveals.keys() - scene.revealed:
        yield Leak(name, NEEDLESS)


def _table(
    scene: Scene, table: Table, visitors: Sequence[Identity], *, alone: bool
) -> Iterator[Leak]:  # fmt: skip
    """Yield what comes of a table; `alone` says that nothing but itself proves that one looked."""
    told = _by_tenant(scene, table)
    yield from told
    if told and told[-1].untried:
        return
    yield from _by_visitors(scene, table, visitors, told)
    if not told and alone:
        yield from _unproven(scene, table, visitors)


def _by_tenant(scene: Scene, table: Table) -> list[Leak]:
    """Return what comes of each command, up to one that cannot be tried."""
    told: list[Leak] = []
    for command in COMMANDS:
        told += _tried(scene, scene.identities["tenant A"], table, command)
        if told and told[-1].untried:
            break
    return told


def _by_visitors(
    scene: Scene, table: Table, visitors: Sequence[Identity], told: Sequence[Leak]
) -> list[Leak]:  # fmt: skip
    """Return the first way that is not `told` already: what all clients can do is reported once."""
    known = {leak.way for leak in told}
    every = (_tried(scene, who, table, command) for who in visitors for command in COMMANDS)
    return [*islice((one for one in chain.from_iterable(every) if one.way not in known), 1)]


def _unproven(scene: Scene, table: Table, visitors: Sequence[Identity]) -> Iterator[Leak]:
    """Yield that a tenant does not reach its own row: then not reaching others' proves nothing."""
    for name, tenant in scene.identities.items():
        found = []
        for command in COMMANDS:
            found.append(observed(scene, tenant, table, command, {}))
            if found[-1].reaches_own:
                break
        else:
            if (leaks := _varied(scene, table, visitors)) is None:
                actual, advice = unreached(scene, found)
                told = f"{name} does not reach its own row\n{actual}"
                leaks = [Leak(names.quoted(*table), told, advice, untried=True)]
            yield from leaks
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
                    replace(one, actual=f"where {shown(changes)}, {one.actual}") for one in found
                ]
    return None


def _tried(scene: Scene, identity: Identity, table: Table, command: str) -> Iterator[Leak]:
    """Yield what comes of a command that an identity tries on rows of another."""
    subject, of_tenant = names.quoted(*table), identity.name in scene.identities
    try:
        found = observed(scene, identity, table, command, scene.reveals)
    except BoundMet as error:
        if scene.connection.closed:
            raise
        yield Leak(subject, f"{command}: {error.bound}", untried=True, bound=True)
        return
    except CannotDetermine as error:
        yield Leak(subject, _because(error), untried=True)
        return
    if of_tenant and found.power:
        raise CannotDetermine(
            f"acting as tenants, the role {identity.role}",
            because=f"{found.power}: row-level security does not hold for it",
            remedy="name the role that the API uses under `isolate.role`",
        )
    if not found.others or (of_tenant and not found.own):
        whose = "tenant B" if not found.others else "tenant A"
        yield Leak(subject, f"there is no row of {whose} in it", untried=True)
        return
    scene.revealed |= {one.by for one in found.attempts if one.told}
    yield from _reached(subject, found, command, of_tenant=of_tenant)


def _reached(subject: str, found: Observed, command: str, *, of_tenant: bool) -> Iterator[Leak]:
    who = found.identity.name
    for one in found.attempts:
        again = f"{one.name}:\n{written(found.identity, one.outcome)}"
        if one.told and one.by in found.reveals:
            continue
        if one.others or (one.told and one.name not in _NOT_OF_TENANTS):
            whose = "tenant B" if of_tenant else "a tenant"
            what = f"{_DOES[command]} of {whose}" if one.others else one.told
            same = f"{who}: {command if one.others else one.by}, {one.name}"
            told = "\n".join([f"{who} {what}", *one.shown])
            yield Leak(subject, told, again, one.name, identity=same)
            return
        if not of_tenant and found.kind(one) != "constraint":
            continue  # an error is as good as a refusal for who has nothing of their own there
        if one.main and found.kind(one) == "broken":
            yield Leak(
                subject, f"{command}: an error inside a policy: {one.outcome}", again, untried=True
            )
            return
        if one.main and one.possible and "one's own" not in one.name:
            because = f"{one.name}: it fails as administrator too: {one.possible}"
            yield Leak(subject, because, again, untried=True)
            return


_NOT_OF_TENANTS = ("insert of a value that must be unique", "setval() of the table's sequence")
"""Attempts that tell something, or harm all tenants, and are no way to a row of another one."""
_DOES = {
    "select": "sees a row", "insert": "adds a row in the name",
    "update": "changes a row", "delete": "deletes a row",
}  # fmt: skip


def _because(error: CannotDetermine) -> str:
    tried, *rest = (line.strip() for line in str(error).splitlines())
    because = next((line for line in rest if line.startswith("because ")), "")
    return f"{tried}: {because.removeprefix('because').strip()}"


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
