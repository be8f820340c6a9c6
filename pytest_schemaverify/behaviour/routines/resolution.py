"""A statement of a body, as the server can parse it: with values in place of variables.

The server resolves names and types of a statement when it parses it, and runs nothing. It does not
know the variables of PL/pgSQL: where it misses a name that is one, a NULL of the variable's type is
put there and it is asked again.
"""

import re
from dataclasses import dataclass, field

from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import Refused
from pytest_schemaverify.sql.lexical import NAME, unquoted
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import spans

from .body import Body
from .statements import Statement
from .trigger_rows import TriggerRows
from .variables import Query, Scopes, Types, Variable, refusal, seen

_REPLACED = 200
"""Names that are replaced in one statement before it is given up."""
_NAME = re.compile(rf"(?P<name>{NAME})(?:\s*\.\s*(?P<field>{NAME}))?")
_QUERY = re.compile(r"[\s(]*(?:select|insert|update|delete|values|merge|table)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*with\s+(recursive\s+)?", re.IGNORECASE)
MISSING = ("42703", "42P01")
"""No such column, no such table: what the server says of a name that is a variable's."""
NO_FIELD = re.compile(r'column "(?P<name>.*)" not found in data type ')
_EXPANDED = re.compile(r"(\(null::[^()]+\))\s*\.\s*\*")
_STAR = re.compile(r"\s*\.\s*\*")
_SPECIAL = {"found": "boolean"}


