"""Statements that destroy rows or what rows are kept in."""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, narrows, old_column
from pytest_schemaverify.migrations.static.nodes import name, relation, strings, type_of
from pytest_schemaverify.migrations.static.step import Step
from pytest_schemaverify.migrations.static.world import Relation
from pytest_schemaverify.sql.statements import Node


def destructive(step: Step) -> Iterator[Hazard]:
    """Yield what a statement destroys that files before this one made."""
    if found := _KINDS.get(step.tree.kind):
        yield from found(step)


def _drop(step: Step) -> Iterator[Hazard]:
    node = step.node
    if node["removeType"] == "OBJECT_SCHEMA":
        for schema in strings(node["objects"]):
            inside = any(key[0] == schema for key in step.world.relations)
            if inside or not node.get("missing_ok"):
                yield Hazard("drop schema", schema, step.place, "every table in it is lost")
    if node["removeType"] != "OBJECT_TABLE":
        return
    for item in node["objects"]:
        key = step.world.resolve(name(item["List"]["items"]))
        table = earlier(step, key)
        if table is True and (node.get("missing_ok") or step.conditional):
            continue  # no file made it, so the statement has nothing to drop
        if table:
            yield Hazard("drop table", ".".join(key), step.place, "its rows are lost")


def _truncate(step: Step) -> Iterator[Hazard]:
    for item in step.node["relations"]:
        key = step.world.resolve(relation(item["RangeVar"]))
        if earlier(step, key):
            yield Hazard("truncate", ".".join(key), step.place, "its rows are lost")


def _delete(step: Step) -> Iterator[Hazard]:
    key = step.world.resolve(relation(step.node["relation"]))
    restricted = _restricts(step.node) or "usingClause" in step.node
    if not restricted and earlier(step, key):
        yield Hazard("delete without where", ".".join(key), step.place, "all of its rows are lost")


def _update(step: Step) -> Iterator[Hazard]:
    key = step.world.resolve(relation(step.node["relation"]))
    if _restricts(step.node) or "fromClause" in step.node:
        return
    table = earlier(step, key)
    targets = [item["ResTarget"].get("name", "") for item in step.node["targetList"]]
    if isinstance(table, Relation):
        # What this file added holds nothing yet.
        targets = [target for target in targets if old_column(step, table, target)]
    if table and targets:
        listed = ", ".join(targets)
        effect = f"what was in {listed} is lost, in every row"
        yield Hazard("update without where", ".".join(key), step.place, effect)


def _restricts(node: Node) -> bool:
    where = node.get("whereClause")
    return where is not None and not where.get("A_Const", {}).get("boolval", {}).get("boolval")


def _alter(step: Step) -> Iterator[Hazard]:
    key = step.world.resolve(relation(step.node["relation"]))
    table = earlier(step, key)
    for item in step.node.get("cmds", ()) if table else ():
        command = item["AlterTableCmd"]
        column = old_column(step, table, command.get("name", ""))
        shown = f"{'.'.join(key)}.{command.get('name', '')}"
        if command["subtype"] == "AT_DropColumn":
            unknown = table is True or (isinstance(table, Relation) and not table.complete)
            if column or (unknown and not command.get("missing_ok")):
                yield Hazard("drop column", shown, step.place, "what is in it is lost")
        elif command["subtype"] == "AT_AlterColumnType" and column:
            new = type_of(command["def"]["ColumnDef"]["typeName"])
            if narrows(column.type, new):
                effect = f"values of {column.type} that do not fit into {new} are cut or refused"
                yield Hazard("narrower type", shown, step.place, effect)


_KINDS: Mapping[str, Callable[[Step], Iterator[Hazard]]] = {
    "DropStmt": _drop, "TruncateStmt": _truncate, "DeleteStmt": _delete, "UpdateStmt": _update,
    "AlterTableStmt": _alter,
}  # fmt: skip
