"""Variables of PL/pgSQL: their types, as the server resolves them, and where they are seen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.declarations import Block, Declaration
from pytest_schemaverify.sql.names import quoted

_COPIED = re.compile(r"(?P<of>.+?)\s*%\s*(?P<how>row)?type\s*(?P<array>\[.*\]|array)?", re.I | re.S)
_ANY = re.compile(r'"?any\w*"?')
"""A type that each call chooses."""
_RECORDS = ("record", "new", "old")


@dataclass(slots=True)
class Variable:
    """A variable, an argument or a column that the function returns."""

    type: str = ""
    """As SQL, "" where it is not known."""
    row: bool = False
    """Whether it has fields, or may have some: a row, a record, a type that each call chooses."""
    record: bool = False
    required: bool = False
    """Whether it is declared `not null`."""
    sources: list["Query | None"] = field(default_factory=list)
    """The queries that a record gets its fields from; None for what tells nothing."""
    fields: dict[str, str] | None = None
    """Types of a record's fields, once they are known."""
    idle: bool = False
    """Whether they depend on the rows of a trigger that there is not."""

    @property
    def simple(self) -> str:
        """The type that the parser of bodies is told."""
        return "record" if self.row else "refcursor" if self.type == "refcursor" else "text"


@dataclass(frozen=True, slots=True)
class Scope:
    """A block, a loop, or the function with its arguments."""

    label: str
    variables: Mapping[str, Variable]
    caught: bool = False
    """Whether it is a block that handles what is raised in it."""


Scopes = tuple[Scope, ...]
"""The innermost comes last."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query and what it sees."""

    text: str
    scopes: Scopes
    using: "tuple[Query, ...]" = ()
    """What `$1` … of a text that is executed stand for."""


def seen(scopes: Scopes, name: str, inner: str | None) -> tuple[Variable, str | None] | None:
    """Return the variable that `name` or `name.inner` is, and the field of it; None if none is.

    As plpgsql_ns_lookup() of pl_funcs.c does: from the inside out, names before labels.
    """
    for scope in reversed(scopes):
        own = scope.variables.get(name)
        if own is not None and (inner is None or own.row):
            return own, inner
        if inner is not None and scope.label == name and inner in scope.variables:
            return scope.variables[inner], None
    return None


def refusal(reader: Reader, text: str) -> Refused | None:
    """Return the error with which the server refuses to parse a statement; it runs nothing."""
    try:
        with reader.undone():
            reader.columns(text)
    except Refused as error:
        return error
    return None


