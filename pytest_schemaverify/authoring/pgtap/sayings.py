"""A call of pgTAP as facts for a file of expectations: a path of keys, and what stands there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.pgtap.calls import Call
from pytest_schemaverify.authoring.pgtap.constants import Value
from pytest_schemaverify.authoring.pgtap.functions import NAMED, Said
from pytest_schemaverify.authoring.pgtap.signatures import Argument, resolved
from pytest_schemaverify.authoring.pgtap.words import words
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.typenames import is_type

EXACT_IN = "exact in "
"""Begins a key that is none of the language: there are no other objects in one schema."""


@dataclass(slots=True)
class Known:
    """What the calls of all files say of names."""

    sections: dict[str, str] = field(default_factory=dict)
    """`views`, `tables` … by the name of what is said to be there."""
    schemas: set[str] = field(default_factory=lambda: {"public"})


_SCHEMAS = {
    **dict.fromkeys(
        words("table usertype domain function opclass tables functions types opclasses"), "schema"
    ),
    **dict.fromkeys(("other", "routine"), "other_schema"),
}
"""Arguments whose names have a schema, and the argument that says which."""
_PLAIN = words("""
    column referenced index trigger rule policy roles user members name names space spaces
""")
_LOWER = words("event command context volatility privileges method language")
_LIST_OF = re.compile(r"\[(\w+)\]")
_SINGLE = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Arguments:
    """The arguments of a call by what they are for, as the file writes them."""

    given: Mapping[str, Any]
    schema: str | None

    def __getitem__(self, role: str) -> Any:
        """Return an argument: a text, a list of texts, a number."""
        value = self.given[role]
        if role in _SCHEMAS:
            named = self._with_schema(role, value)
            return f"{named}{self._signature()}" if role == "function" else named
        if role == "type":
            return self._type(value)
        convert = quoted if role in _PLAIN else str.lower if role in _LOWER else str
        return [convert(one) for one in value] if isinstance(value, list) else convert(value)

    def __contains__(self, role: str) -> bool:
        return role in self.given

    def _with_schema(self, role: str, value: Any) -> Any:
        schema = self.given.get(_SCHEMAS[role], self.schema)
        if schema is None:
            raise Untaken("the search path leaves open which schema is meant; name it in the call")
        before = () if schema == "public" else (schema,)
        if isinstance(value, list):
            return [quoted(*before, one) for one in value]
        return quoted(*before, value)

    def _signature(self) -> str:
        if "args" not in self.given:
            return ""
        wrong = [one for one in self.given["args"] if not is_type(one)]
        if wrong:
            raise Untaken(f"`{wrong[0]}` is no type; name the function with the types it takes")
        return f"({', '.join(self.given['args'])})"

    def _type(self, value: str) -> str:
        schema = self.given.get("type_schema", "pg_catalog")
        named = value if schema in ("pg_catalog", "public") else f"{quoted(schema)}.{value}"
        if not is_type(named):
            raise Untaken(f"`{named}` is no type")
        return named


def arguments(call: Call, accepted: str) -> Arguments:
    """Return the arguments of a call. Raises Untaken where they are not known, or do not fit."""
    values: list[Value] = []
    for source, value in zip(call.sources, call.values, strict=True):
        if value is None:
            shown = re.sub(r"\s+", " ", masked(source))
            raise Untaken(f"`{shown[:40]}` is no constant; write what it stands for")
        values.append(value)
    chosen = resolved(accepted, values)
    if chosen is None:
        raise Untaken("no function of that name takes these arguments; look at their casts")
    given = {one.role: value.value for one, value in zip(chosen, values, strict=True)}
    if isinstance(given.get("privileges"), list):  # pgTAP takes `array[null]` for none
        given["privileges"] = [one for one in given["privileges"] if one is not None]
    _require_values(chosen, given)
    made = {text: line for text, line in call.made.items() if text in _texts(given)}
    for text, line in made.items():
        raise Untaken(f"line {line} of the file makes or changes `{text}` for the test")
    return Arguments(given, call.schema)


def _require_values(chosen: tuple[Argument, ...], given: Mapping[str, Any]) -> None:
    for role, type_ in chosen:
        several, value = type_.endswith("[]"), given[role]
        if role in _ANYTHING or type_ == "any":
            continue
        wanted = int if type_ == "integer" else str
        fits = not several or isinstance(value, list)
        if not fits or not all(isinstance(one, wanted) for one in (value if several else [value])):
            raise Untaken(f"its {role} is no {'list of texts' if several else 'text'}")


_ANYTHING = frozenset({"why", "database"})


def _texts(given: Mapping[str, Any]) -> set[str]:
    """Return the names among the arguments."""
    values = [value for role, value in given.items() if role in {*_SCHEMAS, *_PLAIN, "schema"}]
    return {one for value in values for one in (value if isinstance(value, list) else [value])}


def facts(call: Call, said: Said, known: Known) -> Iterator[Fact]:
    """Yield what a call says by the table of functions. Raises Untaken."""
    found = arguments(call, said.arguments)
    if "{table}" in said.where and "table" not in found:
        raise Untaken("it does not name the table; call it with schema, table and index")
    if "depth" in said.arguments and found.given.get("depth") != 1:
        raise Untaken("only the depth 1 can be said; write `inherits` of each table in between")
    path = placed(tuple(_filled(part, found) for part in said.where.split("/")), known)
    if call.function in NAMED:
        yield from _named(call.function, path, found)
        return
    yield Fact(path, _filled(said.what, found))
    if path[-2] == "grants":
        yield from _for_everyone(path, found["privileges"])


def placed(path: tuple[str, ...], known: Known) -> tuple[str, ...]:
    """Return a path of keys under the section of what is known to be a view.

    Raises Untaken for what only tables have there.
    """
    inside = path[0] == "tables" and len(path) > 2
    section = known.sections.get(path[1], "tables") if inside else "tables"
    if section == "tables":
        return path
    if path[2] not in _OF_VIEWS[section]:
        raise Untaken(f"`{path[1]}` is said to be one of the {section}; name its columns there")
    return (section, *path[1:])


_OF_VIEWS = {
    "views": frozenset({"owner", "grants", "triggers", "rewrite_rules"}),
    "materialized_views": frozenset({"owner", "grants", "indexes"}),
    "sequences": frozenset({"owner", "grants"}),
}
"""Keys that other kinds of relations have as tables have them."""


def _filled(what: Any, found: Arguments) -> Any:
    """Return a template with the arguments in it."""
    if isinstance(what, dict):
        return {key: _filled(value, found) for key, value in what.items()}
    if isinstance(what, list):
        return [_filled(one, found) for one in what]
    if not isinstance(what, str):
        return what
    if listed := _LIST_OF.fullmatch(what):
        value = found[listed[1]]
        return value if isinstance(value, list) else [value]
    return _SINGLE.sub(lambda match: _joined(found[match[1]]), what)


def _joined(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _named(function: str, path: tuple[str, ...], found: Arguments) -> Iterator[Fact]:
    """Yield the names in a list, and that there are no others."""
    role = next(role for role in found.given if role in _LISTS)
    schema = found.given.get("schema", found.schema)
    for name in found[role]:
        # What the server has from the start needs no name, and names of others cannot begin so.
        if not name.startswith("pg_") or path[0] not in ("roles", "tablespaces"):
            yield Fact((*path, name))
    if function == "can":
        return
    if function == "extensions_are" and "schema" in found:
        raise Untaken("it is about one schema; write `extensions: {exact: true, …}` for all")
    by_schema = len(path) == 1 and role in _SCHEMAS
    yield Fact((*path, f"{EXACT_IN}{quoted(schema)}" if by_schema else "exact"), True)


_LISTS = ("spaces", "tables", "functions", "types", "opclasses", "names")


def _for_everyone(path: tuple[str, ...], privileges: list[str]) -> Iterator[Fact]:
    """Yield that everyone holds nothing, where a role does; pgTAP counts what everyone holds."""
    # For relations and columns this is counted here as well.
    if not privileges and path[0] not in ("tables", "views", "materialized_views"):
        yield Fact((*path[:-1], "public"), [])
