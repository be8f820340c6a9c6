"""Statements that destroy rows, or the tables and columns that hold them."""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, narrows, old_column
from pytest_schemaverify.migrations.static.kept_values import keeps
from pytest_schemaverify.migrations.static.nodes import name, relation, strings, type_of
from pytest_schemaverify.migrations.static.schema_state import Column, Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node


def destructive(statement: Statement) -> Iterator[Hazard]:
    """Yield what a statement destroys that files before this one made."""
    if found := _KINDS.get(statement.tree.kind):
        yield from found(statement)


def _drop(statement: Statement) -> Iterator[Hazard]:
    node = statement.node
    if node["removeType"] == "OBJECT_SCHEMA":
        for schema in strings(node["objects"]):
            inside = any(key[0] == schema for key in statement.state.relations)
            # IF EXISTS of a schema that no file fills is tidying up, on databases that have it.
            if inside or not node.get("missing_ok"):
                yield Hazard("drop schema", schema, statement.place, "every table in it is lost")
    if node["removeType"] != "OBJECT_TABLE":
        return
    for item in node["objects"]:
        key = statement.state.resolve(name(item["List"]["items"]))
        table = earlier(statement, key)
        if table is True and (node.get("missing_ok") or statement.conditional):
            continue  # no file made it, so the statement has nothing to drop
        if table:
            yield Hazard("drop table", ".".join(key), statement.place, "its rows are lost")


def _truncate(statement: Statement) -> Iterator[Hazard]:
    for item in statement.node["relations"]:
        key = statement.state.resolve(relation(item["RangeVar"]))
        if earlier(statement, key):
            yield Hazard("truncate", ".".join(key), statement.place, "its rows are lost")


def _delete(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    # A join restricts the rows as WHERE does; whether it spares one cannot be read.
    restricted = restricts(statement.node) or "usingClause" in statement.node
    if not restricted and earlier(statement, key):
        yield Hazard(
            "delete without where", ".".join(key), statement.place, "all of its rows are lost"
        )


def _update(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    if restricts(statement.node) or "fromClause" in statement.node:
        return
    table = earlier(statement, key)
    assigned = {item["ResTarget"].get("name", ""): item["ResTarget"]
                for item in statement.node["targetList"]}  # fmt: skip
    # `tags[1] = tags` and `address.city = city` are no assignments of a column to itself.
    targets = [name for name, target in assigned.items()
               if "indirection" in target or not keeps(name, target["val"])]  # fmt: skip
    if isinstance(table, Relation):
        # What this file added holds nothing yet.
        columns = {target: old_column(statement, table, target) for target in targets}
        targets = [name for name, column in columns.items() if column and not _computed(column)]
    if table and targets:
        listed = ", ".join(targets)
        effect = f"what was in {listed} is lost, in every row"
        yield Hazard("update without where", ".".join(key), statement.place, effect)


def _computed(column: Column | None) -> bool:
    """Return whether what is in a column is computed from others, and can be computed anew."""
    return column is not None and column.kind == "generated"


def restricts(node: Node) -> bool:
    """Return whether an UPDATE or DELETE leaves some rows alone by its WHERE."""
    # `where true` restricts nothing; people write it where pg-safeupdate asks for a WHERE.
    where = node.get("whereClause")
    return where is not None and not where.get("A_Const", {}).get("boolval", {}).get("boolval")


def _alter(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    table = earlier(statement, key)
    for item in statement.node.get("cmds", ()) if table else ():
        command = item["AlterTableCmd"]
        column = old_column(statement, table, command.get("name", ""))
        if _computed(column):
            continue
        shown = f"{'.'.join(key)}.{command.get('name', '')}"
        if command["subtype"] == "AT_DropColumn":
            # A column that is not known may be there if the table's definition was not all read.
            unknown = table is True or (isinstance(table, Relation) and not table.complete)
            if column or (unknown and not command.get("missing_ok")):
                yield Hazard("drop column", shown, statement.place, "what is in it is lost")
        elif command["subtype"] == "AT_AlterColumnType" and column:
            new = type_of(command["def"]["ColumnDef"]["typeName"])
            if narrows(column.type, new):
                effect = f"values of {column.type} that do not fit into {new} are cut or refused"
                yield Hazard("narrower type", shown, statement.place, effect)


_KINDS: Mapping[str, Callable[[Statement], Iterator[Hazard]]] = {
    "DropStmt": _drop, "TruncateStmt": _truncate, "DeleteStmt": _delete, "UpdateStmt": _update,
    "AlterTableStmt": _alter,
}  # fmt: skip
