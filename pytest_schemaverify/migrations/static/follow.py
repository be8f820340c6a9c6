"""What a statement creates, and what comes of it where something of that name exists already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.migrations.sql import Node, Tree
from pytest_schemaverify.migrations.static import definitions
from pytest_schemaverify.migrations.static.nodes import Name, name, relation, strings, type_of, walk
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.world import (
    Function,
    Lines,
    Relation,
    Thing,
    World,
)


@dataclass(slots=True)
class Conflict:
    """One object that is defined a second time while the first is there."""

    kind: str
    name: str
    first: Place
    second: Place
    differences: list[tuple[str, str, str]]
    """Part, as in the first, as in the second."""
    skipped: bool
    """The second is left out without an error; otherwise it fails."""
    table: Name = ("", "")
    later: list[tuple[str, Place]] = field(default_factory=list)
    """What the second file goes on to do to the object of the first."""


@dataclass(slots=True)
class Step:
    """A statement being followed."""

    world: World
    tree: Tree
    place: Place
    conditional: bool
    """In a DO block, where a condition or an exception may leave it out."""
    conflicts: list[Conflict]

    @property
    def node(self) -> Node:
        """The fields of the statement."""
        return self.tree.node

    def at(self, node: Node) -> Place:
        """Return the place of a node in the file."""
        location = node.get("location")
        return self.place if location is None else self.place_at(location)

    def place_at(self, location: int) -> Place:
        """Return the place of a location in the statement."""
        return Place(self.place.migration, self.tree.at(location))

    def conflict(
        self, kind: str, shown: Name, first: Place, now: Lines, second: Lines,
        *, original: Lines | None = None, table: Name = ("", ""), tolerant: bool = False,
    ) -> None:  # fmt: skip
        """Note a second definition that differs.

        One that says the same is left out without harm, or fails: then the file does not apply,
        which another check says.
        """
        different = definitions.differences(now, second)
        if original is not None and different:
            different = definitions.differences(original, second) and different
        skipped = tolerant or self.conditional
        if different:
            text = ".".join(filter(None, shown))
            self.conflicts.append(
                Conflict(kind, text, first, self.place, different, skipped, table)
            )


def create(step: Step) -> None:
    """Change the world as a statement does that creates something."""
    if made := _CREATES.get(step.tree.kind):
        made(step)


def _table(step: Step) -> None:
    world, node = step.world, step.node.get("base_stmt", step.node)
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
    made = function(step)
    overloads = step.world.functions.setdefault(made.name, {})
    key = signature(made)
    existing = overloads.get(key)
    if existing is not None and not step.node.get("replace"):
        text = Lines({"": definitions.whole(step.tree, step.node)[""]})
        before = definitions.whole(existing.tree, existing.tree.node)
        step.conflict("function", ("", str(made)), existing.place, before, text)
        return
    overloads[key] = made
    step.world.gone.pop(made.name, None)


def signature(made: Function) -> tuple[str, ...]:
    """Return what tells overloads apart."""
    return tuple(type_.name[1] + "[]" * type_.dimensions for type_ in made.arguments)


def function(step: Step) -> Function:
    """Return the function of a CreateFunctionStmt."""
    world, node = step.world, step.node
    written = name(node["funcname"])
    full = (written[0] or (world.path or ("public",))[0], written[1])
    parameters = [item["FunctionParameter"] for item in node.get("parameters", ())]
    inputs = [p for p in parameters if p["mode"] not in ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")]
    types = tuple(type_of(parameter["argType"]) for parameter in inputs)
    names = tuple(p.get("name", "") for p in parameters)
    made = Function(full, types, names, step.place, step.tree, "sql", "", node.get("sql_body"))
    for item in node.get("options", ()):
        option(step, made, item["DefElem"])
    return made


def option(step: Step, made: Function, item: Node) -> None:
    """Apply one option of `create function` or `alter function`."""
    argument = item.get("arg", {})
    if item["defname"] == "language":
        made.language = argument["String"]["sval"].lower()
    elif item["defname"] == "as":
        texts = strings(argument["List"]["items"])
        made.body = texts[0] if texts else ""
    elif item["defname"] == "security":
        definer = argument["Boolean"].get("boolval", False)
        made.definer = step.at(item) if definer else None
    elif item["defname"] == "set":
        _setting(made, argument["VariableSetStmt"])


def _setting(made: Function, node: Node) -> None:
    if node.get("name") == "search_path":
        unset = node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT")
        made.search_path = None if unset else ", ".join(path(node))
    elif node["kind"] == "VAR_RESET_ALL":
        made.search_path = None


def path(node: Node) -> tuple[str, ...]:
    """Return the schemas that a `set search_path` names."""
    found = [a["A_Const"].get("sval", {}).get("sval", "") for a in node.get("args", ())
             if "A_Const" in a]  # fmt: skip
    # Written as one text, the commas in it are part of a name for the server; people mean a list.
    return tuple(part.strip(' "') for text in found for part in text.split(",") if part.strip(' "'))


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
