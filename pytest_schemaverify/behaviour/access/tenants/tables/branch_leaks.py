"""Ways to a tenant's row that has what one branch of a policy asks for.

A row that was made may be a draft, and the policy that shows what is published says nothing of it.
So values are looked for with which a branch is true of a row of tenant B while somebody else is
there; whose row it is and what it refers to stay as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain

from psycopg import sql

from pytest_schemaverify.behaviour.access.admission import changed_to_meet
from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import with_called
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, Values, cast
from pytest_schemaverify.behaviour.access.tenants.leak import Leak, shared_hint
from pytest_schemaverify.behaviour.access.tenants.policy_branches import (
    Branch,
    branches,
    columns_in,
)
from pytest_schemaverify.behaviour.access.tenants.tables.table_leaks import tried_on
from pytest_schemaverify.behaviour.access.tenants.tables.victims import Victim, victim_of
from pytest_schemaverify.behaviour.access.tenants.variations import (
    Change,
    applied,
    is_free,
    shown,
    values_of,
)
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.row_values import marked_literals


@dataclass(frozen=True, slots=True)
class Met:
    """What the row has to have so that a branch lets somebody through, and for which commands."""

    branch: Branch
    changes: Values
    commands: tuple[str, ...]


def leaks_by_branches(
    scene: Scene, table: Table, callers: Sequence[Identity], told: Sequence[Leak]
) -> Iterator[Leak]:  # fmt: skip
    """Yield the ways to a row of tenant B's that a branch of a policy opens, each branch's once.

    What is `told` is open without that.
    """
    choices = {one: _choices(scene, table, one) for one in branches(scene.catalog, table)}
    wanted = {branch: free for branch, free in choices.items() if free}
    victim = victim_of(scene, table) if wanted else None
    if victim is None:
        return
    known = {leak.way for leak in told}
    for branch, free in wanted.items():
        for who in callers:
            ways = (
                _tried(scene, who, victim, met) for met in _met(scene, who, victim, branch, free)
            )
            found = [one for one in chain.from_iterable(ways) if one.way not in known]
            yield from found
            if found:
                break


def _choices(scene: Scene, table: Table, branch: Branch) -> dict[str, list[str | None]]:
    """Return what columns that a branch names may become, without another owner or key."""
    columns, public = scene.columns(table), scene.owners[table].public
    texts = with_called(scene.catalog, [branch.condition, public])
    # What everybody may see anyway is to be told apart, too, where the branch asks for anything.
    named = columns_in(branch.condition, [*columns])
    if any(is_free(scene, table, columns[name]) for name in named):
        named |= columns_in(public, [*columns])
    return {
        name: values
        for name in sorted(named)
        if is_free(scene, table, columns[name])
        and (values := values_of(scene, columns[name], texts))
    }


def _met(
    scene: Scene, who: Identity, victim: Victim, branch: Branch,
    choices: Mapping[str, Sequence[str | None]],
) -> Iterator[Met]:  # fmt: skip
    """Yield what the row has to have: to be read it may not be one that is shared anyway."""
    found: dict[tuple[tuple[str, str | None], ...], list[str]] = {}
    reads = [one for one in branch.commands if one == "select"]
    writes = [one for one in branch.commands if one != "select"]
    for commands, conditions in (
        (reads, [branch.condition, _not_shared(scene, victim.row.table)]),
        (writes, [branch.condition]),
    ):
        changes = commands and changed_to_meet(
            scene.connection, who, victim.row, conditions, choices
        )
        if changes:
            found.setdefault(tuple(sorted(changes.items())), []).extend(commands)
    for one, listed in found.items():
        yield Met(branch, dict(one), tuple(listed))


def _not_shared(scene: Scene, table: Table) -> str:
    """Return the condition that others are not to see a row."""
    # The condition of the file may name the table by the alias that it has when it is read.
    shared = scene.owners[table].shared or "false"
    row = f"(select {names.quoted(table[1])}.*) as t"
    return f"coalesce(not (select ({shared}\n) from {row}), true)"


def _tried(scene: Scene, who: Identity, victim: Victim, met: Met) -> Iterator[Leak]:
    """Yield what comes of the commands at a row that meets the branch."""
    table = victim.row.table
    changes = [(table, name, value) for name, value in met.changes.items()]
    for command in met.commands:
        ready = _drafted if command == "insert" else _changed
        with ready(scene, victim, changes) as possible:
            found = [*tried_on(scene, who, table, command)] if possible else []
        for leak in found:
            if not leak.untried:
                yield _told(scene, leak, met, victim, changes, command)


@contextmanager
def _changed(scene: Scene, victim: Victim, changes: Sequence[Change]) -> Iterator[bool]:
    """Have the row with other values for a while; yields whether the table takes them."""
    with scene.meanwhile():
        scene.cache.clear()  # what was asked before was about the row as it was
        yield applied(scene, changes, [victim.key])


@contextmanager
def _drafted(scene: Scene, victim: Victim, changes: Sequence[Change]) -> Iterator[bool]:
    """Have new rows of tenant B made with these values for a while."""
    label, usual = ("tenant B", victim.row.table), scene.maker.usual
    with scene.meanwhile():
        scene.cache.clear()
        values = {name: value for _, name, value in changes}
        scene.maker.usual = {**usual, label: {**usual.get(label, {}), **values}}
        try:
            yield True
        finally:
            scene.maker.usual = usual


def _told(
    scene: Scene, leak: Leak, met: Met, victim: Victim, changes: Sequence[Change], command: str
) -> Leak:  # fmt: skip
    table, condition = victim.row.table, readable(met.branch.condition)
    first, *rest = leak.actual.splitlines()
    by = f"by the policy {names.quoted(met.branch.policy)}: {condition}"
    again = leak.again
    if command != "insert":
        change = marked_literals(_update(scene, victim, met.changes))
        again = again.replace("begin; ", f"begin; {change};\n", 1)
    if command == "select":
        again = f"{shared_hint(table, condition)}\n{again}"
    return replace(
        leak,
        actual="\n".join([f"where {shown(changes)}, {first}", by, *rest]),
        again=again,
        identity=f"{leak.identity}, {by}",
        cause=f"{leak.cause}, {by}",
    )


def _update(scene: Scene, victim: Victim, changes: Values) -> str:
    table, types = victim.row.table, victim.row.types
    return sql.SQL("update {} as t set {} where {}").format(
        sql.Identifier(*table),
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), cast(value, types[name]))
            for name, value in changes.items()
        ),
        scene.keys(table, [victim.key]),
    ).as_string(scene.connection)  # fmt: skip


# The server writes the type behind each constant.
_OF_TEXT = re.compile(r"('(?:[^']|'')*')::text\b(?!\[)")


def readable(condition: str) -> str:
    """Return an expression of the server's as a person would write it."""
    return _OF_TEXT.sub(r"\1", condition)
