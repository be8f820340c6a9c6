"""What the checks look at, by the names of their parameters."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, generators, sql
from psycopg.pq import ExecStatus
from psycopg.types.string import TextLoader

from pytest_schemaverify import ledger, names, rehearse
from pytest_schemaverify.build import Files, Target
from pytest_schemaverify.canonical import Canonical, Same
from pytest_schemaverify.catalog import Catalog, Difference, Row
from pytest_schemaverify.checks import Check, find
from pytest_schemaverify.drift import Drift, drift, same_text
from pytest_schemaverify.errors import CannotDetermine, MigrationFailed
from pytest_schemaverify.history import Rebuilt
from pytest_schemaverify.ledger import Book
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.static import Analysis, analyse
from pytest_schemaverify.objects import FAMILIES, Subject, own_name
from pytest_schemaverify.objects import find as find_object
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.rehearsal.cost import Cost
from pytest_schemaverify.rehearsal.crash import Crash
from pytest_schemaverify.rehearsal.preserved import Fate
from pytest_schemaverify.rehearsal.progress import Progress, quiet
from pytest_schemaverify.rehearse import Rehearsal
from pytest_schemaverify.spec import Spec

MOST = 10_000
"""Rows of one query that are looked at: more would say nothing new and fill the memory."""
_AS_TEXT = (
    "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr",
    "bytea", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
)  # fmt: skip
"""Types whose values are compared as the server writes them, not as Python would."""
_READING = sql.SQL(
    "select pg_catalog.set_config('transaction_read_only', 'on', true), "
    "pg_catalog.set_config('row_security', 'off', true), "
    "pg_catalog.set_config('search_path', {} || ', ' || "
    "coalesce(nullif(pg_catalog.current_setting('search_path'), ''), '\"$user\"'), true)"
)


@dataclass(slots=True)
class Facts:
    """What the checks of one file look at."""

    spec: Spec
    folder: Path
    target: Target
    files: Files | None
    reading: Callable[[], AbstractContextManager[Connection[Any]]]
    """Yields a connection inside a read-only transaction."""
    rebuilt: Callable[[], Rebuilt] | None = None
    """Returns what the files build, on a disposable server, whatever the target is."""
    today: date = field(default_factory=date.today)
    server: Canonical = field(init=False)
    analysis: Analysis | None = field(default=None, init=False)
    """What reading the migration files tells, once a check has asked."""
    cost: Cost | None = field(default=None, init=False)
    """What the migrations cost, once a check has asked."""
    progress: Progress = quiet
    """Is told what takes long."""
    new: frozenset[Path] | None = None
    """The migration files to be judged; None for all."""
    _rows: dict[int, Row | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.server = Canonical(self.reading, self.schema)

    def at(
        self, stage: str, reading: Callable[[], AbstractContextManager[Connection[Any]]]
    ) -> "Facts":
        """Return what the checks of a moment on the way look at."""
        stages = self.spec.migrations and self.spec.migrations.at
        entry = dict(stages.items())[stage] if stages else None
        spec = self.spec.model_copy(update={"schemas": entry and entry.schemas})
        return replace(self, spec=spec, target=self.target.at(stage), reading=reading)

    @property
    def schema(self) -> str:
        """The schema of names that have none."""
        return self.spec.defaults.schema_

    @property
    def catalog(self) -> Catalog:
        """The snapshot."""
        return self.target.catalog

    def measured(self) -> Cost:
        """Return what the migrations cost: one more run of them, when somebody first asks."""
        if self.cost is None:
            self.progress("measuring what the migrations cost", 0, 0)
            self.cost = rehearse.cost(self.target)
        return self.cost

    def row(self, subject: Subject) -> Row | None:
        """Return the row of an object, found once for all its checks."""
        known = id(subject)  # the plan shares one subject among the checks of an object
        if known not in self._rows:
            self._rows[known] = find_object(self.catalog, subject, self.server)
        return self._rows[known]

    def scope(self, schemas: list[str] | None = None) -> frozenset[str]:
        """Return the schemas that rules are about."""
        declared = self.spec.schemas.items() if self.spec.schemas else ()
        own = [names.parts(name)[0] for name, schema in declared if not schema.absent]
        return frozenset(schemas or [self.schema, *own])

    def query(self, statement: sql.SQL | sql.Composed) -> list[tuple[Any, ...]]:
        """Return the rows of one statement that only reads, `MOST` of them.

        Row-level security that would hide rows is an error, not an empty answer. Names without a
        schema are looked up in the file's schema first, then as the database does.
        """
        with self.reading() as connection:
            schema = sql.Identifier(self.schema).as_string(connection)
            connection.execute(_READING.format(sql.Literal(schema)))
            _require_rows(connection, statement)
            with psycopg.RawCursor(connection) as cursor:
                for type_ in _AS_TEXT:
                    cursor.adapters.register_loader(type_, TextLoader)
                # execute() without parameters would run any number of statements, `commit` too;
                # stream() takes the extended protocol, where the server accepts only one.
                return list(islice(cursor.stream(statement), MOST))


def _require_rows(connection: Connection[Any], statement: sql.SQL | sql.Composed) -> None:
    """Raise psycopg.Error unless the server says that a statement returns rows; nothing is run.

    For the server, `copy … to program` and `lock table` are at home in a read-only transaction.
    """
    server = connection.pgconn
    server.send_prepare(b"", statement.as_bytes(connection))
    [prepared] = connection.wait(generators.execute(server))
    if prepared.status != ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(prepared)
    server.send_describe_prepared(b"")
    [described] = connection.wait(generators.execute(server))
    if not described.nfields:
        raise psycopg.ProgrammingError("the statement returns no rows")


Fact = Callable[[Planned, Facts], Any]


def _subject(planned: Planned) -> Subject:
    if planned.subject is None:
        raise TypeError(f"{planned.check} looks at an object, and its entry names none")
    return planned.subject


def _same(planned: Planned, facts: Facts) -> Same:
    schema, table = _subject(planned).key[:2]

    def same(expected: str, actual: str) -> bool:
        columns = facts.catalog.of_table("columns", schema, table)
        pairs = [(column.name, column.type) for column in columns]
        return facts.server.same_expression(expected, actual, table, pairs)

    return same


def _same_condition(planned: Planned, facts: Facts) -> Same:
    """Return what compares conditions of a trigger, over OLD and NEW."""
    schema, table = _subject(planned).key[:2]

    def same(expected: str, actual: str) -> bool:
        if expected.strip() == actual:
            return True
        columns = facts.catalog.of_table("columns", schema, table)
        pairs = [(column.name, column.type) for column in columns]
        listed = ", ".join(f"{names.quoted(name)} {type_}" for name, type_ in pairs)
        new = f"from pg_catalog.json_to_record('{{}}') as new ({listed})"
        left, right = (f"(select ({text}\n) {new})" for text in (expected, actual))
        try:
            return facts.server.same_expression(left, right, "old", pairs)
        except CannotDetermine as error:
            _, _, because = str(error).partition("because ")
            raise CannotDetermine(
                f"reading the condition `{expected}`",
                because=because.partition("\n")[0],
                remedy="write it as in `create trigger … when (…)`, with old. and new.",
            ) from None

    return same


def _condition(planned: Planned, facts: Facts) -> sql.SQL:
    where = getattr(planned.entry, "where", None)
    # A line of its own for the bracket: the text may end in a comment.
    return sql.SQL(f"({where}\n)") if where else sql.SQL("true")


def _rows(planned: Planned, facts: Facts) -> list[tuple[Any, ...]]:
    check: Check = find(planned.check)
    if check.query is None:
        raise TypeError(f"{check.name} wants rows, and has no query")
    return facts.query(check.query(*[_FACTS[name](planned, facts) for name in check.query_needs]))


def _members(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return what is there of a kind: in the table of the entry, or in the schemas in scope."""
    family = planned.check.partition(".")[0]
    kind, scope = FAMILIES[family], facts.scope()
    found: set[str] = set()
    for name in kind.catalog:
        if planned.subject is not None:  # looked up by table: every table may have an `exact`
            rows = facts.catalog.of_table(name, *planned.subject.key[:2])
        else:
            members = facts.catalog.families[name].items()
            rows = [row for key, row in members if len(key) == 1 or key[0] in scope]
        found.update(
            own_name(family, row) for row in rows if not kind.kind or row.kind == kind.kind
        )
    return frozenset(found)


