"""What is wrong in the bodies of functions, by plpgsql_check or by having the server parse them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.triggers.row import Trigger
from pytest_schemaverify.sql.names import quoted

from .body import body
from .compilation import uncompiled
from .conflicts import ambiguous, unwritable, without_key
from .diagnosis import certain, passes, reason
from .resolution import Resolution
from .statements import Statement
from .target_relations import unfit
from .trigger_rows import TriggerRows
from .type_mismatches import lacking, misfits
from .utility_statements import as_queries, impossible
from .variables import Types

_LANGUAGES = ("plpgsql", "sql")
# A body of the SQL standard, since PostgreSQL 14: the names in it are resolved when it is created,
# and what they stand for cannot be dropped without it.
_RESOLVED = re.compile(r"\s*(?:begin atomic|return)\b", re.IGNORECASE)
"""A body that the server keeps as a tree, not as a text."""
_CHECK = """
select lineno, message, sqlstate, coalesce(hint, '') from {}.plpgsql_check_function_tb(
    funcoid => $1::text::regprocedure, relid => coalesce($2::text::regclass, 0),
    other_warnings => false, extra_warnings => false, performance_warnings => false)
where level = 'error' order by lineno, message
"""
_CONFLICT = "select coalesce(pg_catalog.current_setting('plpgsql.variable_conflict', true), '')"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One statement that the server would refuse, or that could not be checked."""

    function: str
    line: int
    message: str
    state: str = ""
    """SQLSTATE; "" for what was not checked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of looking at the bodies of functions."""

    wrong: tuple[Wrong, ...]
    functions: int
    by: str
    """`plpgsql_check 2.8` or `parsing each statement`."""
    elsewhere: tuple[str, ...] = ()
    """Other schemas with functions in these languages."""


def checked(
    reader: Reader, catalog: Catalog, scope: frozenset[str], stand_ins: Sequence[str] = ()
) -> Checked:
    """Return what is wrong in the functions of some schemas; only read.

    `stand_ins` are extensions that are no real ones, so that they cannot be asked.
    """
    everywhere = [
        one for one in catalog.families["functions"].values()
        if one.language in _LANGUAGES and one.kind != "aggregate"
    ]  # fmt: skip
    functions = [one for one in everywhere if one.schema in scope]
    elsewhere = tuple(sorted({one.schema for one in everywhere} - scope))
    asked = "plpgsql_check" not in stand_ins
    extension = catalog.find("extensions", ("plpgsql_check",)) if asked else None
    found: list[Wrong] = []
    for function in functions:
        told: list[Wrong] = []
        if extension is not None and function.language == "plpgsql":
            told += _by_extension(reader, catalog, function, extension.schema)
        parsed = _by_parsing(reader, catalog, function, alone=extension is None)
        # What the extension has found stands in its words alone; but it passes over SQL that is put
        # together, and that this was not checked is said beside it.
        found += [*told, *(one for one in parsed if not (told and one.state))]
    by = f"plpgsql_check {extension.version}" if extension else "parsing each statement"
    return Checked(tuple(dict.fromkeys(found)), len(functions), by, elsewhere)


def _triggers(function: Function, catalog: Catalog) -> list[Trigger]:
    """Return the triggers that call a function."""
    called = f"{quoted(function.schema, function.name)}("
    plain = f"{function.schema}.{function.name}("
    return [
        trigger
        for trigger in catalog.families["triggers"].values()
        if trigger.function.startswith((called, plain))
    ]


def _tables(function: Function, catalog: Catalog) -> list[str]:
    """Return the tables whose triggers call a function."""
    return sorted({quoted(one.schema, one.table) for one in _triggers(function, catalog)})


def _by_extension(
    reader: Reader, catalog: Catalog, function: Function, schema: str
) -> Iterator[Wrong]:
    name = own_name(function)
    # What NEW and OLD are depends on the table, so the extension looks at a trigger function once
    # for each table that calls it.
    tables: list[str | None] = [None]
    if function.returns == "trigger":
        tables = [*_tables(function, catalog)]
    query = sql.SQL(_CHECK).format(sql.Identifier(schema))
    for table in tables:
        for line, message, state, hint in reader.rows(query, name, table):
            yield Wrong(name, line or 0, f"{message}{f'; {hint}' if hint else ''}", state)


