"""Views in which a tenant's own rows do not show, and those that show visitors some of them.

A tenant that does not find its own rows in a view finds none of another either, even if the view
lets every tenant's rows through.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import with_called
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.endpoints.requests import (
    Answers,
    Request,
    answers,
    differ,
    refresh,
    without,
)
from pytest_schemaverify.behaviour.access.tenants.endpoints.sources_of_views import read_by_views
from pytest_schemaverify.behaviour.access.tenants.variations import shown, variations, varied
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


@dataclass(frozen=True, slots=True)
class Unshown:
    """A view that does not show a tenant's own rows as they were made."""

    who: Identity
    table: Table
    """One that it reads."""
    answer: str
    """What it gave."""
    again: str
    """How to see it again."""
    where: str = ""
    """What rows need to have for it to show them, and those of another tenant as well."""

    @property
    def leaks(self) -> bool:
        """Whether it then shows those of another tenant."""
        return bool(self.where)


def unshown(
    scene: Scene, tables: Sequence[Table], requests: Sequence[Request]
) -> dict[str, Unshown]:
    """Return the views of tenants' tables that show a tenant none of its own rows, by their names.

    Those are left out that do so once rows have other values, such as `published`, and then keep
    tenants apart; and those that cannot be read. Of visitors, who have no rows, it is those that
    show them rows of tenants with such values.
    """
    read = read_by_views(scene, tables)
    wanted = [
        one
        for one in requests
        if one.endpoint.oid in read
        and one.first
        and all(outcome and outcome.done for outcome in one.first)
    ]
    if not wanted:
        return {}
    gone = _answers_without(scene, scene.identities["tenant A"], tables, wanted, public=True)
    found = {}
    for one, left in zip(wanted, gone, strict=True):
        if differ(one.first, left) or one.endpoint.subject in found:
            continue
        where = _shown_where(scene, one, read[one.endpoint.oid], tables)
        if where == APART or (one.who.name not in scene.identities and not where):
            continue
        outcome = one.first[0]
        assert outcome is not None
        again, table = written(one.who, outcome), min(read[one.endpoint.oid])
        found[one.endpoint.subject] = Unshown(one.who, table, str(outcome), again, where)
    return found


APART = "apart"
"""Said of a view that shows a tenant its own rows alone, once they have other values."""


def _shown_where(scene: Scene, one: Request, read: set[Table], tables: Sequence[Table]) -> str:
    """Return with which values of rows a view shows those of both; "" if there are none."""
    views = scene.catalog.families["views"].values()
    definition = [
        row.definition
        for row in views
        if names.quoted(row.schema, row.name) == one.endpoint.subject
    ]
    if any(_shows_named(scene, one, table) for table in sorted(read)):
        return APART
    for changes in variations(scene, read, with_called(scene.catalog, definition)):
        with varied(scene, changes) as taken:
            if not taken:
                continue
            refresh(scene, frozenset({one.endpoint.schema}))
            there = answers(scene, one)
            if not differ(one.first, there):
                continue  # it shows no more than before
            own, others = (
                differ(there, *_answers_without(scene, who, tables, [one], public=public))
                # What the other's rows show to everybody, they may show here.
                for who, public in zip(scene.identities.values(), (True, False), strict=True)
            )
            if own or others:
                return shown(changes) if others else APART
    return ""


def _shows_named(scene: Scene, one: Request, table: Table) -> bool:
    """Return whether a view shows a row of a stranger's that names who asks, such as a receiver."""
    owner = scene.owners[table]
    mine = owner.of(one.who)
    for column in _naming(scene, table) if mine and owner.column else ():
        row = {owner.column: scene.stranger(table), column: mine}
        with scene.meanwhile(), suppress(CannotDetermine, psycopg.Error):
            with scene.connection.transaction():
                scene.maker.row(table, row, "somebody else")
            refresh(scene, frozenset({one.endpoint.schema}))
            if differ(one.first, answers(scene, one)):
                return True
    return False


def _naming(scene: Scene, table: Table) -> list[str]:
    """Return the columns besides the owner's that name somebody of the same kind."""
    owner = scene.owners[table]
    to = {
        row.columns[0]: row.references
        for row in scene.catalog.of_table("constraints", *table)
        if row.kind == "foreign key" and len(row.columns) == 1
    }
    same = [name for name, key in to.items() if key == to.get(owner.column)]
    return [*dict.fromkeys(name for name in (*owner.also, *same) if name != owner.column)]


def _answers_without(
    scene: Scene, whose: Identity, tables: Sequence[Table], requests: Sequence[Request],
    *, public: bool = False,
) -> list[Answers]:  # fmt: skip
    """Return what requests are answered once rows of an identity are gone, those for all or not."""
    with without(scene, whose, tables, public=public):
        refresh(scene, frozenset(one.endpoint.schema for one in requests))
        return [answers(scene, one) for one in requests]
