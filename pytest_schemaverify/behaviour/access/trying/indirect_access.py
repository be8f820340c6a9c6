"""What an identity reaches through a view, or through a query that calls a function."""

from collections.abc import Sequence

from psycopg import sql

from pytest_schemaverify.behaviour.access.display import described
from pytest_schemaverify.behaviour.access.identities import (
    Identity,
    Outcome,
    acting,
    tried,
)
from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table, insertion
from pytest_schemaverify.behaviour.access.trying.attempts import SHOWN, Attempt, Observed
from pytest_schemaverify.behaviour.access.trying.behind_views import behind, outcomes
from pytest_schemaverify.behaviour.access.trying.column_privileges import readable
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


class IndirectTrial:
    """One identity in front of a view or of a query."""

    def __init__(
        self, scene: Scene, identity: Identity, owner: Ownership | None, rows_of: Table | None
    ) -> None:
        self.scene = scene
        self.identity = identity
        self.owner = owner
        self.rows_of = rows_of
        with acting(scene.connection, identity):
            pass  # a role that there is not is told as such
        if rows_of in scene.problems:
            raise scene.problems[rows_of]

    @property
    def mine(self) -> str | None:
        """What tells the identity's own rows."""
        owner = self.owner or (self.scene.owners.get(self.rows_of) if self.rows_of else None)
        return owner.of(self.identity) if owner else None

    def whose(self, row: dict[str, str | None]) -> str | None:
        """Return the owner of a row that was returned, by its column or its key; None: unknown."""
        if self.owner is not None:
            if self.owner.column not in row:
                raise CannotDetermine(
                    "telling whose a returned row is",
                    because=f"it has no column {self.owner.column}: {', '.join(row)}",
                )
            return row[self.owner.column]
        if self.rows_of is None:
            return None
        key = self.scene.primary_key(self.rows_of)
        if not key or not set(key) <= row.keys():
            raise CannotDetermine(
                "telling whose a returned row is",
                because=f"it lacks the primary key of {names.quoted(*self.rows_of)}: "
                f"{', '.join(key)}",
            )
        return self._of_key({name: row[name] for name in key})

    def _of_key(self, key: dict[str, str | None]) -> str | None:
        assert self.rows_of is not None
        known = ("whose", self.rows_of, tuple(key.items()))
        if known not in self.scene.cache:
            statement = sql.SQL("select {} from {} as t where {}").format(
                self.scene.owner_of(self.rows_of, "t"),
                sql.Identifier(*self.rows_of),
                self.scene.condition(self.rows_of, key),
            )
            row = self.scene.connection.execute(statement).fetchone()
            self.scene.cache[known] = row[0] if row else None
        found: str | None = self.scene.cache[known]
        return found

    def sorted_out(self, name: str, outcome: Outcome) -> Attempt:
        """Return an attempt with the returned rows told apart."""
        own = 0
        shown = []
        for row in outcome.rows:
            texts = [None if value is None else str(value) for value in row]
            whose = self.whose(dict(zip(outcome.columns, texts, strict=True)))
            if whose is not None and whose == self.mine:
                own += 1
                continue
            whom = self._who(whose)
            shown.append(f"{whom} row: {described(outcome.columns, texts)}")
        others = outcome.count - own
        # Only the first few are shown, and a name of the file says more than an owner's key.
        shown.sort(key=lambda line: line.startswith("somebody else"))
        return Attempt(name, outcome, own, others, tuple(shown[:SHOWN]), main=True)

    def _who(self, value: str | None) -> str:
        if self.owner is None and self.rows_of is None:
            return "a"
        for identity in self.scene.identities.values():
            other = IndirectTrial(self.scene, identity, self.owner, self.rows_of)
            if value is not None and other.mine == value:
                return f"{identity.name}'s"
        return "nobody's" if value is None else f"somebody else ({value})'s"


def through_view(
    scene: Scene, identity: Identity, view: Table, command: str, owner: Ownership | None,
    rows_of: Table | None,
) -> Observed:  # fmt: skip
    """Return what an identity can do through a view.

    Raises CannotDetermine for an insert where the file does not say of which table the rows are.
    """
    trial = IndirectTrial(scene, identity, owner, rows_of)
    every = behind(scene, view)
    own = trial.sorted_out("", every).own
    if command == "select":
        attempts = [_selected(trial, view)]
    elif command == "insert":
        attempts = _inserted(trial, view)
    else:
        attempts = _changed(trial, view, command, every)
    return Observed(
        identity, view, tuple(attempts), every.count, own, own, every.count - own,
        owner is not None or rows_of is not None, "", trial.mine is not None, indirect=True,
    )  # fmt: skip


