"""What a statement drops, and what goes with it."""

import re

from pytest_schemaverify.migrations.static import routines
from pytest_schemaverify.migrations.static.nodes import Name, name, strings, type_of
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.step import Step
from pytest_schemaverify.migrations.static.world import Function, Gone, World
from pytest_schemaverify.sql.statements import Node


def functions(world: World, node: Node) -> list[Function]:
    """Return the functions that an ObjectWithArgs means."""
    written = name(node["objname"])
    full = (written[0] or (world.path or ("public",))[0], written[1])
    overloads = world.functions.get(full, {})
    if node.get("args_unspecified"):
        return list(overloads.values())
    types = [type_of(a["TypeName"]) for a in node.get("objargs", ()) if "TypeName" in a]
    wanted = tuple(type_.name[1] + "[]" * type_.dimensions for type_ in types)
    return [made for key, made in overloads.items() if key == wanted]


def remove_function(world: World, made: Function, gone: Gone) -> None:
    """Take one of the functions of a name away."""
    overloads = world.functions.get(made.name, {})
    overloads.pop(routines.signature(made), None)
    if not overloads:
        world.functions.remove(made.name)
        world.gone[made.name] = gone._replace(made=made.place)


def drop(step: Step) -> None:
    """Change the world as `drop` does."""
    world, kind = step.world, step.node["removeType"]
    gone = Gone("dropped", step.place)
    for item in step.node.get("objects", ()):
        if "ObjectWithArgs" in item:
            for made in functions(world, item["ObjectWithArgs"]):
                remove_function(world, made, gone)
                if step.node["behavior"] == "DROP_CASCADE":
                    _without(world, made.name)
            continue
        parts = item.get("List", {}).get("items") or item.get("TypeName", {}).get("names")
        written = strings(parts) or strings([item])
        if kind in ("OBJECT_POLICY", "OBJECT_TRIGGER"):
            table = world.resolve(name(parts[:-1]))
            things = world.policies if kind == "OBJECT_POLICY" else world.triggers
            things.pop((table, written[-1]), None)
        elif kind == "OBJECT_SCHEMA":
            _drop_schema(world, written[0], gone)
        elif kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
            world.types.remove(((written[:-1] or ["public"])[-1], written[-1]))
        elif kind == "OBJECT_INDEX":
            _drop_index(world, name(parts))
        else:
            key = world.resolve(name(parts))
            forget(world, key, gone)
            if step.node["behavior"] == "DROP_CASCADE":
                cascade(world, key, gone)


def _without(world: World, function: Name) -> None:
    """Drop the triggers that call a function."""
    for key in [k for k, trigger in world.triggers.items() if trigger.function[1] == function[1]]:
        del world.triggers[key]


def cascade(world: World, key: Name, gone: Gone, column: str = "") -> None:
    """Drop the views that read a relation, or a column of it, and those that read them."""
    dropped = [(key, column)]
    while dropped:
        key, column = dropped.pop()
        for view in [view for view in world.relations.values() if key in view.reads]:
            text = next(iter(view.original.values())).text
            if column in text or "*" in text:
                forget(world, view.name, gone)
                dropped.append((view.name, ""))


_AWAY = re.compile(
    r"\balter\s+(?:table|view|type|function)\b[^;]*\b(?:set\s+schema|rename\s+to)\b"
    r"|\bdrop\s+(?:table|view|materialized\s+view|type|function|schema)\b",
    re.IGNORECASE,
)


def looked_up(world: World, text: str, place: Place) -> None:
    """Take away what a block may drop by names that it looks up: better too much than too little.

    What it says nothing about stays; where it names no table, none is spared.
    """

    def meant(table: Name) -> bool:
        return table[1] in text or not any(key[1] in text for key in world.relations)

    for kind, things in (("policy", world.policies), ("trigger", world.triggers)):
        if re.search(rf"\bdrop\s+{kind}\b", text, re.IGNORECASE):
            for key in [key for key in things if meant(key[0])]:
                del things[key]
    if re.search(r"\bdrop\s+index\b", text, re.IGNORECASE):
        for index in [key for key, thing in world.indexes.items() if meant(thing.table)]:
            del world.indexes[index]
    if _AWAY.search(text):
        _moved(world, frozenset(re.findall(r"\w+", text)), place)


def _moved(world: World, words: frozenset[str], place: Place) -> None:
    """Take away what a block names that drops or moves things."""
    gone = Gone("dropped or moved, if at all,", place, perhaps=True)
    for table in [key for key in world.relations if key[1] in words]:
        forget(world, table, gone)
    for type_ in [key for key in world.types if key[1] in words]:
        del world.types[type_]
    for full in [full for full in world.functions if full[1] in words]:
        for made in list(world.functions[full].values()):
            remove_function(world, made, gone)


def _drop_index(world: World, written: Name) -> None:
    schemas = [written[0]] if written[0] else [*world.path, "public"]
    for schema in schemas:
        if world.indexes.pop((schema, written[1]), None):
            return
    elsewhere = [key for key in world.indexes if key[1] == written[1]]
    if not written[0] and len(elsewhere) == 1:  # the runner has a search_path of its own
        del world.indexes[elsewhere[0]]


def _drop_schema(world: World, schema: str, gone: Gone) -> None:
    for key in [key for key in world.relations if key[0] == schema]:
        forget(world, key, gone)
    for full in [full for full in world.functions if full[0] == schema]:
        for made in list(world.functions[full].values()):
            remove_function(world, made, gone)
    for type_ in [key for key in world.types if key[0] == schema]:
        del world.types[type_]


def forget(world: World, key: Name, gone: Gone) -> None:
    """Take a relation away, with all that belongs to it."""
    table = world.relations.remove(key)
    if table is None:
        return
    world.gone[key] = gone._replace(made=table.place)
    for things in (world.policies, world.triggers):
        for owned in [owned for owned in things if owned[0] == key]:
            del things[owned]
    for index in [index for index, thing in world.indexes.items() if thing.table == key]:
        del world.indexes[index]
