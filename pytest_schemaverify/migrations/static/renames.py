"""What `alter … rename` and `alter … set schema` do to the schema state."""

from collections.abc import Callable, Mapping

from pytest_schemaverify.migrations.static import constraints, drops, routines
from pytest_schemaverify.migrations.static.nodes import Name, name, relation
from pytest_schemaverify.migrations.static.schema_state import Function, Gone, SchemaState
from pytest_schemaverify.migrations.static.statement import Statement


def rename(statement: Statement) -> None:
    """Change the state as `alter … rename` does."""
    if made := _KINDS.get(statement.node["renameType"]):
        made(statement, statement.node["newname"])


def _relation(statement: Statement, new: str) -> None:
    key = statement.state.resolve(relation(statement.node["relation"]))
    move(statement.state, key, (key[0], new), Gone(f"renamed to {new}", statement.place))


def _column(statement: Statement, new: str) -> None:
    table = statement.state.relation(relation(statement.node.get("relation", {})))
    old = statement.node["subname"]
    if table is None or old not in table.columns:
        return
    columns = {new if key == old else key: one for key, one in table.columns.items()}
    columns[new].name = new
    # In place, as partitions share the columns of their parent.
    table.columns.clear()
    table.columns.update(columns)
    constraints.renamed(table, old, new)
    statement.state.gone[".".join(table.name), old] = Gone(f"renamed to {new}", statement.place)


def _constraint(statement: Statement, new: str) -> None:
    table = statement.state.relation(relation(statement.node["relation"]))
    if table is not None:
        table.checks = {new if key == statement.node["subname"] else key: one
                        for key, one in table.checks.items()}  # fmt: skip
        table.indexes = {new if key == statement.node["subname"] else key: one
                         for key, one in table.indexes.items()}  # fmt: skip


def _policy(statement: Statement, new: str) -> None:
    table = statement.state.resolve(relation(statement.node["relation"]))
    for things in (statement.state.policies, statement.state.triggers):
        if thing := things.pop((table, statement.node["subname"]), None):
            things[table, new] = thing


def _function(statement: Statement, new: str) -> None:
    gone = Gone(f"renamed to {new}", statement.place)
    for made in drops.functions(statement.state, statement.node["object"]["ObjectWithArgs"]):
        _move_function(statement.state, made, (made.name[0], new), gone)


def _aggregate(statement: Statement, new: str) -> None:
    old = drops.aggregate(statement.state, statement.node["object"]["ObjectWithArgs"])
    _move_aggregate(statement.state, old, (old[0], new))


def _move_aggregate(state: SchemaState, old: Name, new: Name) -> None:
    if place := state.aggregates.remove(old):
        state.aggregates[new] = place


def _index(statement: Statement, new: str) -> None:
    state, written = statement.state, relation(statement.node["relation"])
    for table in state.relations.values():
        if written[1] in table.indexes:
            table.indexes[new] = table.indexes.pop(written[1])
    for schema in [written[0]] if written[0] else [*state.path, "public"]:
        if thing := state.indexes.pop((schema, written[1]), None):
            state.indexes[schema, new] = thing
            return


def _type(statement: Statement, new: str) -> None:
    written = name(statement.node["object"]["List"]["items"])
    key = (written[0] or "public", written[1])
    if thing := statement.state.types.remove(key):
        statement.state.types[key[0], new] = thing


def _schema(statement: Statement, new: str) -> None:
    state, old = statement.state, statement.node["subname"]
    gone = Gone(f"moved to schema {new}", statement.place)
    state.schemas.add(new)
    for key in [key for key in state.relations if key[0] == old]:
        move(state, key, (new, key[1]), gone)
    for full in [full for full in state.functions if full[0] == old]:
        for made in list(state.functions[full].values()):
            _move_function(state, made, (new, full[1]), gone)


def _move_function(state: SchemaState, made: Function, to: Name, gone: Gone) -> None:
    drops.remove_function(state, made, gone)
    made.name = to
    state.functions.setdefault(to, {})[routines.signature(made)] = made


def move(state: SchemaState, old: Name, new: Name, gone: Gone) -> None:
    """Give a relation another name or schema; its policies, triggers and indexes go with it."""
    table = state.relations.remove(old)
    if table is None:
        return
    table.name = new
    state.relations[new] = table
    state.gone[old] = gone
    state.gone.pop(new, None)
    for things in (state.policies, state.triggers):
        for owned in [owned for owned in things if owned[0] == old]:
            things[new, owned[1]] = things.pop(owned)
    for key, thing in list(state.indexes.items()):
        if thing.table == old:
            thing.table = new
            # An index is always in the schema of its table.
            state.indexes[new[0], key[1]] = state.indexes.pop(key)


def set_schema(statement: Statement) -> None:
    """Change the state as `alter … set schema` does."""
    state, node = statement.state, statement.node
    new = node["newschema"]
    gone = Gone(f"moved to schema {new}", statement.place)
    state.schemas.add(new)
    if "relation" in node:
        key = state.resolve(relation(node["relation"]))
        move(state, key, (new, key[1]), gone)
    elif node["objectType"] == "OBJECT_AGGREGATE":
        old = drops.aggregate(state, node["object"]["ObjectWithArgs"])
        _move_aggregate(state, old, (new, old[1]))
    elif node["objectType"] in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
        for made in drops.functions(state, node["object"]["ObjectWithArgs"]):
            _move_function(state, made, (new, made.name[1]), gone)
    elif node["objectType"] == "OBJECT_EXTENSION":
        state.foreign.add(new)


_KINDS: Mapping[str, Callable[[Statement, str], None]] = {
    "OBJECT_TABLE": _relation, "OBJECT_VIEW": _relation, "OBJECT_MATVIEW": _relation,
    "OBJECT_SEQUENCE": _relation, "OBJECT_FOREIGN_TABLE": _relation, "OBJECT_COLUMN": _column,
    "OBJECT_POLICY": _policy, "OBJECT_TRIGGER": _policy, "OBJECT_FUNCTION": _function,
    "OBJECT_PROCEDURE": _function, "OBJECT_INDEX": _index, "OBJECT_TYPE": _type,
    "OBJECT_SCHEMA": _schema, "OBJECT_TABCONSTRAINT": _constraint, "OBJECT_AGGREGATE": _aggregate,
}  # fmt: skip