@dataclass(slots=True)
class Resolution:
    """One statement that the server is asked to parse."""

    reader: Reader
    body: Body
    rows: TriggerRows
    types: Types
    scopes: Scopes = field(default=(), init=False)
    text: str = field(default="", init=False)
    """The statement with values in place of variables."""
    guessed: bool = field(default=False, init=False)
    """Whether a value without a type was put in."""
    idle: bool = field(default=False, init=False)
    """Whether a row was put in of a trigger function that no trigger calls."""
    stood: set[str] = field(default_factory=set, init=False)
    """Tables that the function makes itself, for which queries stand."""
    called: bool = field(default=False, init=False)
    """Whether a procedure is looked up as a function, for want of another way."""
    error: Refused | None = field(default=None, init=False)
    """Why the server refuses it; None for what it takes."""

    def ask(self, statement: Statement | Query, text: str = "") -> bool:
        """Put values in until the server takes the statement, or refuses it for another reason."""
        self.scopes = statement.scopes
        # Before PostgreSQL 14 the server looks the procedure of a CALL up only when it runs, so it
        # is asked about a function of the name.
        self.called = text.startswith("select ") and statement.text.lower().startswith("call")
        try:
            self.text = self._numbered(text or statement.text, statement.using)
        except Refused as error:
            self.error = error
            return False
        for _ in range(_REPLACED):
            self.error = refusal(self.reader, self.text)
            if self.error is None:
                return True
            changed = self._changed(self.error)
            if changed is None:
                return False
            self.text = changed
        self.error = Refused("it has too many variables")
        return False

    def _at(self, error: Refused) -> re.Match[str] | None:
        return _NAME.match(self.text, error.position - 1) if error.position > 0 else None

    def _changed(self, error: Refused) -> str | None:
        """Return the statement with a value for what the server misses; None if that is no name."""
        if error.state == "0A000" and error.message.startswith("row expansion"):
            # There the server takes `row.*` of a variable for the row.
            return _EXPANDED.sub(r"\1", self.text, count=1)
        if error.state not in MISSING or NO_FIELD.match(error.message):
            return None
        if (with_rows := self._with_tables(error)) is not None:
            return with_rows
        found = self._at(error)
        if found is None:
            return None
        inner = unquoted(found["field"]) if found["field"] else None
        value = self._value(unquoted(found["name"]), inner) if self.scopes else None
        if value is None:
            return None
        before, behind = self.text[: found.start()], self.text[found.end() :]
        if value.startswith("*"):  # every field, for `record.*`
            return f"{before}{value[1:]}{_STAR.sub('', behind, count=1)}"
        return f"{before}({value}){behind}"

    def _value(self, name: str, inner: str | None) -> str | None:
        """Return a NULL of the type that a variable, or a field of one, has."""
        if name.startswith("__Case__Variable"):  # what the parser calls the value of a `case`
            return self._of_case(name)
        if name in ("new", "old") and self.rows.trigger:
            return self._of_row(inner)
        if (variable := seen(self.scopes, name, inner)) is not None:
            return self._of(*variable, name)
        if self.body.procedural and name in _SPECIAL:
            return f"null::{_SPECIAL[name]}"
        type_ = self.rows.type_of(name)
        return f"null::{type_}" if type_ else None

    def _of(self, variable: Variable, inner: str | None, name: str) -> str | None:
        if not variable.type:
            return self._of_record(variable, inner, name)
        if not inner:
            return f"null::{variable.type}"
        return f"(null::{variable.type}).{quoted(inner)}"

    def _of_case(self, name: str) -> str:
        """Return a value of the type of what a `case` is about."""
        found = seen(self.scopes, name, None)
        types = list((self._fields(found[0]) or {}).values()) if found else []
        self.guessed = self.guessed or types in ([], [""])
        return f"null::{types[0]}" if types and types[0] else "null"

    def _of_record(self, variable: Variable, inner: str | None, name: str) -> str | None:
        if not variable.row:
            self.guessed = True
            return "null"
        fields = self._fields(variable)
        if inner and not variable.sources:
            self.error = Refused(f'record "{name}" is not assigned yet', state="55000")
            return None
        if not inner:
            found = self._at(self.error) if self.error else None
            if fields and found and _STAR.match(self.text, found.end()):
                return "*" + ", ".join(f"null::{type_ or 'text'}" for type_ in fields.values())
            self.guessed = True
            return "null::record" if variable.record else "null"
        if fields is not None and inner not in fields:
            self.error = Refused(f'record "{name}" has no field "{inner}"', state="42703")
            return None
        type_ = (fields or {}).get(inner, "")
        self.guessed = self.guessed or not type_
        self.idle = self.idle or variable.idle
        return f"null::{type_}" if type_ else "null"

    def _fields(self, variable: Variable) -> dict[str, str] | None:
        """Return the fields of a record, by what is put into it; None where that is not known."""
        if variable.fields is None and variable.sources and None not in variable.sources:
            sources, variable.sources = variable.sources, [None]  # it may be in its own query
            found: dict[str, str] = {}
            for query in sources:
                asked = Resolution(self.reader, self.body, self.rows, self.types)
                if query is None or not asked.ask(query):
                    return None
                variable.idle = variable.idle or asked.idle
                for name, type_ in self.types.described(asked.text):
                    known = found.setdefault(name, type_)
                    found[name] = type_ if known == type_ and not asked.guessed else ""
            variable.fields = found
        return variable.fields

    def _of_row(self, column: str | None) -> str:
        """Return a value of a row of a table that the trigger is on, or of a column of it."""
        if not self.rows.tables:
            self.guessed = self.idle = True
            return "null"
        if column is None:
            self.guessed = self.guessed or len(self.rows.tables) > 1
            return f"null::{self.rows.tables[0]}"
        # A trigger function may be called by several tables, and use a column that one of them has.
        for table in self.rows.tables:
            value = f"(null::{table}).{quoted(column)}"
            if refusal(self.reader, f"select {value}") is None:
                return value
        return f"(null::{self.rows.tables[0]}).{quoted(column)}"

    def _with_tables(self, error: Refused) -> str | None:
        """Return the statement with the tables that are there when it runs, as queries."""
        begun = _WITH.match(self.text)
        if error.state != "42P01" or not (begun or _QUERY.match(self.text)):
            return None
        tables = {name: f"select * from {one}" for name, one in self.rows.transitions.items()}
        tables |= {name: self.own(name) for name in self.body.made if name not in self.stood}
        named = {
            name: query for name, query in tables.items() if query and f'"{name}"' in error.message
        }
        if not named:
            return None
        self.stood |= named.keys() & self.body.made.keys()
        listed = ", ".join(f"{quoted(name)} as ({query})" for name, query in named.items())
        if begun is None:
            return f"with {listed} {self.text}"
        return f"with {begun[1] or ''}{listed}, {self.text[begun.end() :]}"

    def own(self, name: str) -> str:
        """Return a query for a table that the function makes; "" where its columns are unknown."""
        query = self.body.made[name]
        if query is not None and name not in self.types.made:
            self.types.made[name] = ""  # it may be in its own query
            asked = Resolution(self.reader, self.body, self.rows, self.types)
            if asked.ask(query) and not asked.guessed:
                self.types.made[name] = asked.text
        return self.types.made.get(name, "")

    def _numbered(self, text: str, using: tuple[Query, ...]) -> str:
        """Return the statement with values for `$1`, of the types of the signature or of `using`.

        Raises Refused for a number that nothing is given for.
        """
        found = [one for one in spans(text) if one[0].kind == "number" and one[0].text[0] == "$"]
        # From the end, so that the places of those before stay right.
        for token, start, end in reversed(found):
            type_ = self._given(token.text, using)
            if not type_:
                self.guessed = True
                continue
            text = f"{text[:start]}(null::{type_}){text[end:]}"
        return text

    def _given(self, number: str, using: tuple[Query, ...]) -> str:
        """Return the type of what `$1` stands for, "" where it is not known."""
        known = seen(self.scopes, number, None)
        if known is not None:
            return known[0].type
        if self.scopes or int(number[1:]) > len(using):
            raise Refused(f"there is no parameter {number}", state="42P02")
        query = using[int(number[1:]) - 1]
        asked = Resolution(self.reader, self.body, self.rows, self.types)
        if not asked.ask(query) or asked.guessed:
            return ""
        ((_, type_),) = self.types.described(asked.text)
        return "" if type_ in ("record", "unknown") else type_
