"""Whether a tenant can give itself rights, by what it writes into the row about itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.policy_texts import with_called
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import NoRow, Table
from pytest_schemaverify.behaviour.access.tenants.leak import NOT_TRIED, Leak
from pytest_schemaverify.behaviour.access.tenants.rights.columns import Right, rights
from pytest_schemaverify.behaviour.access.tenants.rights.policy_reach import Cell, deciding
from pytest_schemaverify.behaviour.access.tenants.rights.row_about_self import RowAboutSelf
from pytest_schemaverify.behaviour.access.tenants.rights.self_appointment import appointments
from pytest_schemaverify.behaviour.access.tenants.rights.self_service import (
    Gain,
    by_insert,
    by_update,
    lets_others_write,
)
from pytest_schemaverify.behaviour.access.tenants.rights.sign_up import (
    METADATA,
    USERS,
    by_sign_up,
    followers,
)
from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.behaviour.access.trying.column_grants import without
from pytest_schemaverify.behaviour.access.trying.column_privileges import granted
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import counted_rows
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.row_values import marked_literals

Change = tuple[Right, str | None]
"""A right and the value of it by which a tenant reaches most."""
MOST = 3
"""Other rights that a tenant is given to try whether it gives itself one."""
_EXPECTED = "nobody gives themselves rights"
_TO = {"select": "see", "insert": "add", "update": "change", "delete": "delete"}


def own_rights(scene: Scene, exempted: Callable[[str], bool]) -> Iterator[Leak]:
    """Yield each column by which a tenant gives itself rights, and those that cannot be tried."""
    found: dict[Table, list[Right]] = {}
    for right in rights(scene, "tenant A"):
        found.setdefault(right.table, []).append(right)
    most: list[Change] = []
    # What may be done to the tenant's own table often depends on the role of a member.
    for table in sorted(found, key=lambda one: (len(found[one][0].own) < 2, one)):
        if exempted(names.quoted(*table)):
            if table not in scene.owners:
                yield Leak(names.quoted(*table), NOT_TRIED)
            continue
        for right in found[table]:
            yield from _tried(scene, right, most)
    yield from _appointed(scene, exempted)


def _appointed(scene: Scene, exempted: Callable[[str], bool]) -> Iterator[Leak]:
    me = scene.identities["tenant A"]
    for table, outcome, cells in appointments(scene):
        name = names.quoted(*table)
        if exempted(name):
            yield Leak(name, NOT_TRIED)
            continue
        yield Leak(
            name, f"{me.name} adds itself to {name}\n{_lets(scene, me, cells, table[1], table)}",
            f"insert:\n{written(me, outcome)}", expected=_EXPECTED,
        )  # fmt: skip


def _tried(scene: Scene, right: Right, most: list[Change]) -> Iterator[Leak]:
    role, column = scene.identities["tenant A"].role, right.column.name
    may = any(column in granted(scene, role, right.table, one) for one in ("update", "insert"))
    if not (may or (right.table != USERS and followers(scene))):
        return
    try:
        with scene.meanwhile():
            row = RowAboutSelf(scene, right)
            yield from _by_row(row, most)
            if (best := row.best()) is not None:
                most.append((right, best))
    except (CannotDetermine, psycopg.Error) as error:
        if scene.connection.closed:
            raise
        if isinstance(error, NoRow) and len(right.own) > 1:
            # A share is of one person and for another: a row is about each of them by itself.
            for name, value in right.own.items():
                yield from _tried(scene, replace(right, own={name: value}), most)
        elif may:
            told = " ".join(str(error).split())
            yield Leak(names.quoted(*right.table, column), told, untried=True)


def _by_row(row: RowAboutSelf, most: list[Change]) -> Iterator[Leak]:
    """Yield the first way, of somebody without other rights and then of somebody who has one."""
    others = [one for one in most if one[0].table != row.right.table][:MOST]
    for given in (None, *others):
        with row.scene.meanwhile():
            where = ""
            if given is not None:
                right, value = given
                RowAboutSelf(row.scene, right).write(value)
                row.forget()
                where = f", where {names.quoted(*right.table, right.column.name)} = {value}"
            gain = by_update(row)
            if given is None:
                gain = gain or by_insert(row) or by_sign_up(row)
            if gain is not None:
                yield _told(row, gain, where)
                return
    row.forget()


def _told(row: RowAboutSelf, gain: Gain, where: str) -> Leak:
    table, column = names.quoted(*row.right.table), row.right.column.name
    value = "null" if gain.value is None else gain.value
    does = {
        "update": f"sets {column} = {value} of its own row in {table}",
        "insert": f"adds a row about itself with {column} = {value} to {table}",
        "sign-up": f"says {column} = {value} in {METADATA} and has it in {table}, by "
        f"{', '.join(followers(row.scene))}",
    }[gain.by]
    again = f"{gain.by} of its own row:\n{written(gain.who, gain.outcome)}"
    if gain.by == "sign-up":  # by the auth server, which is no client
        again = f"{gain.by}:\nbegin;\n{marked_literals(gain.outcome.statement)};\nrollback;"
    return Leak(
        names.quoted(*row.right.table, column),
        f"{gain.who.name} {does}{where}\n{_reads(row, gain)}",
        again, expected=_EXPECTED, fix=_fix(row, gain),
    )  # fmt: skip


def _reads(row: RowAboutSelf, gain: Gain) -> str:
    """Return which policy reads it, and what comes of that."""
    table, column = row.right.table, row.right.column.name
    if not gain.cells:
        named = names.quoted(*table, column)
        return f"if users may choose it: `isolate: {{except: {{{named}: the reason}}}}`"
    return _lets(row.scene, gain.who, gain.cells, column, table)


def _lets(
    scene: Scene, who: Identity, cells: frozenset[Cell], word: str, besides: Table
) -> str:  # fmt: skip
    """Return which policy, one that has the word if there is one, lets somebody do what."""

    def order(cell: Cell) -> tuple[bool, Cell]:
        return cell[0] == besides, cell

    table, command, _ = min(cells, key=order)
    rows = sum(1 for one in cells if one[:2] == (table, command))
    reading = [
        one.name for one in deciding(scene, who.role, table, command)
        if any(
            word in text
            for text in with_called(scene.catalog, [one.using or "", one.with_check or ""])
        )
    ]  # fmt: skip
    by = f'the policy "{reading[0]}"' if reading else "a policy"
    return (
        f"{by} of {names.quoted(*table)} then lets it {_TO[command]} {counted_rows(rows)} that it "
        "could not before"
    )


def _fix(row: RowAboutSelf, gain: Gain) -> str:
    """Return the statements that take the privilege, where nobody else needs it for their work."""
    scene, right = row.scene, row.right
    if gain.by == "sign-up" or lets_others_write(row, gain):
        return ""
    role, column = gain.who.role, right.column.name
    kept = [one for one in granted(scene, role, right.table, gain.by) if one != column]
    return without(scene, role, right.table, gain.by, [column], kept)
