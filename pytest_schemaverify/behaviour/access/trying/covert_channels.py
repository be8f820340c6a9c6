"""What inserts tell about rows of others that row-level security hides.

Unique keys and foreign keys are checked past it: a covert channel in the words of
https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from collections.abc import Iterator, Mapping

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import tried
from pytest_schemaverify.behaviour.access.statements import Values, insertion
from pytest_schemaverify.behaviour.access.trying.attempts import Attempt
from pytest_schemaverify.behaviour.access.trying.default_privileges import (
    left_to_the_database,
    sequences_of,
)
from pytest_schemaverify.behaviour.access.trying.trial import Trial
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names

BY_UNIQUE = "insert of a value that must be unique"
BY_REFERENCE = "insert of a row that refers to another's"
TELLING = (BY_UNIQUE, BY_REFERENCE)
"""Attempts that only tell that a row of another is there."""


def shown_values(values: Values) -> str:
    """Return values in one line, each cut at 40 characters."""
    return ", ".join(f"{name} = {(text or 'null')[:40]}" for name, text in values.items())


def row_of_another(trial: Trial) -> Mapping[str, str | None] | None:
    """Return a row of another owner, as text; None if there is none."""
    if not trial.roster.others:
        return None
    known = ("theirs", trial.table, trial.identity.name)
    if known not in trial.scene.cache:
        first = next(iter(trial.roster.others))
        columns = [*trial.scene.columns(trial.table)]
        picked = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier("t", name)) for name in columns
        )
        statement = sql.SQL("select {} from {} as t where {}").format(
            picked, trial.relation, trial.scene.keys(trial.table, [first])
        )
        row = trial.scene.connection.execute(statement).fetchone()
        trial.scene.cache[known] = dict(zip(columns, row, strict=True)) if row else None
    found: Mapping[str, str | None] | None = trial.scene.cache[known]
    return found


def told_by_unique(trial: Trial, sent: Values) -> Iterator[Attempt]:
    """Insert a value that another's row has: a refusal tells that there is such a row."""
    theirs = row_of_another(trial)
    # Who may read the row learns nothing by it.
    if theirs is None or _sees(trial):
        return
    for name, columns in unique_keys(trial).items():
        values = {column: theirs.get(column) for column in columns}
        if None not in values.values() and _guessable(trial, columns):
            yield _unique(trial, name, {**sent, **values}, values)


def unique_keys(trial: Trial) -> dict[str, tuple[str, ...]]:
    """Return the columns of each unique constraint and unique index of columns, by its name."""
    catalog, columns = trial.scene.catalog, trial.scene.columns(trial.table)
    indexes = {
        index.name: tuple(key.expression for key in index.keys)
        for index in catalog.of_table("indexes", *trial.table)
        if index.unique and all(key.expression in columns for key in index.keys)
    }
    constraints = {
        row.name: row.columns
        for row in catalog.of_table("constraints", *trial.table)
        if row.kind in ("unique", "primary key")
    }
    return {**indexes, **constraints}


def _guessable(trial: Trial, key: tuple[str, ...]) -> bool:
    """Return whether values can be guessed: no uuid, no number of a sequence, no owner's id."""
    columns = trial.scene.columns(trial.table)
    owner = trial.scene.owners.get(trial.table)
    if owner and {owner.column, *owner.through} & set(key):
        return False
    if len(key) == 1 and key == trial.scene.primary_key(trial.table):
        return not columns[key[0]].type.endswith(("int", "integer", "uuid"))
    return not any(
        columns[name].type in ("uuid", "bytea")
        or columns[name].identity
        or "nextval(" in (columns[name].default or "")
        for name in key
    )


def _unique(trial: Trial, name: str, row: Values, values: Values) -> Attempt:
    statement = insertion(trial.table, row, {})
    outcome = tried(trial.scene.connection, trial.identity, statement)
    told = ""
    # Another constraint may refuse the row first, and tells nothing of this value.
    if outcome.state == "23505" and outcome.constraint == name:
        told = f"learns that somebody else's row has {shown_values(values)}"
    return Attempt(BY_UNIQUE, outcome, told=told, by=name)


def attached(trial: Trial, sent: Values) -> Iterator[Attempt]:
    """Insert a row that refers to another's: it is attached to that, and tells that it is there."""
    for key in trial.scene.catalog.of_table("constraints", *trial.table):
        if key.kind == "foreign key" and key.references and _may_tell(trial, key.references):
            before = Trial(trial.scene, trial.identity, key.references[:2])
            theirs = row_of_another(before)
            # A reference to a row that one may read anyway is what foreign keys are for.
            if theirs is not None and not _sees(before):
                yield _attached_to(theirs, before, trial, key, sent)


def _may_tell(trial: Trial, references: tuple[str, str, tuple[str, ...]]) -> bool:
    """Return whether a foreign key leads to rows with owners, and not to the owner itself."""
    parent, columns = references[:2], references[2]
    owner = trial.scene.owners.get(parent)
    if owner is None or parent == trial.table or owner.of(trial.identity) is None:
        return False
    return len(columns) != 1 or owner.column not in columns


def _attached_to(
    theirs: Values, parent: Trial, trial: Trial, key: Constraint, sent: Values
) -> Attempt:
    assert key.references is not None
    own = trial.scene.owners.get(trial.table)
    values = {
        name: theirs[to]
        for name, to in zip(key.columns, key.references[2], strict=True)
        if own is None or name != own.column
    }
    statement = insertion(trial.table, {**sent, **values}, {})
    outcome = tried(trial.scene.connection, trial.identity, statement)
    told = ""
    if outcome.done and outcome.count:
        told = (
            f"learns that {next(iter(parent.roster.others.values()))}'s row of "
            f"{names.quoted(*parent.table)} is there, and attaches to it: {shown_values(values)}"
        )
    return Attempt(BY_REFERENCE, outcome, told=told, by=key.name)


def _sees(parent: Trial) -> bool:
    """Return whether the identity may see the first of the other owners' rows."""
    first = [*parent.roster.others][:1]
    statement = sql.SQL("select 1 from {} as t where {}").format(
        parent.relation, parent.scene.keys(parent.table, first)
    )
    outcome = tried(parent.scene.connection, parent.identity, statement)
    return outcome.done and outcome.count > 0


def sequences(trial: Trial) -> Iterator[Attempt]:
    """Try to set the table's sequences back, after which every insert collides with a row."""
    for schema, name in sequences_of(trial.scene.catalog, trial.table):
        if left_to_the_database(trial.scene, trial.identity.role, "sequences", (schema, name)):
            continue
        written = names.quoted(schema, name)
        # To the value that it has: no transaction takes back what is done to a sequence.
        value = trial.scene.connection.execute(
            sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))
        ).fetchone()
        statement = sql.SQL("select pg_catalog.setval({}, {}, {})").format(
            sql.Literal(written), *map(sql.Literal, value or (1, False))
        )
        outcome = tried(trial.scene.connection, trial.identity, statement)
        told = f"may set {written} back, and then everybody's inserts fail" if outcome.done else ""
        yield Attempt("setval() of the table's sequence", outcome, told=told, by=name)
