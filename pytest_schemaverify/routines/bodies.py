"""What is wrong in the bodies of functions, by plpgsql_check or by asking the server to parse them.

The server resolves names and types of a statement when it parses it, and runs nothing. It does not
know the variables of PL/pgSQL: where it misses a name that is one, a NULL of the variable's type is
put there and it is asked again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg import sql

from pytest_schemaverify.catalog import Catalog, Function
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.names import quoted
from pytest_schemaverify.reading import Reader

from .definers import signature
from .statements import Body, Statement, body

_LANGUAGES = ("plpgsql", "sql")
_REPLACED = 200
"""Names that are replaced in one statement before it is given up."""
_NAME = re.compile(r'(?P<name>"(?:[^"]|"")+"|[^\W\d][\w$]*)(?:\s*\.\s*(?P<field>"[^"]+"|\w+))?')
_ROWTYPE = re.compile(r"%rowtype$", re.IGNORECASE)
_RESOLVED = re.compile(r"\s*(?:begin atomic|return)\b", re.IGNORECASE)
"""A body that the server keeps as a tree, not as a text."""
_MISSING = ("42703", "42P01")
"""No such column, no such table: what the server says of a name that is a variable's."""
_CERTAIN = ("42703", "42P01", "42883", "42804", "3F000", "42704", "42846", "42601", "42P10")
"""Errors that no value of a variable could change."""
_TRIGGER = {"tg_argv": "text[]", "tg_nargs": "integer", "tg_relid": "oid"}
"""Types of what a trigger function knows, where it is not a text."""
_CHECK = """
select lineno, message, sqlstate, coalesce(hint, '') from {}.plpgsql_check_function_tb(
    funcoid => $1::text::regprocedure, relid => coalesce($2::text::regclass, 0),
    other_warnings => false, extra_warnings => false, performance_warnings => false)
where level = 'error' order by lineno, message
"""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One statement that the server would refuse, or that nobody can tell about."""

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


def checked(reader: Reader, catalog: Catalog, scope: frozenset[str]) -> Checked:
    """Return what is wrong in the functions of some schemas; only read."""
    functions = [
        one for one in catalog.families["functions"].values()
        if one.schema in scope and one.language in _LANGUAGES and one.kind != "aggregate"
    ]  # fmt: skip
    extension = catalog.find("extensions", ("plpgsql_check",))
    found: list[Wrong] = []
    for function in functions:
        if extension is not None and function.language == "plpgsql":
            found += _by_extension(reader, catalog, function, extension.schema)
        else:
            found += _by_parsing(reader, catalog, function)
    by = f"plpgsql_check {extension.version}" if extension else "parsing each statement"
    return Checked(tuple(dict.fromkeys(found)), len(functions), by)


def _tables(function: Function, catalog: Catalog) -> list[str]:
    """Return the tables whose triggers call a function."""
    called = f"{quoted(function.schema, function.name)}("
    plain = f"{function.schema}.{function.name}("
    return sorted({
        quoted(trigger.schema, trigger.table)
        for trigger in catalog.families["triggers"].values()
        if trigger.function.startswith((called, plain))
    })  # fmt: skip


def _by_extension(
    reader: Reader, catalog: Catalog, function: Function, schema: str
) -> Iterator[Wrong]:
    name = signature(function)
    tables: list[str | None] = [None]
    if function.returns == "trigger":
        tables = [*_tables(function, catalog)]
    query = sql.SQL(_CHECK).format(sql.Identifier(schema))
    for table in tables:
        for line, message, state, hint in reader.rows(query, name, table):
            yield Wrong(name, line or 0, f"{message}{f'; {hint}' if hint else ''}", state)


def _by_parsing(reader: Reader, catalog: Catalog, function: Function) -> Iterator[Wrong]:
    name = signature(function)
    row = reader.row("select pg_catalog.pg_get_functiondef($1::text::regprocedure)", name)
    parts = body(function, str(row[0]) if row else "")
    if function.language == "sql" and _RESOLVED.match(function.source):
        return  # the server keeps it resolved
    rows = _tables(function, catalog) if function.returns == "trigger" else []
    with reader.undone():
        _as_it_runs(reader, function)
        for statement in parts.statements:
            if statement.unread:
                yield Wrong(name, statement.line, f"not checked: {statement.unread}")
            else:
                asked = _Asked(reader, parts, rows, catalog)
                yield from asked.wrong(name, statement)


def _as_it_runs(reader: Reader, function: Function) -> None:
    """Set what the function itself sets, its search_path above all."""
    for setting in function.settings:
        option, _, value = setting.partition("=")
        if option == "search_path":
            reader.row("select pg_catalog.set_config($1, $2, true)", option, value)


@dataclass(slots=True)
class _Asked:
    """One statement that the server is asked to parse."""

    reader: Reader
    body: Body
    tables: list[str]
    """Tables whose rows NEW and OLD are."""
    catalog: Catalog
    asked: str = field(default="", init=False)
    """The statement with values in place of variables."""
    guessed: bool = field(default=False, init=False)
    """Whether a value without a type was put in."""

    def wrong(self, name: str, statement: Statement) -> Iterator[Wrong]:
        self.asked = statement.text
        for _ in range(_REPLACED):
            text = self.asked
            error = _refusal(self.reader, text)
            if error is None:
                return
            changed = self.replaced(text, error) if error.state in _MISSING else None
            if changed is None:
                yield from self._told(name, statement, error)
                return
            self.asked = changed
        yield Wrong(name, statement.line, "not checked: it has too many variables")

    def _told(self, name: str, statement: Statement, error: Refused) -> Iterator[Wrong]:
        state, message = error.state, error.message
        position = error.position - 1
        found = _NAME.match(self.asked, position) if position >= 0 else None
        if found and found["field"] and _folded(found["name"]) in ("new", "old") and self.tables:
            message = f"{' and '.join(self.tables)}: no column {_folded(found['field'])}"
            state = "42703"
        if state == "42P01" and any(f'"{made}"' in message for made in self.body.made):
            return
        if state in _CERTAIN and not (self.guessed and state not in _MISSING):
            yield Wrong(name, statement.line, message, state)
        else:
            yield Wrong(name, statement.line, f"not checked: {message}")

    def replaced(self, text: str, error: Refused) -> str | None:
        """Return the statement with a NULL for the variable that the server does not know."""
        position = error.position - 1
        found = _NAME.match(text, position) if position >= 0 else None
        if found is None:
            return None
        name, inner = _folded(found["name"]), found["field"]
        whole = found.start(), found.end("name") if inner is None else found.end()
        value: str | None
        if name.startswith("__Case__Variable"):  # what the parser calls the value of a `case`
            self.guessed, value = True, "null"
        elif name in ("new", "old") and self.tables:
            value = self._of_row(_folded(inner)) if inner else self._row()
        elif name in self.body.variables:
            value = self._of_variable(name, inner)
        elif inner and _folded(inner) in self.body.variables:
            # Behind the name of the function or of a block.
            value = self._of_variable(_folded(inner), None)
        elif name.startswith("tg_"):
            value = f"null::{_TRIGGER.get(name, 'text')}"
        elif name in ("found", "sqlstate", "sqlerrm"):
            value = "null::boolean" if name == "found" else "null::text"
        else:
            return None
        return None if value is None else f"{text[: whole[0]]}({value}){text[whole[1] :]}"

    def _of_variable(self, name: str, inner: str | None) -> str:
        type_ = _ROWTYPE.sub("", self.body.variables[name])
        if not type_ or (inner and not self._is_row(type_)):
            self.guessed = True
            return "null"
        if "%" in type_:
            self.guessed = self.guessed or not type_.lower().endswith("%type")
            return "null"
        return f"(null::{type_}).{inner}" if inner else f"null::{type_}"

    def _is_row(self, type_: str) -> bool:
        return _refusal(self.reader, f"select (null::{type_}).*") is None

    def _row(self) -> str:
        return f"null::{self.tables[0]}"

    def _of_row(self, column: str) -> str | None:
        """Return a value of a column of a table that the trigger is on; None if none has it."""
        for table in self.tables:
            value = f"(null::{table}).{quoted(column)}"
            if _refusal(self.reader, f"select {value}") is None:
                return value
        return None


def _folded(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


def _refusal(reader: Reader, text: str) -> Refused | None:
    """Return the error with which the server refuses to parse a statement; it runs nothing."""
    try:
        with reader.undone():
            reader.columns(text)
    except Refused as error:
        return error
    return None
