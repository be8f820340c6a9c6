"""What a statement gives another name or another schema."""

from collections.abc import Callable, Mapping

from pytest_schemaverify.migrations.static import drops, routines
from pytest_schemaverify.migrations.static.nodes import Name, name, relation
from pytest_schemaverify.migrations.static.step import Step
from pytest_schemaverify.migrations.static.world import Function, Gone, World


def rename(step: Step) -> None:
    """Change the world as `alter … rename` does."""
    if made := _KINDS.get(step.node["renameType"]):
        made(step, step.node["newname"])


def _relation(step: Step, new: str) -> None:
    key = step.world.resolve(relation(step.node["relation"]))
    move(step.world, key, (key[0], new), Gone(f"renamed to {new}", step.place))


def _column(step: Step, new: str) -> None:
    table = step.world.relation(relation(step.node.get("relation", {})))
    old = step.node["subname"]
    if table is None or old not in table.columns:
        return
    table.columns = {new if key == old else key: one for key, one in table.columns.items()}
    table.columns[new].name = new
    step.world.gone[".".join(table.name), old] = Gone(f"renamed to {new}", step.place)


def _policy(step: Step, new: str) -> None:
    table = step.world.resolve(relation(step.node["relation"]))
    for things in (step.world.policies, step.world.triggers):
        if thing := things.pop((table, step.node["subname"]), None):
            things[table, new] = thing


def _function(step: Step, new: str) -> None:
    gone = Gone(f"renamed to {new}", step.place)
    for made in drops.functions(step.world, step.node["object"]["ObjectWithArgs"]):
        _move_function(step.world, made, (made.name[0], new), gone)


def _index(step: Step, new: str) -> None:
    world, written = step.world, relation(step.node["relation"])
    for schema in [written[0]] if written[0] else [*world.path, "public"]:
        if thing := world.indexes.pop((schema, written[1]), None):
            world.indexes[schema, new] = thing
            return


def _type(step: Step, new: str) -> None:
    written = name(step.node["object"]["List"]["items"])
    key = (written[0] or "public", written[1])
    if thing := step.world.types.remove(key):
        step.world.types[key[0], new] = thing


def _schema(step: Step, new: str) -> None:
    world, old = step.world, step.node["subname"]
    gone = Gone(f"moved to schema {new}", step.place)
    world.schemas.add(new)
    for key in [key for key in world.relations if key[0] == old]:
        move(world, key, (new, key[1]), gone)
    for full in [full for full in world.functions if full[0] == old]:
        for made in list(world.functions[full].values()):
            _move_function(world, made, (new, full[1]), gone)


def _move_function(world: World, made: Function, to: Name, gone: Gone) -> None:
    drops.remove_function(world, made, gone)
    made.name = to
    world.functions.setdefault(to, {})[routines.signature(made)] = made


def move(world: World, old: Name, new: Name, gone: Gone) -> None:
    """Give a relation another name or schema; what belongs to it goes with it."""
    table = world.relations.remove(old)
    if table is None:
        return
    table.name = new
    world.relations[new] = table
    world.gone[old] = gone
    world.gone.pop(new, None)
    for things in (world.policies, world.triggers):
        for owned in [owned for owned in things if owned[0] == old]:
            things[new, owned[1]] = things.pop(owned)
    for key, thing in list(world.indexes.items()):
        if thing.table == old:
            thing.table = new
            world.indexes[new[0], key[1]] = world.indexes.pop(key)


def set_schema(step: Step) -> None:
    """Change the world as `alter … set schema` does."""
    world, node = step.world, step.node
    new = node["newschema"]
    gone = Gone(f"moved to schema {new}", step.place)
    world.schemas.add(new)
    if "relation" in node:
        key = world.resolve(relation(node["relation"]))
        move(world, key, (new, key[1]), gone)
    elif node["objectType"] in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
        for made in drops.functions(world, node["object"]["ObjectWithArgs"]):
            _move_function(world, made, (new, made.name[1]), gone)
    elif node["objectType"] == "OBJECT_EXTENSION":
        world.foreign.add(new)


_KINDS: Mapping[str, Callable[[Step, str], None]] = {
    "OBJECT_TABLE": _relation, "OBJECT_VIEW": _relation, "OBJECT_MATVIEW": _relation,
    "OBJECT_SEQUENCE": _relation, "OBJECT_FOREIGN_TABLE": _relation, "OBJECT_COLUMN": _column,
    "OBJECT_POLICY": _policy, "OBJECT_TRIGGER": _policy, "OBJECT_FUNCTION": _function,
    "OBJECT_PROCEDURE": _function, "OBJECT_INDEX": _index, "OBJECT_TYPE": _type,
    "OBJECT_SCHEMA": _schema,
}  # fmt: skip