def _selected(trial: IndirectTrial, view: Table) -> Attempt:
    listed = readable(trial.scene, trial.identity.role, view)
    statement = sql.SQL("select {} from {}").format(listed, sql.Identifier(*view))
    outcome = tried(trial.scene.connection, trial.identity, statement)
    return trial.sorted_out("select", outcome)


def _changed(trial: IndirectTrial, view: Table, command: str, every: Outcome) -> list[Attempt]:
    """Try to change or delete, through the view, the identity's own rows and those of others."""
    columns = trial.scene.columns(view)
    found: dict[str, list[tuple[object, ...]]] = {"own": [], "others": []}
    for row in every.rows:
        texts = {
            name: None if value is None else str(value)
            for name, value in zip(every.columns, row, strict=True)
        }
        found["own" if trial.whose(texts) == trial.mine and trial.mine else "others"].append(row)
    attempts = []
    for whose, rows in found.items():
        if not rows:
            continue
        where = _like(every.columns, rows[0], [*columns])
        name = next(iter(columns))
        target = sql.Identifier(*view)
        if command == "update":
            change = sql.SQL("{0} = {0}").format(sql.Identifier(name))
            statement = sql.SQL("update {} as t set {} where {}").format(target, change, where)
        else:
            statement = sql.SQL("delete from {} as t where {}").format(target, where)
        what = "one's own rows" if whose == "own" else "rows of others"
        attempts.append(_tried(trial, f"{command} of {what}", statement, len(rows), whose == "own"))
    return attempts


def _like(columns: Sequence[str], row: tuple[object, ...], wanted: Sequence[str]) -> sql.Composed:
    pairs = [(n, v) for n, v in zip(columns, row, strict=True) if n in wanted and v is not None]
    return sql.SQL(" and ").join(
        sql.SQL("{}::text = {}").format(sql.Identifier("t", name), sql.Literal(str(value)))
        for name, value in pairs
        if isinstance(value, (str, int)) or name in ("id", "user_id") or name.endswith("_id")
    )


def _tried(
    trial: IndirectTrial, name: str, statement: sql.Composed, rows: int, mine: bool
) -> Attempt:  # fmt: skip
    connection = trial.scene.connection
    outcome = tried(connection, trial.identity, statement)
    reached = rows if outcome.done and outcome.count else 0
    possible = ""
    if not reached:
        # The view, or a policy of its owner's, may let through what somebody's claims let through.
        every = outcomes(trial.scene, statement)
        possible = "" if any(one.done and one.count for one in every) else str(every[0])
    return Attempt(
        name, outcome, reached * mine, reached * (not mine), main=True, possible=possible
    )  # fmt: skip


def _inserted(trial: IndirectTrial, view: Table) -> list[Attempt]:
    if trial.rows_of is None:
        raise CannotDetermine(
            f"inserting through {names.quoted(*view)}",
            because="its rows cannot be traced to a table",
            remedy="say `rows_of: table`",
        )
    scene, columns = trial.scene, trial.scene.columns(view)
    attempts = []
    other = scene.another(trial.rows_of, trial.identity)
    for name, value in ((trial.identity.name, trial.mine), other or ("", None)):
        if value is None:
            continue
        row = scene.own_draft(trial.rows_of, value, name)
        sent = {column: text for column, text in row.sent.items() if column in columns}
        mine = value == trial.mine
        attempt = _tried(
            trial, "insert in one's own name" if mine else f"insert in {name}'s name",
            insertion(view, sent, {}), 1, mine,
        )  # fmt: skip
        attempts.append(attempt)
    return attempts


def through_call(
    scene: Scene, identity: Identity, query: str, owner: Ownership | None, rows_of: Table | None
) -> Observed:
    """Return what an identity gets from a query that calls a function."""
    trial = IndirectTrial(scene, identity, owner, rows_of)
    statement = sql.SQL(query)
    outcome = tried(scene.connection, identity, statement)
    attempt = trial.sorted_out("call", outcome)
    total = max((one.count for one in _possible(scene, statement)), default=0)
    return Observed(
        identity, ("", query), (attempt,), total, max(attempt.own, 1), attempt.own, attempt.others,
        owner is not None or rows_of is not None, "", trial.mine is not None, indirect=True,
    )  # fmt: skip


def _possible(scene: Scene, statement: sql.SQL) -> list[Outcome]:
    """Return what an administrator gets, without claims and with those of each identity."""
    known = ("call", statement.as_string(scene.connection))
    if known not in scene.cache:
        scene.cache[known] = [one for one in outcomes(scene, statement) if one.done]
    found: list[Outcome] = scene.cache[known]
    return found