def _by_parsing(
    reader: Reader, catalog: Catalog, function: Function, *, alone: bool
) -> Iterator[Wrong]:
    """Yield what is wrong; without guesses unless `alone`, for the extension knows more types."""
    if function.language == "sql" and _RESOLVED.match(function.source):
        return  # the server keeps it resolved
    name, rows = own_name(function), _trigger_rows(function, catalog)
    with reader.undone():
        _as_it_runs(reader, function)
        types = Types(reader)
        parts = body(function, types)
        conflict = parts.conflict or str((reader.row(_CONFLICT) or ("",))[0])
        found = [
            Wrong(name, statement.line, *wrong)
            for statement in parts.statements
            for wrong in _wrong(statement, Resolution(reader, parts, rows, types), conflict, alone)
        ]
        # Compiling tells of the first error only, by the line of the whole; and it misses a table
        # that a function in SQL makes itself, for it runs nothing.
        if not any(one.state for one in found) and (parts.procedural or not parts.made):
            error = uncompiled(reader, function)
            if error is not None:
                found = [Wrong(name, error.line or 1, error.message, error.state)]
        yield from found


def _trigger_rows(function: Function, catalog: Catalog) -> TriggerRows:
    """Return what a trigger function knows of the tables that call it."""
    if function.returns != "trigger":
        return TriggerRows(trigger=function.returns == "event_trigger")
    transitions = {
        name: quoted(trigger.schema, trigger.table)
        for trigger in _triggers(function, catalog)
        for name in (trigger.old_table, trigger.new_table)
        if name
    }
    return TriggerRows(tuple(_tables(function, catalog)), transitions, trigger=True)


def _as_it_runs(reader: Reader, function: Function) -> None:
    """Set what the function itself sets, its search_path above all.

    No row is read, so it does not matter that a policy would hide some from this connection.
    """
    reader.row("select pg_catalog.set_config('row_security', 'on', true)")
    for setting in function.settings:
        option, _, value = setting.partition("=")
        if option in ("search_path", "plpgsql.variable_conflict"):
            reader.row("select pg_catalog.set_config($1, $2, true)", option, value)


def _wrong(
    statement: Statement, asked: Resolution, conflict: str, alone: bool
) -> Iterator[tuple[str, ...]]:
    """Yield message and SQLSTATE of what is wrong in a statement; no SQLSTATE: not checked."""
    if statement.error is not None:
        yield statement.error.message, statement.error.state
        return
    yield from impossible(statement)
    queries, unread = as_queries(statement, asked.reader.version, asked.body.made.keys())
    if statement.unread or unread:
        yield (f"not checked: {statement.unread or unread}",)
    for query in queries:
        if asked.ask(statement, query):
            if asked.called:
                yield "CALL of what is not a procedure", "42809"
            yield from _conflicts(statement, asked, conflict)
            if query == statement.text:
                yield from misfits(statement, asked)
        else:
            yield from _refused(statement, asked, alone=alone)


def _refused(statement: Statement, asked: Resolution, *, alone: bool) -> Iterator[tuple[str, ...]]:
    """Yield what a refusal says of the statement."""
    if passes(asked, statement):
        yield from lacking(statement, asked)
    elif asked.error is not None and certain(asked):
        yield reason(asked), asked.error.state
    elif alone:
        yield (f"not checked: {reason(asked)}",)


def _conflicts(statement: Statement, asked: Resolution, conflict: str) -> Iterator[tuple[str, ...]]:
    """Yield what the server would find when it runs the statement that it has parsed."""
    # Only plpgsql.variable_conflict = error, the default, makes the server refuse such a name.
    if asked.body.procedural and conflict not in ("use_column", "use_variable"):
        for name in dict.fromkeys(ambiguous(asked.text, asked.scopes, asked.reader)):
            message = f'column reference "{name}" is ambiguous: it is a variable, too'
            yield message, "42702"
    yield from without_key(asked.text, asked.reader)
    yield from unfit(statement.text, asked.reader)
    if asked.body.procedural and not statement.dynamic:
        yield from unwritable(statement.text, asked.reader)
