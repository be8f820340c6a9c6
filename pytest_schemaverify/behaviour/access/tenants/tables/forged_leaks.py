"""Ways to a tenant's rows by a token or a request that is not the usual one."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pytest_schemaverify.behaviour.access.admission import admitting
from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.policy_texts import texts_about
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.forged_tokens import (
    Forgery,
    deficient,
    forgeries,
)
from pytest_schemaverify.behaviour.access.tenants.leak import Leak
from pytest_schemaverify.behaviour.access.tenants.policy_branches import COMMANDS, deciding
from pytest_schemaverify.behaviour.access.tenants.tables.table_leaks import tried_on
from pytest_schemaverify.behaviour.access.tenants.tables.victims import Victim, victim_of
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


def leaks_by_tokens(
    scene: Scene, table: Table, callers: Sequence[Identity], told: Sequence[Leak]
) -> Iterator[Leak]:  # fmt: skip
    """Yield the ways to a row of tenant B's that a forged or a deficient token opens.

    What is `told` is open without that.
    """
    expressions = deciding(scene.catalog, table)
    victim = victim_of(scene, table) if expressions else None
    if victim is None:
        return
    usual: dict[str, Collection[str]] = {}
    known = {leak.way for leak in told}
    reached: set[tuple[str, str]] = set()
    for forgery, like in _all(scene, table, callers):
        if like.name not in usual:
            usual[like.name] = admitting(scene.connection, like, victim.row, [*expressions])
        with _prepared(scene, forgery):
            admitted = admitting(scene.connection, forgery.identity, victim.row, [*expressions])
            opened = {
                c for one in admitted if one not in usual[like.name] for c in expressions[one]
            }
            for command in COMMANDS:
                if command in opened and (forgery.kind, command) not in reached:
                    for leak in _tried(scene, forgery, victim, command):
                        if leak.way not in known:
                            reached.add((forgery.kind, command))
                            yield leak


def _all(
    scene: Scene, table: Table, callers: Sequence[Identity]
) -> Iterator[tuple[Forgery, Identity]]:  # fmt: skip
    """Yield who tries, each with the usual identity that it is told from."""
    texts, owner = _texts(scene, table), scene.owners[table]
    attacker, victim = scene.identities["tenant A"], scene.identities["tenant B"]
    for who in callers:
        for one in forgeries(who, victim, owner.of(victim), texts):
            # Visitors have no account: the token that they come with is that of the project.
            if who is attacker or one.kind == "request":
                yield replace(one, of_tenant=who is attacker), who
    if not owner.setting:
        yield from ((one, attacker) for one in deficient(attacker, owner.claim, texts))


def _texts(scene: Scene, table: Table) -> list[str]:
    """Return the expressions of policies and the bodies that they call, but for the platform's."""
    functions = scene.catalog.families["functions"].values()
    platform = {row.source for row in functions if row.schema == "auth"}
    return [text for text in texts_about(scene.catalog, table) if text not in platform]


def _tried(scene: Scene, forgery: Forgery, victim: Victim, command: str) -> Iterator[Leak]:
    """Yield what comes of a command at rows of another."""
    table, who = victim.row.table, forgery.identity
    owner = scene.owners[table]
    if owner.of(who) == owner.of(scene.identities["tenant B"]):
        # The claim that tells tenants apart is one that users edit: all rows are the attacker's.
        yield from _seen(scene, forgery, victim) if command == "select" else ()
        return
    for leak in tried_on(scene, who, table, command, of_tenant=forgery.of_tenant):
        if not leak.untried:
            yield replace(leak, again=f"{forgery.remedy}\n{leak.again}")


def _seen(scene: Scene, forgery: Forgery, victim: Victim) -> Iterator[Leak]:
    table = victim.row.table
    statement = sql.SQL("select from {} as t where {}").format(
        sql.Identifier(*table), scene.keys(table, [victim.key])
    )
    outcome = tried(scene.connection, forgery.identity, statement)
    if outcome.done and outcome.count:
        told = f"{forgery.identity.name} sees a row of tenant B"
        again = f"{forgery.remedy}\nselect:\n{written(forgery.identity, outcome)}"
        yield Leak(names.quoted(*table), told, again, "select")


@contextmanager
def _prepared(scene: Scene, forgery: Forgery) -> Iterator[None]:
    """Have the metadata of a user as the user has edited it, for a while."""
    if not forgery.stored:
        yield
        return
    sub = forgery.identity.claim("sub")
    users, key = ("auth", "users"), {"id": sub}
    with scene.meanwhile():
        scene.cache.clear()
        try:
            with scene.connection.transaction():
                scene.maker.parent(users, key, "tenant A")
                scene.connection.execute(
                    "update auth.users set raw_user_meta_data = %s where id = %s::uuid",
                    [Jsonb(dict(forgery.stored)), sub],
                )
        except (psycopg.Error, CannotDetermine):
            if scene.connection.closed:
                raise
        yield