def _expected(planned: Planned, facts: Facts) -> Any:
    if planned.check.endswith(".exact") and isinstance(planned.expected, frozenset):
        rows = (facts.row(subject) for subject in planned.expected)
        family = planned.check.partition(".")[0]
        return frozenset(own_name(family, row) for row in rows if row is not None)
    return planned.expected


def _named(planned: Planned, facts: Facts) -> frozenset[tuple[str, ...]]:
    """Return the vector columns that have an entry of their own."""
    columns = getattr(planned.entry, "columns", None)
    written = [names.parts(name) for name, _ in columns.items()] if columns else []
    return frozenset(key if len(key) == 3 else (facts.schema, *key) for key in written)


def _versions(planned: Planned, facts: Facts) -> list[str] | None:
    """Return the versions that the database lists, sorted; None when there is no such table."""
    entry: Any = planned.entry
    key = names.qualified(entry.table, facts.schema)
    if facts.catalog.find("tables", key) is None:
        return None
    column, table = sql.Identifier(*names.parts(entry.column)), sql.Identifier(*key)
    statement = sql.SQL(
        "select {column}::text from {table} where {column} is not null order by {column}"
    ).format(column=column, table=table)
    return [version for (version,) in facts.query(statement)]


_OF_VERSIONS = frozenset({"migrations.unique", "migrations.ordered", "migrations.pattern"})