class Types:
    """What the types of declarations are. Asked with the search_path of the function."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._rows: dict[str, bool] = {}
        self.made: dict[str, str] = {}
        """Queries for the tables that a body makes, with values for its variables."""

    @property
    def version(self) -> int:
        """The server's."""
        return self._reader.version

    def variable(self, written: str, known: Mapping[str, Variable]) -> Variable:
        """Return a variable of a type as written. Raises Refused for a type that is not there."""
        copied = _COPIED.fullmatch(written.strip())
        if copied is None:
            return self._plain(written.strip())
        array = "[]" if copied["array"] else ""
        if copied["how"]:
            return self._plain(copied["of"] + array)
        parts = names.parts(copied["of"])
        if len(parts) == 1 and parts[0] in known:
            other = known[parts[0]]
            return self._plain(other.type + array) if other.type else replace(other)
        if len(parts) == 2 and parts[0] in known and known[parts[0]].type:
            column = f"select (null::{known[parts[0]].type}).{quoted(parts[1])}"
        else:
            column = f"select {quoted(parts[-1])} from {quoted(*parts[:-1])}"
        return self._plain(self.described(column)[0][1] + array)

    def described(self, query: str) -> list[tuple[str, str]]:
        """Return names and types of what a query returns. Raises Refused."""
        with self._reader.undone():
            columns = self._reader.columns(query)
        if not columns:
            return []
        types = self._reader.rows(
            "select pg_catalog.format_type(t, m) from rows from (pg_catalog.unnest($1::oid[]),"
            " pg_catalog.unnest($2::int[])) with ordinality as x (t, m, n) order by n",
            [one.type for one in columns], [one.modifier for one in columns],
        )  # fmt: skip
        return [(one.name, type_) for one, (type_,) in zip(columns, types, strict=True)]

    def _plain(self, type_: str) -> Variable:
        bare = type_.lower().removeprefix("pg_catalog.")
        if bare in _RECORDS:
            return Variable(row=True, record=True)
        # Pseudo-types: which type the variable has is decided in each call, or never in SQL.
        if _ANY.fullmatch(bare) or bare in ("unknown", "record[]", "internal", "cstring"):
            return Variable("integer[]" if bare.endswith("array") else "", True, sources=[None])
        if bare == "refcursor":
            return Variable("refcursor")
        if type_ not in self._rows:
            if (error := refusal(self._reader, f"select null::{type_}")) is not None:
                raise error
            # The server expands `.*` of rows alone, domains over them included; it says more than
            # typtype.
            self._rows[type_] = refusal(self._reader, f"select (null::{type_}).*") is None
        return Variable(type_, self._rows[type_])

    def arguments(self, function: Function) -> dict[str, Variable]:
        """Return the arguments of a function, by name, and by number as `$1`."""
        found, number = {}, 0
        for one in function.parameters:
            try:
                variable = self.variable(one.type, {})
            except Refused:  # the server would have to know it
                variable = Variable()
            if variable.record:  # who calls puts something in
                variable.sources.append(None)
            if one.mode not in ("out", "table"):
                number += 1
                found[f"${number}"] = variable
            if one.name:
                found[one.name] = variable
        return found

    def result(self, function: Function) -> tuple[str, ...]:
        """Return the types of the rows that a function returns, () where they are not known."""
        listed = [one.type for one in function.outputs]
        if not listed and function.returns_set:
            listed = [function.returns.partition(" ")[2]]
        try:
            found = [self.variable(one, {}) for one in listed]
            if any(not one.type for one in found):
                return ()
            if len(found) == 1 and found[0].row:
                return self.columns(found[0].type)
        except Refused:
            return ()
        return tuple(one.type for one in found)

    def returned(self, function: Function) -> Variable:
        """Return what stands behind `return`, without a type where that may be anything."""
        if function.outputs or function.kind == "procedure" or function.returns == "void":
            return Variable()
        if function.returns in ("trigger", "event_trigger"):
            return Variable(row=function.returns == "trigger", record=True)
        try:
            found = self.variable(re.sub("^setof ", "", function.returns, flags=re.I), {})
        except Refused:
            return Variable()
        return Variable() if found.sources else found  # each call chooses

    def columns(self, type_: str) -> tuple[str, ...]:
        """Return the types of the columns of a row."""
        return tuple(one for _, one in self.described(f"select (null::{type_}).*"))

    def of_blocks(
        self, blocks: Sequence[Block], arguments: Mapping[str, Variable]
    ) -> tuple[dict[int, Variable], list[tuple[Declaration, Refused]]]:
        """Return the variable of each declaration, by its id, and what cannot be resolved."""
        found: dict[int, Variable] = {}
        wrong: list[tuple[Declaration, Refused]] = []
        known = dict(arguments)
        for block in blocks:
            for one in block.declarations:
                for inner in (*one.arguments, one):
                    try:
                        found[id(inner)] = self._declared(inner, known)
                        found[id(inner)].required |= inner.required
                    except Refused as error:
                        wrong.append((inner, error))
                        found[id(inner)] = Variable(row=True, sources=[None])
                    except names.BadName:  # the server takes it, and its type stays unknown
                        found[id(inner)] = Variable(row=True, sources=[None])
                known[one.name] = found[id(one)]
        return found, wrong

    def _declared(self, one: Declaration, known: Mapping[str, Variable]) -> Variable:
        if one.cursor or (not one.type and not one.alias):
            return Variable("refcursor")
        if not one.alias:
            return self.variable(one.type, known)
        name = one.alias if one.alias.startswith("$") else names.parts(one.alias)[-1]
        other = Variable(row=name in _RECORDS, record=name in _RECORDS, sources=[None])
        return known.get(name, other)
