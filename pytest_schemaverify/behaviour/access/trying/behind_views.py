"""The rows that there are behind a view, whoever has to ask for them.

A view may ask who is there, and so may the policies that its owner is under: without claims it
shows nothing, to an administrator neither.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
)
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table


def behind(scene: Scene, view: Table) -> Outcome:
    """Return all rows that a view shows to an administrator with the claims of anybody."""
    known = ("behind", view)
    if known not in scene.cache:
        found = outcomes(scene, sql.SQL("select * from {}").format(sql.Identifier(*view)))
        scene.cache[known] = _together([one for one in found if one.done] or found[:1])
    outcome: Outcome = scene.cache[known]
    return outcome


def outcomes(scene: Scene, statement: sql.SQL | sql.Composed) -> list[Outcome]:
    """Return what an administrator gets without claims, and with those of each who owns rows."""
    known = scene.identities.values()
    return [_administered(scene, one, statement) for one in (None, *known, *_strangers(scene))]


def _strangers(scene: Scene) -> Iterator[Identity]:
    """Yield those for whom rows were made and who are none of the identities."""
    anybody = next(iter(scene.identities.values()))
    told = {
        (owner.claim, owner.setting, scene.stranger(table))
        for table, owner in scene.owners.items()
        if ("stranger", table) in scene.cache
    }
    for claim, setting, value in sorted(told):
        settings = {setting: value} if setting else {}
        claims = {} if setting else _nested(claim.split("."), value)
        yield replace(anybody, claims=claims, settings=settings)


def _nested(path: Sequence[str], value: str) -> dict[str, Any]:
    first, *rest = path
    return {first: _nested(rest, value) if rest else value}


def _administered(
    scene: Scene, identity: Identity | None, statement: sql.SQL | sql.Composed
) -> Outcome:
    with acting(scene.connection, identity):
        become_administrator(scene.connection)
        # Off, the server refuses a view of a table whose policies hold for the view's owner.
        scene.connection.execute("select pg_catalog.set_config('row_security', 'on', true)")
        return ran(scene.connection, statement)


def _together(found: Sequence[Outcome]) -> Outcome:
    """Return one outcome with the rows of all, each as often as one of them has it at most."""
    rows: Counter[tuple[object, ...]] = Counter()
    for one in found:
        rows |= Counter(one.rows)
    first, every = found[0], tuple(rows.elements())
    return replace(first, rows=every, count=max(len(every), first.count))
