"""What `alter` statements change in the schema state; also `set search_path`."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.migrations.static import definitions, drops, renames, routines
from pytest_schemaverify.migrations.static.nodes import (
    constant,
    name,
    relation,
    strings,
    type_of,
)
from pytest_schemaverify.migrations.static.schema_state import (
    Definition,
    Gone,
    Relation,
)
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node, walk


def alter(statement: Statement) -> None:
    """Change the state as an `alter`, `drop`, `rename` or `set` statement does."""
    if made := _CHANGES.get(statement.tree.kind):
        made(statement)


def _alter_table(statement: Statement) -> None:
    table = statement.state.relation(relation(statement.node["relation"]))
    if table is None:
        return
    for item in statement.node.get("cmds", ()):
        command = item["AlterTableCmd"]
        if made := _COMMANDS.get(command["subtype"]):
            made(statement, table, command)


def _add_column(statement: Statement, table: Relation, command: Node) -> None:
    node = command["def"]["ColumnDef"]
    column = definitions.column(statement.tree, node, statement.at(node))
    existing = table.columns.setdefault(column.name, column)
    if existing is not column:
        shown = (".".join(table.name), column.name)
        statement.conflict(
            "column", shown, existing.place, {"": existing.definition}, {"": column.definition},
            tolerant=bool(command.get("missing_ok")),
        )  # fmt: skip


def _drop_column(statement: Statement, table: Relation, command: Node) -> None:
    if table.columns.pop(command["name"], None):
        key = (".".join(table.name), command["name"])
        statement.state.gone[key] = Gone("dropped", statement.place)
    if command["behavior"] == "DROP_CASCADE":
        drops.cascade(
            statement.state, table.name, Gone("dropped", statement.place), command["name"]
        )


def _alter_type(statement: Statement, table: Relation, command: Node) -> None:
    column = table.columns.get(command["name"])
    if column is not None:
        node = command["def"]["ColumnDef"]["typeName"]
        column.former = (column.type, column.place)
        column.made = column.made or column.place
        column.type, column.place = type_of(node), statement.at(node)
        # The default and the constraints behind the old type stay, in the words of the first file.
        column.text = " ".join([str(column.type), *column.text.split()[1:]])


def _default(statement: Statement, table: Relation, command: Node) -> None:
    if column := table.columns.get(command["name"]):
        column.default = definitions.expression(command["def"]) if "def" in command else ""


def _not_null(statement: Statement, table: Relation, command: Node) -> None:
    if column := table.columns.get(command["name"]):
        column.not_null = command["subtype"] == "AT_SetNotNull"


def _constraint(statement: Statement, table: Relation, command: Node) -> None:
    node = command["def"]["Constraint"]
    if node["contype"] == "CONSTR_PRIMARY":
        for key in strings(node.get("keys")):
            # PostgreSQL sets NOT NULL on the columns of a primary key.
            if key in table.columns:
                table.columns[key].not_null = True
    # Since PostgreSQL 12 a valid check of this form spares SET NOT NULL the scan of the table.
    column = _says_not_null(node)
    if column and node.get("skip_validation"):
        table.pending[node.get("conname", "")] = column
    elif column:
        table.validated.add(column)


def _says_not_null(node: Node) -> str:
    """Return the column of a constraint `check (column is not null)`."""
    test = node.get("raw_expr", {}).get("NullTest", {})
    if test.get("nulltesttype") == "IS_NOT_NULL":
        fields = strings(test["arg"].get("ColumnRef", {}).get("fields"))
        return fields[-1] if fields else ""
    return ""


def _validate(statement: Statement, table: Relation, command: Node) -> None:
    if column := table.pending.pop(command["name"], None):
        table.validated.add(column)


def _enable_rls(statement: Statement, table: Relation, command: Node) -> None:
    table.rls = command["subtype"] == "AT_EnableRowSecurity"


_COMMANDS: Mapping[str, Callable[[Statement, Relation, Node], None]] = {
    "AT_AddColumn": _add_column, "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _alter_type, "AT_ColumnDefault": _default, "AT_SetNotNull": _not_null,
    "AT_DropNotNull": _not_null, "AT_AddConstraint": _constraint,
    "AT_ValidateConstraint": _validate, "AT_EnableRowSecurity": _enable_rls,
    "AT_DisableRowSecurity": _enable_rls,
}  # fmt: skip


def _alter_enum(statement: Statement) -> None:
    written = name(statement.node["typeName"])
    found = statement.state.types.get((written[0] or "public", written[1]))
    if found is not None and "newVal" in statement.node:
        # ADD VALUE has no oldVal, RENAME VALUE has both.
        found.lines.pop(statement.node.get("oldVal", ""), None)
        label = statement.node["newVal"]
        found.lines[label] = Definition(True, f"'{label}'")


def _alter_function(statement: Statement) -> None:
    node = statement.node["func"]
    for made in drops.functions(statement.state, node):
        for item in statement.node.get("actions", ()):
            routines.option(statement, made, item["DefElem"])


def _set(statement: Statement) -> None:
    if statement.node.get("name") == "search_path":
        unset = statement.node["kind"] != "VAR_SET_VALUE"
        statement.state.path = ("public",) if unset else _usable(routines.path(statement.node))


# `$user` is a schema that no file names, and pg_catalog takes no new objects.
def _usable(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(schema for schema in path if schema not in ("$user", "pg_catalog")) or ("public",)


def _select(statement: Statement) -> None:
    """Follow `select set_config('search_path', …)`, which pg_dump writes since CVE-2018-1058."""
    for kind, node in walk(statement.node.get("targetList", [])):
        if kind == "FuncCall" and name(node["funcname"])[1] == "set_config":
            arguments: list[Any] = node.get("args", [])
            if len(arguments) > 1 and constant(arguments[0]) == "search_path":
                parts = constant(arguments[1]).split(",")
                statement.state.path = _usable(tuple(p.strip(' "') for p in parts if p.strip(' "')))


_CHANGES: Mapping[str, Callable[[Statement], None]] = {
    "AlterTableStmt": _alter_table, "AlterEnumStmt": _alter_enum, "DropStmt": drops.drop,
    "AlterFunctionStmt": _alter_function, "RenameStmt": renames.rename,
    "AlterObjectSchemaStmt": renames.set_schema, "VariableSetStmt": _set, "SelectStmt": _select,
}  # fmt: skip
