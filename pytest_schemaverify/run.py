"""One planned check and the facts that it needs -> its result."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify import build, names
from pytest_schemaverify.build import Files, Target
from pytest_schemaverify.canonical import Canonical, Same
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.checks import Check, find
from pytest_schemaverify.errors import CannotDetermine, MigrationFailed
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import FAMILIES, Subject, own_name
from pytest_schemaverify.objects import find as find_object
from pytest_schemaverify.plan import Planned
from pytest_schemaverify.spec import Spec

BUILT_ONLY = frozenset({"migrations.applies", "migrations.idempotent", "migrations.reversible"})
"""Checks of what happened while a disposable database was built."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one planned check found."""

    planned: Planned
    findings: tuple[Finding, ...] = ()
    skipped: str = ""
    """Why the check could not apply."""
    undetermined: str = ""
    """Why nobody could tell. Not a pass."""

    @property
    def passed(self) -> bool:
        """Whether the check was made and found nothing."""
        return not (self.findings or self.skipped or self.undetermined)


@dataclass(slots=True)
class Facts:
    """What the checks of one file look at."""

    spec: Spec
    folder: Path
    target: Target
    files: Files | None
    reading: Callable[[], AbstractContextManager[Connection[Any]]]
    """Yields a connection inside a read-only transaction."""
    today: date = field(default_factory=date.today)
    server: Canonical = field(init=False)
    _rows: dict[int, Row | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.server = Canonical(self.reading, self.schema)

    @property
    def schema(self) -> str:
        """The schema of names that have none."""
        return self.spec.defaults.schema_

    @property
    def catalog(self) -> Catalog:
        """The snapshot."""
        return self.target.catalog

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
        """Return the rows of one statement that only reads.

        Row-level security that would hide rows is an error, not an empty answer.
        """
        with self.reading() as connection:
            connection.execute("set local row_security = off")
            # A raw cursor with parameters takes the extended protocol: one statement, no more.
            with psycopg.RawCursor(connection) as cursor:
                return cursor.execute(statement, ()).fetchall()


def run(planned: Planned, facts: Facts) -> Result:
    """Return the result of one planned check."""
    skipped = _not_applicable(planned, facts)
    if skipped:
        return Result(planned, skipped=skipped)
    check = find(planned.check)
    try:
        findings = check.run(*[_FACTS[name](planned, facts) for name in check.needs])
        if planned.check.startswith("rules."):
            findings = _excepted(planned, list(findings), facts)
        return Result(planned, tuple(findings))
    except CannotDetermine as error:
        return Result(planned, undetermined=str(error))
    except MigrationFailed as error:
        finding = Finding(expected=check.summary.rstrip("."), actual=str(error))
        return Result(planned, (finding,))
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        expected = "a query that the server can answer"
        return Result(planned, (Finding(expected=expected, actual=_reason(error)),))
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return Result(planned, undetermined=_reason(error))


def _not_applicable(planned: Planned, facts: Facts) -> str:
    if planned.check in BUILT_ONLY and facts.target.server is None:
        return "this looks at how a disposable database was built; an existing one is only read"
    if facts.target.failure and not planned.check.startswith("migrations."):
        return "a migration failed, see migrations::applies"
    if facts.target.failure and planned.check in BUILT_ONLY - {"migrations.applies"}:
        return "a migration failed, see migrations::applies"
    subject = planned.subject
    name = planned.check.partition(".")[2]
    if subject is not None and name in ("exists", "absent"):
        subject = subject.parent
    while subject is not None:
        if facts.row(subject) is None:
            missing = subject
            while missing.parent is not None and facts.row(missing.parent) is None:
                missing = missing.parent
            return f"{FAMILIES[missing.family].noun} {missing} does not exist"
        subject = subject.parent
    return ""


def _excepted(planned: Planned, findings: list[Finding], facts: Facts) -> list[Finding]:
    """Return the findings that no exception covers, and the exceptions that cover nothing."""
    unused = dict(planned.expected.exceptions)
    left = []
    for finding in findings:
        written = next((n for n in unused if _names(n, finding.subject, facts.schema)), None)
        exempt = unused.pop(written) if written is not None else None
        if exempt is None:
            left.append(finding)
        elif exempt.until is not None and exempt.until < facts.today:
            left.append(_noted(finding, f"the exception ended on {exempt.until}: {exempt.reason}"))
    for name in unused:
        left.append(
            Finding(
                subject=name,
                expected="an object that needs this exception",
                actual="none does; remove it from `except`",
            )
        )
    return left


def _names(written: str, subject: str, schema: str) -> bool:
    return subject in (written, f"{names.quoted(schema)}.{written}")


def _noted(finding: Finding, hint: str) -> Finding:
    return Finding(
        expected=finding.expected, actual=finding.actual, subject=finding.subject,
        fix=finding.fix, hint=hint,
    )  # fmt: skip


def _reason(error: psycopg.Error) -> str:
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    return f"{error.diag.message_primary or error}{code}"


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


def _condition(planned: Planned, facts: Facts) -> sql.SQL:
    where = getattr(planned.entry, "where", None)
    return sql.SQL(f"({where})") if where else sql.SQL("true")


def _rows(planned: Planned, facts: Facts) -> list[tuple[Any, ...]]:
    check: Check = find(planned.check)
    if check.query is None:
        raise TypeError(f"{check.name} wants rows, and has no query")
    return facts.query(check.query(*[_FACTS[name](planned, facts) for name in check.query_needs]))


def _members(planned: Planned, facts: Facts) -> frozenset[str]:
    """Return what is there of a kind: in the table of the entry, or in the schemas in scope."""
    family = planned.check.partition(".")[0]
    kind = FAMILIES[family]
    found = set()
    for name in kind.catalog:
        for key, row in facts.catalog.families[name].items():
            if kind.kind and row.kind != kind.kind:
                continue
            inside = (
                key[:2] == planned.subject.key
                if planned.subject is not None
                else len(key) == 1 or key[0] in facts.scope()
            )
            if inside:
                found.add(own_name(family, row))
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
    statement = sql.SQL("select {}::text from {} order by 1").format(column, table)
    return [version for (version,) in facts.query(statement)]


def _files(planned: Planned, facts: Facts) -> Files:
    if facts.files is None:
        raise TypeError(f"{planned.check} looks at migrations, and there are none")
    return facts.files


def _again(planned: Planned, facts: Facts) -> list[str]:
    return build.applied_again(facts.target, _files(planned, facts))


def _back(planned: Planned, facts: Facts) -> list[str]:
    return build.rolled_back(facts.target, _files(planned, facts))


_FACTS: Mapping[str, Fact] = {
    "expected": _expected,
    "actual": lambda planned, facts: facts.row(_subject(planned)),
    "subject": lambda planned, facts: _subject(planned),
    "family": lambda planned, facts: planned.check.partition(".")[0],
    "schema": lambda planned, facts: facts.schema,
    "catalog": lambda planned, facts: facts.catalog,
    "server": lambda planned, facts: facts.server,
    "same": _same,
    "scope": lambda planned, facts: facts.scope(getattr(planned.expected, "schemas", None)),
    "named": _named,
    "members": _members,
    "condition": _condition,
    "rows": _rows,
    "statement": lambda planned, facts: getattr(planned.entry, "sql"),  # noqa: B009
    "versions": _versions,
    "files": _files,
    "failure": lambda planned, facts: facts.target.failure,
    "again": _again,
    "back": _back,
}
