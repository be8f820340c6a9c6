"""Rows that are one's own, or nobody's, and what they open once they are there."""

from collections.abc import Iterator, Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    become_administrator,
    ran,
    tried,
)
from pytest_schemaverify.behaviour.access.policy_texts import tables_in, texts_about
from pytest_schemaverify.behaviour.access.rosters import roster
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, Values, insertion
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt
from pytest_schemaverify.behaviour.access.trying.covert_channels import row_of_another
from pytest_schemaverify.behaviour.access.trying.disguises import people_of
from pytest_schemaverify.behaviour.access.trying.handing_over import setting
from pytest_schemaverify.behaviour.access.trying.stored import stored
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names

LOOKED_AT = 20
"""Rows of others in a table that one looks for afterwards."""


def opened(trial: Trial, own: Values) -> Iterator[Attempt]:
    """Yield inserts of rows that let one see others', or others see what nobody owns.

    `own` is a row of one's own that the table takes.
    """
    for key, to in _ways_below_another(trial, own):
        sent = {**own, **to, **people_of(trial)}
        yield _joined(trial, "insert of oneself", key, insertion(trial.table, sent, {}))
    yield from _nobodys(trial, own)


def moved(trial: Trial) -> Iterator[Attempt]:
    """Yield updates that put one's own rows where they let one see others'."""
    own = trial.scene.own_there(trial.table, trial.mine) if trial.mine is not None else None
    for key, to in _ways_below_another(trial, own or {}) if own else ():
        yield _joined(trial, "update that puts oneself", key, setting(trial, to)(trial.own()))


def _ways_below_another(trial: Trial, own: Values) -> Iterator[tuple[Constraint, Values]]:
    """Yield foreign keys to a parent of another's row, where policies ask for what refers to it."""
    theirs = row_of_another(trial) if _asking(trial) else None
    if theirs is None:
        return
    for key in trial.scene.catalog.of_table("constraints", *trial.table):
        if key.kind == "foreign key" and key.references and not _says_whose(trial, key):
            to = {name: theirs[name] for name in key.columns}
            if None not in to.values() and any(own.get(name) != to[name] for name in to):
                yield key, to


def _joined(trial: Trial, how: str, key: Constraint, statement: sql.Composed) -> Attempt:
    """Return what came of a way below another's row, and what shows only from there."""
    parent = names.quoted(*(key.references or ("", ""))[:2])
    outcome, seen = _looked(trial, statement, _asking(trial))
    told = f"joins another's row of {parent}, and then sees rows in {seen}" if seen else ""
    return Attempt(f"{how} below another's row of {parent}", outcome, told=told, by=key.name)


def _asking(trial: Trial) -> list[Table]:
    """Return the tables with owners whose policies look into the table."""
    asked, problems = looked_into(trial.scene), trial.scene.problems
    return [one for one in asked if trial.table in asked[one] and one not in problems]


def looked_into(scene: Scene) -> dict[Table, set[Table]]:
    """Return for each table with owners the tables into which its policies look."""
    known = "tables in policies"
    if known not in scene.lasting:
        scene.lasting[known] = {
            table: {*tables_in(scene.catalog, texts_about(scene.catalog, table))}
            for table in scene.owners
        }
    found: dict[Table, set[Table]] = scene.lasting[known]
    return found


def _says_whose(trial: Trial, key: Constraint) -> bool:
    """Return whether a foreign key is how the row shows whose it is, or leads to a person."""
    owner = trial.scene.owners[trial.table]
    people = {column for table, column in trial.scene.people if table == trial.table}
    return {owner.column, *owner.through} >= {*key.columns} or people >= {*key.columns}


def _looked(
    trial: Trial, statement: sql.Composed, asking: Sequence[Table]
) -> tuple[Outcome, str]:  # fmt: skip
    """Return the outcome of an insert, and in which tables others' rows show only after it."""
    scene, identity = trial.scene, trial.identity
    others = {table: [*roster(scene, table, identity).others][:LOOKED_AT] for table in asking}
    before = {table: _seen(trial, identity, table, others[table]) for table in asking}
    with acting(scene.connection, identity):
        outcome = ran(scene.connection, statement)
        if not outcome.done or not outcome.count:
            return outcome, ""
        after = [t for t in asking if _seen(trial, identity, t, others[t]) > before[t]]
    return outcome, ", ".join(names.quoted(*table) for table in after)


def _nobodys(trial: Trial, own: Values) -> Iterator[Attempt]:
    """Insert a row without an owner: a policy may take that for a row of everybody."""
    column, mine = trial.scene.owner_column(trial.table), [*trial.roster.mine]
    other = next((one for one in _others(trial) if not _seen(trial, one, trial.table, mine)), None)
    if column is None or not column.nullable or other is None:
        return
    statement, told = insertion(trial.table, {**own, column.name: None}, {}), ""
    with acting(trial.scene.connection, trial.identity):
        outcome = ran(trial.scene.connection, statement)
        if outcome.done and outcome.count:
            become_administrator(trial.scene.connection)
            made = dict(trial.scene.connection.execute(stored(trial.scene, trial.table)).fetchall())
            if _seen(trial, other, trial.table, [key for key in made if made[key] is None]):
                told = f"adds a row that has no owner, and {other.name} sees it"
    yield Attempt("insert of a row without an owner", outcome, told=told, by=column.name)


def _others(trial: Trial) -> list[Identity]:
    """Return the identities with rows of their own that are not those of who tries."""
    owner = trial.scene.owners[trial.table]
    mine = owner.of(trial.identity)
    return [
        one for one in trial.scene.identities.values()
        if owner.of(one) not in (None, mine) and not one.bypasses_rls
    ]  # fmt: skip


def _seen(trial: Trial, identity: Identity, table: Table, keys: Sequence[str]) -> int:
    """Return how many of some rows an identity sees."""
    if not keys:
        return 0
    statement = sql.SQL("select 1 from {} as t where {}").format(
        sql.Identifier(*table), trial.scene.keys(table, keys)
    )
    return tried(trial.scene.connection, identity, statement).count
