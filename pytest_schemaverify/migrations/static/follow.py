"""What a statement creates, and what comes of it where something of that name exists already."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.migrations.static import definitions, routines
from pytest_schemaverify.migrations.static.nodes import Name, name, relation
from pytest_schemaverify.migrations.static.step import Step
from pytest_schemaverify.migrations.static.world import (
    Lines,
    Relation,
    Thing,
)
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Node, walk


def create(step: Step) -> None:
    """Change the world as a statement does that creates something."""
    if made := _CREATES.get(step.tree.kind):
        made(step)


def _table(step: Step) -> None:
    world, node = step.world, step.node.get("base", step.node)
    if node["relation"].get("relpersistence") == "t":
        world.temporary.add(node["relation"]["relname"])
        return
    tree = step.tree._replace(node=node)
    columns, complete = definitions.table(tree, step.place)
    key = world.resolve(relation(node["relation"]))
    if "partbound" in node and node.get("inhRelations"):
        parent = world.relation(relation(node["inhRelations"][0]["RangeVar"]))
        if parent is not None:
            columns, complete = dict(parent.columns), parent.complete
    existing = world.relations.get(key)
    if existing is not None:
        if existing.complete and complete:
            step.conflict(
                "table", key, existing.place, definitions.lines(existing.columns),
                definitions.lines(columns), original=existing.original, table=key,
                tolerant=bool(node.get("if_not_exists")),
            )  # fmt: skip
        return
    kind: Any = "partition" if "partbound" in node else "table"
    if step.tree.kind == "CreateForeignTableStmt":
        kind = "foreign table"
    place = step.at(node["relation"])
    lines = definitions.lines(columns)
    world.relations[key] = Relation(key, kind, place, columns, complete, lines)
    world.gone.pop(key, None)


def _table_as(step: Step) -> None:
    into = step.node["into"]["rel"]
    if into.get("relpersistence") == "t":
        step.world.temporary.add(into["relname"])
        return
    materialized = step.node.get("objtype") == "OBJECT_MATVIEW"
    _stored(step, into, "materialized view" if materialized else "table",
            tolerant=bool(step.node.get("if_not_exists")))  # fmt: skip


def _view(step: Step) -> None:
    if step.node["view"].get("relpersistence") == "t":
        step.world.temporary.add(step.node["view"]["relname"])
        return
    _stored(step, step.node["view"], "view", replaces=bool(step.node.get("replace")))


def _stored(
    step: Step, target: Node, kind: Any, *, replaces: bool = False, tolerant: bool = False
) -> None:
    key = step.world.resolve(relation(target))
    existing = step.world.relations.get(key)
    lines = definitions.whole(step.tree, step.node)
    if existing is not None and not replaces:
        step.conflict(kind, key, existing.place, existing.original, lines, tolerant=tolerant)
        return
    reads = frozenset(
        step.world.resolve(relation(node))
        for _, node in walk(step.node.get("query", {}))
        if "relname" in node
    )
    made = Relation(key, kind, step.at(target), complete=False, original=lines, reads=reads)
    step.world.relations[key] = made
    step.world.gone.pop(key, None)


def _sequence(step: Step) -> None:
    key = step.world.resolve(relation(step.node["sequence"]))
    made = Relation(key, "sequence", step.at(step.node["sequence"]), complete=False)
    step.world.relations.setdefault(key, made)


def _index(step: Step) -> None:
    table = step.world.resolve(relation(step.node["relation"]))
    if not step.node.get("idxname"):
        return
    key = (table[0], step.node["idxname"])
    lines = definitions.whole(step.tree, step.node)
    existing = step.world.indexes.setdefault(key, Thing(step.place, lines, table))
    if existing.place is not step.place:
        tolerant = bool(step.node.get("if_not_exists"))
        step.conflict("index", key, existing.place, existing.lines, lines, tolerant=tolerant)


def _enum(step: Step) -> None:
    _type(step, name(step.node["typeName"]), definitions.enum(step.node))


def _domain(step: Step) -> None:
    _type(step, name(step.node["domainname"]), definitions.whole(step.tree, step.node))


def _composite(step: Step) -> None:
    columns = {"columns": step.node.get("coldeflist")}
    _type(step, relation(step.node["typevar"]), definitions.whole(step.tree, columns))


def _type(step: Step, written: Name, lines: Lines) -> None:
    key = (written[0] or (step.world.path or ("public",))[0], written[1])
    existing = step.world.types.setdefault(key, Thing(step.place, lines))
    if existing.place is not step.place:
        step.conflict("type", key, existing.place, existing.lines, lines)


def _policy(step: Step) -> None:
    table = step.world.resolve(relation(step.node["table"]))
    key = (table, step.node["policy_name"])
    lines = definitions.whole(step.tree, step.node)
    existing = step.world.policies.setdefault(key, Thing(step.place, lines, table))
    if existing.place is not step.place:
        shown = (".".join(table), key[1])
        step.conflict("policy", shown, existing.place, existing.lines, lines)


def _trigger(step: Step) -> None:
    table = step.world.resolve(relation(step.node["relation"]))
    key = (table, step.node["trigname"])
    lines = definitions.whole(step.tree, step.node)
    made = Thing(step.place, lines, table, name(step.node.get("funcname")))
    for item in step.node.get("transitionRels", ()):
        step.world.temporary.add(item["TriggerTransition"]["name"])
    existing = step.world.triggers.get(key)
    if existing is not None and not step.node.get("replace"):
        shown = (".".join(table), key[1])
        step.conflict("trigger", shown, existing.place, existing.lines, lines)
        return
    step.world.triggers[key] = made


def _function(step: Step) -> None:
    made = routines.function(step)
    overloads = step.world.functions.setdefault(made.name, {})
    key = routines.signature(made)
    existing = overloads.get(key)
    if existing is not None and not step.node.get("replace"):
        text = Lines({"": definitions.whole(step.tree, step.node)[""]})
        first = sql.tree(existing.tree.source)[0]
        before = definitions.whole(first, first.node)
        step.conflict("function", ("", str(made)), existing.place, before, text)
        return
    overloads[key] = made
    step.world.gone.pop(made.name, None)


def _aggregate(step: Step) -> None:
    if step.node.get("kind") == "OBJECT_AGGREGATE":
        step.world.aggregates.add(name(step.node["defnames"])[1])


def _schema(step: Step) -> None:
    if made := step.node.get("schemaname"):
        step.world.schemas.add(made)


def _extension(step: Step) -> None:
    world = step.world
    world.extensions.add(step.node["extname"])
    for item in step.node.get("options", ()):
        if item["DefElem"]["defname"] == "schema":
            world.foreign.add(item["DefElem"]["arg"]["String"]["sval"])
            return
    world.foreign.add(step.node["extname"].removeprefix("pg_"))


_CREATES: Mapping[str, Callable[[Step], None]] = {
    "CreateStmt": _table, "CreateForeignTableStmt": _table, "CreateTableAsStmt": _table_as,
    "ViewStmt": _view, "CreateSeqStmt": _sequence, "IndexStmt": _index, "CreateEnumStmt": _enum,
    "CreateDomainStmt": _domain, "CompositeTypeStmt": _composite, "CreatePolicyStmt": _policy,
    "CreateTrigStmt": _trigger, "CreateFunctionStmt": _function, "CreateSchemaStmt": _schema,
    "CreateExtensionStmt": _extension, "DefineStmt": _aggregate,
}  # fmt: skip
