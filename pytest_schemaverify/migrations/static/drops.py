"""What a statement drops, and what PostgreSQL drops with it."""

import re

from pytest_schemaverify.migrations.static import routines
from pytest_schemaverify.migrations.static.nodes import Name, name, strings, type_of
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Function, Gone, SchemaState
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node


def functions(state: SchemaState, node: Node) -> list[Function]:
    """Return the functions that an ObjectWithArgs means; several where it has no arguments."""
    written = name(node["objname"])
    full = (written[0] or (state.path or ("public",))[0], written[1])
    overloads = state.functions.get(full, {})
    if node.get("args_unspecified"):
        return list(overloads.values())
    types = [type_of(a["TypeName"]) for a in node.get("objargs", ()) if "TypeName" in a]
    wanted = tuple(type_.name[1] + "[]" * type_.dimensions for type_ in types)
    return [made for key, made in overloads.items() if key == wanted]


def aggregate(state: SchemaState, node: Node) -> Name:
    """Return the full name of the aggregate that an ObjectWithArgs means."""
    schema, bare = name(node["objname"])
    return schema or (state.path or ("public",))[0], bare


def remove_function(state: SchemaState, made: Function, gone: Gone) -> None:
    """Take one of the functions of a name away."""
    overloads = state.functions.get(made.name, {})
    overloads.pop(routines.signature(made), None)
    if not overloads:
        state.functions.remove(made.name)
        state.gone[made.name] = gone._replace(made=made.place)


def drop(statement: Statement) -> None:
    """Change the state as `drop` does."""
    state, kind = statement.state, statement.node["removeType"]
    gone = Gone("dropped", statement.place)
    for item in statement.node.get("objects", ()):
        if "ObjectWithArgs" in item:
            _drop_function(statement, item["ObjectWithArgs"], gone)
            continue
        parts = item.get("List", {}).get("items") or item.get("TypeName", {}).get("names")
        # A schema is a String, a type a TypeName, and the others are lists of Strings.
        written = strings(parts) or strings([item])
        if kind in ("OBJECT_POLICY", "OBJECT_TRIGGER"):
            table = state.resolve(name(parts[:-1]))
            things = state.policies if kind == "OBJECT_POLICY" else state.triggers
            things.pop((table, written[-1]), None)
        elif kind == "OBJECT_SCHEMA":
            _drop_schema(state, written[0], gone)
        elif kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
            state.types.remove(((written[:-1] or ["public"])[-1], written[-1]))
        elif kind == "OBJECT_INDEX":
            _drop_index(state, name(parts))
        else:
            key = state.resolve(name(parts))
            forget(state, key, gone)
            if statement.node["behavior"] == "DROP_CASCADE":
                cascade(state, key, gone)


def _drop_function(statement: Statement, node: Node, gone: Gone) -> None:
    """Drop the functions, or the aggregate, of a name."""
    state = statement.state
    if statement.node["removeType"] == "OBJECT_AGGREGATE":
        state.aggregates.remove(aggregate(state, node))
        return
    for made in functions(state, node):
        remove_function(state, made, gone)
        if statement.node["behavior"] == "DROP_CASCADE":
            _without(state, made.name)


def _without(state: SchemaState, function: Name) -> None:
    """Drop the triggers that call a function."""
    for key in [k for k, trigger in state.triggers.items() if trigger.function[1] == function[1]]:
        del state.triggers[key]


def cascade(state: SchemaState, key: Name, gone: Gone, column: str = "") -> None:
    """Drop the views that read a relation, or a column of it, and those that read them."""
    dropped = [(key, column)]
    while dropped:
        key, column = dropped.pop()
        for view in [view for view in state.relations.values() if key in view.reads]:
            # The view's query is not resolved: the column's name in its text, or a star, counts.
            text = next(iter(view.original.values())).text
            if column in text or "*" in text:
                forget(state, view.name, gone)
                dropped.append((view.name, ""))


