"""What a statement creates, and the conflict where an object of that name exists already."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.migrations.static import (
    constraints,
    definitions,
    drops,
    routines,
    volatility,
)
from pytest_schemaverify.migrations.static.nodes import Name, name, relation, type_of
from pytest_schemaverify.migrations.static.schema_state import (
    Lines,
    Relation,
    SchemaObject,
)
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql import statements as sql
from pytest_schemaverify.sql.statements import Node, walk


def create(statement: Statement) -> None:
    """Change the state as a `create` statement does."""
    if made := _CREATES.get(statement.tree.kind):
        made(statement)


def _table(statement: Statement) -> None:
    state, node = statement.state, statement.node.get("base", statement.node)
    # A temporary table is in no schema of the project: only its name is kept, so that it is known.
    if node["relation"].get("relpersistence") == "t":
        state.temporary.add(node["relation"]["relname"])
        return
    tree = statement.tree._replace(node=node)
    columns, complete = definitions.table(tree, statement.place)
    key = state.resolve(relation(node["relation"]))
    # A partition has the columns of its parent, whether or not the statement lists any.
    if "partbound" in node and node.get("inhRelations"):
        parent = state.relation(relation(node["inhRelations"][0]["RangeVar"]))
        # One and the same object: what ALTER does to the columns of the parent it does to these.
        if parent is not None:
            columns, complete = parent.columns, parent.complete
    existing = state.relations.get(key)
    if existing is not None:
        # What LIKE or INHERITS brings is not read, so such definitions cannot be compared.
        if existing.complete and complete:
            statement.conflict(
                "table", key, existing.place, definitions.lines(existing.columns),
                definitions.lines(columns), original=existing.original, table=key,
                tolerant=bool(node.get("if_not_exists")),
            )  # fmt: skip
        return
    if key in state.early and not node.get("if_not_exists"):
        # What an earlier statement made on a table that was not there yet has failed.
        drops.forget_owned(state, key)
    kind: Any = "partition" if "partbound" in node else "table"
    if statement.tree.kind == "CreateForeignTableStmt":
        kind = "foreign table"
    place = statement.at(node["relation"])
    lines = definitions.lines(columns)
    made = Relation(key, kind, place, columns, complete, lines)
    for constraint, column in definitions.constraints(node):
        constraints.add(made, constraint, column)
    made.unlogged = node["relation"].get("relpersistence") == "u"
    if "partspec" in node:
        parts = node["partspec"].get("partParams", ())
        made.split_by = frozenset(constraints.columns(parts)) | {
            part["PartitionElem"].get("name", "") for part in parts
        }
    state.relations[key] = made
    state.gone.pop(key, None)


def _foreign_schema(statement: Statement) -> None:
    """Follow IMPORT FOREIGN SCHEMA: which tables there are, only the other server knows."""
    state, node = statement.state, statement.node
    if node["list_type"] != "FDW_IMPORT_SCHEMA_LIMIT_TO":
        state.imported.add(node["local_schema"])
        return
    for item in node["table_list"]:
        key = (node["local_schema"], item["RangeVar"]["relname"])
        made = Relation(key, "foreign table", statement.at(item["RangeVar"]), complete=False)
        state.relations.setdefault(key, made)
        state.gone.pop(key, None)


def _table_as(statement: Statement) -> None:
    into = statement.node["into"]["rel"]
    if into.get("relpersistence") == "t":
        statement.state.temporary.add(into["relname"])
        return
    materialized = statement.node.get("objtype") == "OBJECT_MATVIEW"
    _stored(statement, into, "materialized view" if materialized else "table",
            tolerant=bool(statement.node.get("if_not_exists")))  # fmt: skip


def _view(statement: Statement) -> None:
    if statement.node["view"].get("relpersistence") == "t":
        statement.state.temporary.add(statement.node["view"]["relname"])
        return
    _stored(statement, statement.node["view"], "view", replaces=bool(statement.node.get("replace")))


def _stored(
    statement: Statement, target: Node, kind: Any, *, replaces: bool = False, tolerant: bool = False
) -> None:
    key = statement.state.resolve(relation(target))
    existing = statement.state.relations.get(key)
    lines = definitions.whole(statement.tree, statement.node)
    if existing is not None and not replaces:
        statement.conflict(kind, key, existing.place, existing.original, lines, tolerant=tolerant)
        return
    # DROP … CASCADE takes the views that read a relation with it.
    reads = frozenset(
        statement.state.resolve(relation(node))
        for _, node in walk(statement.node.get("query", {}))
        if "relname" in node
    )
    made = Relation(key, kind, statement.at(target), complete=False, original=lines, reads=reads)
    statement.state.relations[key] = made
    statement.state.gone.pop(key, None)


def _sequence(statement: Statement) -> None:
    key = statement.state.resolve(relation(statement.node["sequence"]))
    made = Relation(key, "sequence", statement.at(statement.node["sequence"]), complete=False)
    statement.state.relations.setdefault(key, made)


def _owner(statement: Statement, field: str) -> Name:
    """Return the table of an index, a policy or a trigger."""
    table = statement.state.resolve(relation(statement.node[field]))
    if table not in statement.state.relations:
        statement.state.early.add(table)
    return table


def _index(statement: Statement) -> None:
    table = _owner(statement, "relation")
    if known := statement.state.relations.get(table):
        name = constraints.index_name(table[1], statement.node)
        known.indexes.setdefault(name, constraints.index_of(statement.node))
    # The server makes up a name that is free, so there is nothing to conflict with.
    if not statement.node.get("idxname"):
        return
    key = (table[0], statement.node["idxname"])
    lines = definitions.whole(statement.tree, statement.node)
    existing = statement.state.indexes.setdefault(key, SchemaObject(statement.place, lines, table))
    if existing.place is not statement.place:
        tolerant = bool(statement.node.get("if_not_exists"))
        statement.conflict("index", key, existing.place, existing.lines, lines, tolerant=tolerant)


def _enum(statement: Statement) -> None:
    _type(statement, name(statement.node["typeName"]), definitions.enum(statement.node))


def _domain(statement: Statement) -> None:
    made = _type(
        statement,
        name(statement.node["domainname"]),
        definitions.whole(statement.tree, statement.node),
    )
    made.base = type_of(statement.node["typeName"])
    limits = [item["Constraint"] for item in statement.node.get("constraints", ())]
    made.constraints = frozenset(
        one.get("conname", "") for one in limits
        if one["contype"] in ("CONSTR_CHECK", "CONSTR_NOTNULL")
    )  # fmt: skip


def _composite(statement: Statement) -> None:
    columns = {"columns": statement.node.get("coldeflist")}
    _type(
        statement, relation(statement.node["typevar"]), definitions.whole(statement.tree, columns)
    )


def _type(statement: Statement, written: Name, lines: Lines) -> SchemaObject:
    key = (written[0] or (statement.state.path or ("public",))[0], written[1])
    existing = statement.state.types.setdefault(key, SchemaObject(statement.place, lines))
    if existing.place is not statement.place:
        statement.conflict("type", key, existing.place, existing.lines, lines)
    return existing


def _policy(statement: Statement) -> None:
    table = _owner(statement, "table")
    key = (table, statement.node["policy_name"])
    lines = definitions.whole(statement.tree, statement.node)
    existing = statement.state.policies.setdefault(key, SchemaObject(statement.place, lines, table))
    if existing.place is not statement.place:
        shown = (".".join(table), key[1])
        statement.conflict("policy", shown, existing.place, existing.lines, lines)


def _trigger(statement: Statement) -> None:
    table = _owner(statement, "relation")
    key = (table, statement.node["trigname"])
    lines = definitions.whole(statement.tree, statement.node)
    made = SchemaObject(statement.place, lines, table, name(statement.node.get("funcname")))
    # REFERENCING NEW TABLE AS x: the trigger's function reads x like a table.
    for item in statement.node.get("transitionRels", ()):
        statement.state.temporary.add(item["TriggerTransition"]["name"])
    existing = statement.state.triggers.get(key)
    if existing is not None and not statement.node.get("replace"):
        shown = (".".join(table), key[1])
        statement.conflict("trigger", shown, existing.place, existing.lines, lines)
        return
    statement.state.triggers[key] = made


def _function(statement: Statement) -> None:
    made = routines.function(statement)
    for item in statement.node.get("options", ()):
        made.volatile = volatility.declared(item["DefElem"], otherwise=made.volatile)
    overloads = statement.state.functions.setdefault(made.name, {})
    key = routines.signature(made)
    existing = overloads.get(key)
    if existing is not None and not statement.node.get("replace"):
        text = Lines({"": definitions.whole(statement.tree, statement.node)[""]})
        first = sql.tree(existing.tree.source, escaping=existing.tree.escaping)[0]
        before = definitions.whole(first, first.node)
        statement.conflict("function", ("", str(made)), existing.place, before, text)
        return
    overloads[key] = made
    statement.state.gone.pop(made.name, None)


def _aggregate(statement: Statement) -> None:
    if statement.node.get("kind") == "OBJECT_AGGREGATE":
        schema, bare = name(statement.node["defnames"])
        key = (schema or (statement.state.path or ("public",))[0], bare)
        statement.state.aggregates[key] = statement.place
        statement.state.gone.pop(key, None)


def _schema(statement: Statement) -> None:
    state, node = statement.state, statement.node
    # `create schema authorization x` makes the schema x.
    made = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    state.schemas.add(made)
    path = state.path
    # What stands inside of CREATE SCHEMA is made in that schema.
    state.path = (made, *path)
    for item in node.get("schemaElts", ()):
        for kind, inner in item.items():
            create(replace(statement, tree=statement.tree._replace(kind=kind, node=inner)))
    state.path = path


def _extension(statement: Statement) -> None:
    state = statement.state
    state.extensions.add(statement.node["extname"])
    for item in statement.node.get("options", ()):
        if item["DefElem"]["defname"] == "schema":
            state.foreign.add(item["DefElem"]["arg"]["String"]["sval"])
            return
    # pg_net makes the schema net, pg_cron cron: not ours to look names up in.
    state.foreign.add(statement.node["extname"].removeprefix("pg_"))


_CREATES: Mapping[str, Callable[[Statement], None]] = {
    "CreateStmt": _table, "CreateForeignTableStmt": _table, "CreateTableAsStmt": _table_as,
    "ViewStmt": _view, "CreateSeqStmt": _sequence, "IndexStmt": _index, "CreateEnumStmt": _enum,
    "CreateDomainStmt": _domain, "CompositeTypeStmt": _composite, "CreatePolicyStmt": _policy,
    "CreateTrigStmt": _trigger, "CreateFunctionStmt": _function, "CreateSchemaStmt": _schema,
    "CreateExtensionStmt": _extension, "DefineStmt": _aggregate,
    "ImportForeignSchemaStmt": _foreign_schema,
}  # fmt: skip