def _files(planned: Planned, facts: Facts) -> Files:
    if facts.files is None:
        raise TypeError(f"{planned.check} looks at migrations, and there are none")
    if not facts.files.directory.migrations and planned.check in _OF_VERSIONS:
        raise CannotDetermine(
            "looking at the versions of the migrations",
            because="there is no migration in the folder",
            remedy=f"set `migrations.directory`; looked for {facts.files.directory.expects}",
        )
    return facts.files


def _scripts(planned: Planned, facts: Facts) -> tuple[Migration, ...]:
    """Return all migration files, those that lead back too. Raises CannotDetermine."""
    files = _files(planned, facts)
    known = dict.fromkeys((*files.baseline, *files.apply, *files.rollback, *files.directory.down))
    scripts = tuple(one for one in known if facts.new is None or one.path in facts.new)
    try:
        for script in scripts:
            script.text  # noqa: B018 - read here, where it is known what to say if that fails
    except MigrationFailed as error:
        raise _unreadable(error) from None
    return scripts


def _analysis(planned: Planned, facts: Facts) -> Analysis:
    """Return what reading the migration files tells. Raises CannotDetermine."""
    files = _files(planned, facts)
    if facts.analysis is None:
        try:
            found = analyse(files.baseline, files.apply)
        except MigrationFailed as error:
            raise _unreadable(error) from None
        facts.analysis = found if facts.new is None else found.limited(facts.new)
    return facts.analysis


def _unreadable(error: MigrationFailed) -> CannotDetermine:
    tried, *rest = str(error).splitlines()
    return CannotDetermine(tried, because=" ".join(line.split(None, 1)[-1] for line in rest))


def _again(planned: Planned, facts: Facts) -> Rehearsal:
    return rehearse.applied_again(facts.target)


def _back(planned: Planned, facts: Facts) -> Rehearsal:
    return rehearse.rolled_back(facts.target, _files(planned, facts))


def _drift(planned: Planned, facts: Facts) -> tuple[Drift, ...]:
    """Return what tells the live database from what the files build."""
    schemas = planned.expected.schemas
    own = facts.spec.migrations and facts.spec.migrations.ledger
    table = names.qualified(own.table, facts.schema) if own else None
    return tuple(
        one
        for one in _all_drift(planned, facts)
        if (schemas is None or one.key[0] in schemas) and not (table and _of_ledger(one, table))
    )


def _of_ledger(one: Drift, table: tuple[str, str]) -> bool:
    """Return whether something is the ledger's, which the runner made and not a migration."""
    if one.side != "extra":
        return False
    numbers = one.family == "sequences" and one.key[1].startswith(f"{table[1]}_")
    return one.key[:2] == table or one.key == table[:1] or (one.key[0] == table[0] and numbers)


def _all_drift(planned: Planned, facts: Facts) -> Iterator[Drift]:
    rebuilt = _rebuilt(planned, facts)
    platform = facts.spec.database.platform.name if facts.spec.database else "postgres"
    return drift(
        rebuilt.before, rebuilt.catalog, facts.catalog, platform, lambda one: _alike(one, facts)
    )


