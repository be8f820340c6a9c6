"""What `alter` statements change in the schema state."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pytest_schemaverify.migrations.static import (
    constraints,
    definitions,
    drops,
    renames,
    routines,
    settings,
    volatility,
)
from pytest_schemaverify.migrations.static.destructive import restricts
from pytest_schemaverify.migrations.static.nodes import name, relation, strings, type_of
from pytest_schemaverify.migrations.static.schema_state import (
    Definition,
    Gone,
    Relation,
)
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node


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
    if existing is column:
        for item in node.get("constraints", ()):
            constraints.add(table, item["Constraint"], column.name)
    else:
        shown = (".".join(table.name), column.name)
        statement.conflict(
            "column", shown, existing.place, {"": existing.definition}, {"": column.definition},
            tolerant=bool(command.get("missing_ok")),
        )  # fmt: skip


def _drop_column(statement: Statement, table: Relation, command: Node) -> None:
    for index in constraints.without_column(table, command["name"]):
        statement.state.indexes.pop((table.name[0], index), None)
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
    named = node["contype"] == "CONSTR_NOTNULL" and not node.get("skip_validation")
    if node["contype"] == "CONSTR_PRIMARY" or named:
        for key in strings(node.get("keys")):
            # PostgreSQL sets NOT NULL on the columns of a primary key.
            if key in table.columns:
                table.columns[key].not_null = True
    constraints.add(table, node)


def _validate(statement: Statement, table: Relation, command: Node) -> None:
    if known := table.checks.get(command["name"]):
        table.checks[command["name"]] = known._replace(valid=True)


def _drop_constraint(statement: Statement, table: Relation, command: Node) -> None:
    table.checks.pop(command["name"], None)
    table.indexes.pop(command["name"], None)


def _ordinary(statement: Statement, table: Relation, command: Node) -> None:
    """Take from a column that it is generated, or an identity."""
    if column := table.columns.get(command["name"]):
        column.kind = column.default = ""


def _logged(statement: Statement, table: Relation, command: Node) -> None:
    table.unlogged = command["subtype"] == "AT_SetUnLogged"


def _enable_rls(statement: Statement, table: Relation, command: Node) -> None:
    table.rls = command["subtype"] == "AT_EnableRowSecurity"


def _attach(statement: Statement, table: Relation, command: Node) -> None:
    part = statement.state.relation(relation(command["def"]["PartitionCmd"]["name"]))
    if part is not None and part.kind == "table" and table.complete:
        part.kind, part.columns = "partition", table.columns


def _detach(statement: Statement, table: Relation, command: Node) -> None:
    part = statement.state.relation(relation(command["def"]["PartitionCmd"]["name"]))
    if part is not None:
        part.kind, part.columns = "table", {key: replace(one) for key, one in part.columns.items()}


_COMMANDS: Mapping[str, Callable[[Statement, Relation, Node], None]] = {
    "AT_AddColumn": _add_column, "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _alter_type, "AT_ColumnDefault": _default, "AT_SetNotNull": _not_null,
    "AT_DropNotNull": _not_null, "AT_AddConstraint": _constraint,
    "AT_ValidateConstraint": _validate, "AT_DropConstraint": _drop_constraint,
    "AT_DropExpression": _ordinary, "AT_DropIdentity": _ordinary,
    "AT_AttachPartition": _attach, "AT_DetachPartition": _detach,
    "AT_EnableRowSecurity": _enable_rls, "AT_SetLogged": _logged, "AT_SetUnLogged": _logged,
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
            made.volatile = volatility.declared(item["DefElem"], otherwise=made.volatile)


def _alter_domain(statement: Statement) -> None:
    """Follow the constraints of a domain: a type without any costs nothing to change to."""
    node = statement.node
    domain = statement.state.domain(type_of({"names": node["typeName"]}))
    if domain is None:
        return
    # C adds a constraint, X drops one, O sets NOT NULL and N drops that: see AlterDomainStmt.
    named = node.get("name") or node.get("def", {}).get("Constraint", {}).get("conname", "")
    if node["subtype"] in "CO":
        domain.constraints |= {named}
    elif node["subtype"] in "XN":
        domain.constraints -= {named}


def _emptied(statement: Statement) -> None:
    node = statement.node
    named = [item["RangeVar"] for item in node.get("relations", ())] or [node["relation"]]
    for item in named:
        table = statement.state.relation(relation(item))
        if table is not None and not restricts(node) and "usingClause" not in node:
            table.emptied = None if statement.conditional else statement.place


def _filled(statement: Statement) -> None:
    if table := statement.state.relation(relation(statement.node.get("relation", {}))):
        table.emptied = None


_CHANGES: Mapping[str, Callable[[Statement], None]] = {
    "AlterTableStmt": _alter_table, "AlterEnumStmt": _alter_enum, "DropStmt": drops.drop,
    "AlterFunctionStmt": _alter_function, "RenameStmt": renames.rename,
    "AlterObjectSchemaStmt": renames.set_schema, "VariableSetStmt": settings.set_value,
    "SelectStmt": settings.select, "TransactionStmt": settings.transaction,
    "AlterDomainStmt": _alter_domain, "DeleteStmt": _emptied, "TruncateStmt": _emptied,
    "InsertStmt": _filled, "CopyStmt": _filled, "MergeStmt": _filled,
}  # fmt: skip