# Up to the next semicolon, for `execute format('alter table %I set schema %I', …)`. With several
# names, the schema of the first would say nothing about the others.
_AWAY = re.compile(
    r"\b(?:alter\s+(?:table|view|type|function)\b(?=[^;]*\b(?:set\s+schema|rename\s+to)\b)"
    r"|drop\s+(?:table|view|materialized\s+view|type|function|schema)\b)"
    r"(?:\s+(?:if\s+exists|only)\b)*"
    r"(?:\s+\"?(?P<schema>\w+)\"?\.(?!\"?[\w%$]+\"?\s*,))?",
    re.IGNORECASE,
)


def looked_up(state: SchemaState, text: str, place: Place) -> None:
    """Take away what a block may drop by dynamic SQL over names that a query returns.

    Too much is taken rather than too little: a second `create` of what is still known would be
    a conflict that does not exist. Objects of tables that the block does not name stay; where it
    names no table, none is spared.
    """

    def meant(table: Name) -> bool:
        return table[1] in text or not any(key[1] in text for key in state.relations)

    for kind, things in (("policy", state.policies), ("trigger", state.triggers)):
        if re.search(rf"\bdrop\s+{kind}\b", text, re.IGNORECASE):
            for key in [key for key in things if meant(key[0])]:
                del things[key]
    if re.search(r"\bdrop\s+index\b", text, re.IGNORECASE):
        for index in [key for key, thing in state.indexes.items() if meant(thing.table)]:
            del state.indexes[index]
    if schemas := {found["schema"] for found in _AWAY.finditer(text)}:
        _moved(state, frozenset(re.findall(r"\w+", text)), schemas, place)


def _moved(
    state: SchemaState, words: frozenset[str], schemas: set[str | None], place: Place
) -> None:
    """Take away the tables, types and functions that a block names which drops or moves some.

    They are in these schemas; with None among them, in any.
    """

    def meant(key: Name) -> bool:
        return key[1] in words and (None in schemas or key[0] in schemas)

    gone = Gone("dropped or moved, if at all,", place, perhaps=True)
    for table in [key for key in state.relations if meant(key)]:
        forget(state, table, gone)
    for type_ in [key for key in state.types if meant(key)]:
        del state.types[type_]
    for full in [full for full in state.functions if meant(full)]:
        for made in list(state.functions[full].values()):
            remove_function(state, made, gone)


def _drop_index(state: SchemaState, written: Name) -> None:
    schemas = [written[0]] if written[0] else [*state.path, "public"]
    for table in state.relations.values():
        if table.name[0] in schemas:
            table.indexes.pop(written[1], None)
    for schema in schemas:
        if state.indexes.pop((schema, written[1]), None):
            return
    elsewhere = [key for key in state.indexes if key[1] == written[1]]
    # The role or database that the files run under may have a search_path that no file sets.
    if not written[0] and len(elsewhere) == 1:
        del state.indexes[elsewhere[0]]


def _drop_schema(state: SchemaState, schema: str, gone: Gone) -> None:
    for key in [key for key in state.relations if key[0] == schema]:
        forget(state, key, gone)
    for full in [full for full in state.functions if full[0] == schema]:
        for made in list(state.functions[full].values()):
            remove_function(state, made, gone)
    for type_ in [key for key in state.types if key[0] == schema]:
        del state.types[type_]


def forget(state: SchemaState, key: Name, gone: Gone) -> None:
    """Take a relation away, with all that belongs to it."""
    table = state.relations.remove(key)
    if table is None:
        return
    state.gone[key] = gone._replace(made=table.place)
    forget_owned(state, key)


def forget_owned(state: SchemaState, key: Name) -> None:
    """Take away the policies, triggers and indexes of a relation."""
    for things in (state.policies, state.triggers):
        for owned in [owned for owned in things if owned[0] == key]:
            del things[owned]
    for index in [index for index, thing in state.indexes.items() if thing.table == key]:
        del state.indexes[index]