def _book(planned: Planned, facts: Facts) -> Book | None:
    """Return what the ledger says; None when there is no such table."""
    entry: Any = planned.entry
    files = _files(planned, facts)
    key = names.qualified(entry.table, facts.schema)
    there = ledger.columns(facts.catalog, key)
    if not there:
        return None
    others = (*files.directory.migrations, *files.baseline, *files.rollback)
    return ledger.book(entry.table, key, entry, there, facts.query, files.apply, others)


def _evidence(planned: Planned, facts: Facts) -> Callable[[Migration], tuple[int, int]]:
    """Return what counts the objects that a file makes: those that are there as it makes them, all.

    Not what later files have changed again.
    """

    @cache
    def different() -> frozenset[tuple[str, tuple[str, ...]]]:
        return frozenset((one.family, one.key) for one in _all_drift(planned, facts))

    def is_there(family: str, key: tuple[str, ...]) -> bool:
        families = ("tables", "views") if family == "tables" else (family,)
        return any(
            facts.catalog.find(one, key) is not None and (one, key) not in different()
            for one in families
        )

    def evidence(migration: Migration) -> tuple[int, int]:
        made = _rebuilt(planned, facts).history.of_file(migration.path)
        return sum(is_there(*one) for one in made), len(made)

    return evidence


def _listed(planned: Planned, facts: Facts) -> Callable[[Path], bool | None]:
    """Return what says whether the ledger lists a file; None where the file names no ledger."""
    entry: Any = facts.spec.migrations and facts.spec.migrations.ledger
    known = _book(replace(planned, entry=entry), facts) if entry else None

    def listed(path: Path) -> bool | None:
        return (
            None
            if known is None
            else any(
                line.done and line.migration is not None and line.migration.path == path
                for line in known.lines
            )
        )

    return listed


def _rebuilt(planned: Planned, facts: Facts) -> Rebuilt:
    if facts.rebuilt is None:
        raise TypeError(f"{planned.check} needs a disposable database beside the live one")
    rebuilt = facts.rebuilt()
    if rebuilt.failure:
        raise CannotDetermine(
            "building from the files what the live database is compared with",
            because=rebuilt.failure,
        )
    return rebuilt


def _alike(one: Difference, facts: Facts) -> bool:
    """Return whether the live server takes both texts of an expression for the same."""
    assert facts.rebuilt is not None
    built = facts.rebuilt().catalog.find(one.family, one.key)
    live = facts.catalog.find(one.family, one.key)
    try:
        return same_text(one, built, live, facts.catalog, facts.server)
    except CannotDetermine:
        return False  # the texts differ, and nobody can say that it does not matter


def _crash(planned: Planned, facts: Facts) -> Crash | None:
    return rehearse.crashed(facts.target, facts.progress)


def _fate(planned: Planned, facts: Facts) -> Fate:
    entry: Any = planned.entry
    return rehearse.fate(facts.target, str(planned.path[-1]), entry, facts.schema)


def given(planned: Planned, facts: Facts) -> list[Any]:
    """Return the arguments of a planned check."""
    return [_FACTS[name](planned, facts) for name in find(planned.check).needs]


_FACTS: Mapping[str, Fact] = {
    "expected": _expected,
    "actual": lambda planned, facts: facts.row(_subject(planned)),
    "subject": lambda planned, facts: _subject(planned),
    "family": lambda planned, facts: planned.check.partition(".")[0],
    "schema": lambda planned, facts: facts.schema,
    "catalog": lambda planned, facts: facts.catalog,
    "server": lambda planned, facts: facts.server,
    "same": _same,
    "same_condition": _same_condition,
    "scope": lambda planned, facts: facts.scope(getattr(planned.expected, "schemas", None)),
    "named": _named,
    "members": _members,
    "condition": _condition,
    "rows": _rows,
    "statement": lambda planned, facts: getattr(planned.entry, "sql"),  # noqa: B009
    "versions": _versions,
    "files": _files,
    "scripts": _scripts,
    "analysis": _analysis,
    "failure": lambda planned, facts: facts.target.failure,
    "again": _again,
    "book": _book,
    "evidence": _evidence,
    "listed": _listed,
    "subject_table": lambda planned, facts: getattr(planned.entry, "table"),  # noqa: B009
    "drift": _drift,
    "history": lambda planned, facts: _rebuilt(planned, facts).history,
    "today": lambda planned, facts: facts.today,
    "back": _back,
    "crash": _crash,
    "cost": lambda planned, facts: facts.measured(),
    "fate": _fate,
}
