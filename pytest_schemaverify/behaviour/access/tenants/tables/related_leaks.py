"""Ways to a tenant's row that other values in another row open, at which its policies look.

The board of a card may be open to everybody, and who is an owner of one team may be let into all.
What a function looks up in the table itself belongs here as well.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from psycopg import sql

from pytest_schemaverify.behaviour.access.admission import admitting
from pytest_schemaverify.behaviour.access.identities import Identity, tried
from pytest_schemaverify.behaviour.access.policy_texts import tables_in, texts_about
from pytest_schemaverify.behaviour.access.rosters import keys_of
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.house_words import OF_THE_HOUSE
from pytest_schemaverify.behaviour.access.tenants.leak import Leak, shared_hint
from pytest_schemaverify.behaviour.access.tenants.policy_branches import COMMANDS, deciding
from pytest_schemaverify.behaviour.access.tenants.tables.table_leaks import tried_on
from pytest_schemaverify.behaviour.access.tenants.tables.victims import victim_of
from pytest_schemaverify.behaviour.access.tenants.variations import (
    Change,
    applied,
    shown,
    single_changes,
)
from pytest_schemaverify.sql import names

MOST = 24
"""Changes that are tried for one table."""
ATTACHED = "insert of a row that refers to another's"


@dataclass(frozen=True, slots=True)
class _Related:
    """A row at which policies look, with another value."""

    change: Change
    keys: tuple[str, ...]


def leaks_by_related_rows(
    scene: Scene, table: Table, callers: Sequence[Identity], told: Sequence[Leak]
) -> Iterator[Leak]:  # fmt: skip
    """Yield the ways to a row of tenant B's that a change of a related row opens.

    What is `told` is open without that.
    """
    expressions = deciding(scene.catalog, table)
    changes = [*_changes(scene, table)][:MOST]
    victim = victim_of(scene, table) if changes else None
    if victim is None:
        return
    usual = {
        who.name: admitting(scene.connection, who, victim.row, [*expressions]) for who in callers
    }
    known, reached = {leak.way for leak in told}, set[tuple[Table, str, str]]()
    for related in changes:
        with _changed(scene, related) as possible:
            for who in callers if possible else ():
                admitted = admitting(scene.connection, who, victim.row, [*expressions])
                opened = {
                    (*related.change[:2], command)
                    for one in admitted if one not in usual[who.name]
                    for command in expressions[one]
                }  # fmt: skip
                for place in sorted(opened - reached, key=lambda place: COMMANDS.index(place[2])):
                    for leak in _tried(scene, who, table, related, place[2]):
                        if leak.way not in known:
                            reached.add(place)
                            yield _told(scene, table, leak, related, place[2])


def _tried(
    scene: Scene, who: Identity, table: Table, related: _Related, command: str
) -> Iterator[Leak]:  # fmt: skip
    """Yield what comes of a command at rows of another."""
    # Below a row that one may read one reads, and adds what is one's own. That one may read it is
    # told there, unless it is meant.
    below = _is_read(scene, who, table, related)
    if below and command == "select":
        return
    for leak in tried_on(scene, who, table, command):
        if not leak.untried and not (below and leak.way == ATTACHED):
            yield leak


def _changes(scene: Scene, table: Table) -> Iterator[_Related]:
    """Yield what rows may have at which the policies of a table look."""
    texts = texts_about(scene.catalog, table)
    own = {policy.using for policy in scene.catalog.of_table("policies", *table)}
    own |= {policy.with_check for policy in scene.catalog.of_table("policies", *table)}
    called = [text for text in texts if text not in own]
    looked_up = {one for one in tables_in(scene.catalog, texts) if one != table}
    looked_up |= {table} & {*tables_in(scene.catalog, called)}
    # A sub-query of a policy is subject to the policies of the table that it reads.
    texts += [text for one in looked_up - {table} for text in texts_about(scene.catalog, one)]
    for one in sorted(looked_up & scene.owners.keys() - scene.problems.keys()):
        person = _person(scene, one)
        whose = "tenant A" if person else "tenant B"
        value = scene.owners[one].of(scene.identities[whose])
        for change in single_changes(scene, one, texts):
            if person and (_alone(scene, one, person) or _is_of_the_house(change)):
                continue
            if keys := keys_of(scene, one, value):
                yield _Related(change, tuple(keys))


def _person(scene: Scene, table: Table) -> str:
    """Return the column of a table of members that says who is one; '' for other tables."""
    sub = scene.identities["tenant A"].claim("sub")
    row = scene.maker.usual.get(("tenant A", table), {})
    owner = scene.owners[table].column
    return next((name for name, value in row.items() if value == sub and name != owner), "")


def _alone(scene: Scene, table: Table, person: str) -> bool:
    """Return whether a person has one row only: what that says may hold for all tenants."""
    return any(
        row.columns == (person,)
        for row in scene.catalog.of_table("constraints", *table)
        if row.kind in ("primary key", "unique")
    )


def _is_of_the_house(change: Change) -> bool:
    """Return whether a role in a team is one for all teams; its admins are its own."""
    words = [OF_THE_HOUSE.search(word) for word in re.split(r"[\W_]+", f"{change[1]} {change[2]}")]
    return any(found and found[0].lower() not in ("admin", "moderator") for found in words)


@contextmanager
def _changed(scene: Scene, related: _Related) -> Iterator[bool]:
    with scene.meanwhile():
        scene.cache.clear()  # what was asked before was about rows with other values
        yield applied(scene, [related.change], related.keys)


def _is_read(scene: Scene, who: Identity, table: Table, related: _Related) -> bool:
    """Return whether somebody reads the row itself that is changed, of another table."""
    at = related.change[0]
    if at == table or _person(scene, at):
        return False
    statement = sql.SQL("select from {} as t where {}").format(
        sql.Identifier(*at), scene.keys(at, related.keys)
    )
    outcome = tried(scene.connection, who, statement)
    return outcome.done and outcome.count > 0


def _told(scene: Scene, table: Table, leak: Leak, related: _Related, command: str) -> Leak:
    where, again = f"where {shown([related.change])}", leak.again
    condition = _condition(scene, table, related.change) if command == "select" else ""
    if condition:
        again = f"{shared_hint(table, condition)}\n{again}"
    return replace(
        leak, actual=f"{where}, {leak.actual}", again=again,
        identity=f"{leak.identity}, {where}", cause=f"{leak.cause}, {where}",
    )  # fmt: skip


def _condition(scene: Scene, table: Table, change: Change) -> str:
    """Return the condition on rows of a table that are seen because of a change; '' if unknown."""
    at, name, value = change
    is_so = "is null" if value is None else f"= {sql.Literal(value).as_string(scene.connection)}"
    if at == table:
        return f"{names.quoted(name)} {is_so}"
    for row in scene.catalog.of_table("constraints", *table):
        if row.kind == "foreign key" and row.references and row.references[:2] == at:
            pairs = zip(row.columns, row.references[2], strict=True)
            same = " and ".join(f"o.{names.quoted(to)} = t.{names.quoted(a)}" for a, to in pairs)
            of = f"{names.quoted(*at)} o where {same}"
            return f"exists (select from {of} and o.{names.quoted(name)} {is_so})"
    return ""
