"""What `alter table` locks or rewrites, one function for each of its commands.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, old_column, rewrites
from pytest_schemaverify.migrations.static.nodes import Name, name, relation, type_of
from pytest_schemaverify.migrations.static.schema_state import Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node, walk

CLOSED = "nobody can read or write the table meanwhile"
_BY_INDEX = "create unique index concurrently, then add constraint … using index"
# Since PostgreSQL 11 a default that is evaluated once is kept in pg_attribute.attmissingval; a
# volatile one has another value for each row, so the table is rewritten on every version.
_VOLATILE = frozenset({
    "random", "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    "uuidv4", "uuidv7", "clock_timestamp", "timeofday", "nextval", "gen_random_bytes", "nanoid",
    "gen_salt", "random_normal",
})  # fmt: skip
_STABLE = frozenset({
    "now", "statement_timestamp", "transaction_timestamp", "timezone", "to_char", "md5", "lower",
    "upper", "coalesce", "jsonb_build_object", "json_build_object", "jsonb_build_array", "array",
    "date_trunc", "uid", "current_setting", "make_interval", "to_tsvector", "concat", "date_part",
    "date", "jsonb_object", "interval",
})  # fmt: skip


def alter_table(statement: Statement) -> Iterator[Hazard]:
    """Yield what an `alter table` locks or rewrites, if an earlier file made the table."""
    if statement.node.get("objtype") != "OBJECT_TABLE":
        return
    key = statement.state.resolve(relation(statement.node["relation"]))
    table = earlier(statement, key)
    for item in statement.node.get("cmds", ()) if table else ():
        command = item["AlterTableCmd"]
        if found := _COMMANDS.get(command["subtype"]):
            yield from found(statement, key, table, command)


def _add_column(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    node = command["def"]["ColumnDef"]
    if command.get("missing_ok") and old_column(statement, table, node["colname"]):
        return
    shown = f"{'.'.join(key)}.{node['colname']}"
    constraints = {item["Constraint"]["contype"]: item["Constraint"]
                   for item in node.get("constraints", ())}  # fmt: skip
    default = constraints.get("CONSTR_DEFAULT", {}).get("raw_expr")
    makes = type_of(node["typeName"]).name[1].endswith("serial") or "CONSTR_IDENTITY" in constraints
    if makes or "CONSTR_GENERATED" in constraints or (default and _volatile(statement, default)):
        instead = "add it without a default, fill it in batches, then set the default"
        if constraints.get("CONSTR_GENERATED", {}).get("generated_kind") == "v":
            return  # a virtual column, of PostgreSQL 18, is computed when it is read
        yield Hazard("add column that differs in every row", shown, statement.place,
                     f"the table is written anew; {CLOSED}", instead)  # fmt: skip
    elif default:
        yield Hazard("add column with a default", shown, statement.place,
                     f"the table is written anew; {CLOSED}", below=11)  # fmt: skip
    elif "CONSTR_NOTNULL" in constraints:
        yield Hazard("add column not null without default", shown, statement.place,
                     "it fails as soon as the table has a row", "give it a default")  # fmt: skip
    if "CONSTR_UNIQUE" in constraints or "CONSTR_PRIMARY" in constraints:
        yield Hazard("add unique column", shown, statement.place, f"an index is built; {CLOSED}",
                     _BY_INDEX)  # fmt: skip
    # Without a default all values are NULL, which no foreign key looks up.
    if "CONSTR_FOREIGN" in constraints and default:
        yield _constraint_hazard(statement, shown, "foreign key")


def _volatile(statement: Statement, expression: Node) -> bool:
    """Return whether an expression may give another value for each row."""
    for kind, node in walk({"": expression}):
        if kind == "FuncCall":
            bare = name(node["funcname"])[1]
            own = bare in statement.state.functions.bare
            # `create function` makes it volatile unless it says otherwise, and that is not read;
            # a function of one of the usual names (`auth.uid`) counts as what it looks like.
            if bare in _VOLATILE or (own and bare not in _STABLE):
                return True
    return False


def _not_null(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    column = old_column(statement, table, command["name"])
    if isinstance(table, Relation):
        if column and column.not_null:
            return
        # Since PostgreSQL 12 the server trusts a valid check and reads no row.
        if command["name"] in table.validated:
            yield Hazard("set not null", f"{'.'.join(key)}.{command['name']}", statement.place,
                         f"every row is read; {CLOSED}", below=12)  # fmt: skip
            return
    yield Hazard("set not null", f"{'.'.join(key)}.{command['name']}", statement.place,
                 f"every row is read; {CLOSED}",
                 "add constraint … check (… is not null) not valid, validate it, then set not null",
                 )  # fmt: skip


def _type(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    node = command["def"]["ColumnDef"]
    column = old_column(statement, table, command["name"])
    if isinstance(table, Relation) and table.complete and column is None:
        return  # added by this file
    new = type_of(node["typeName"])
    if rewrites(column.type if column else None, new):
        what = f"type {column.type} to {new}" if column else f"type to {new}"
        yield Hazard(what, f"{'.'.join(key)}.{command['name']}", statement.place,
                     f"the table is written anew; {CLOSED}",
                     "add a column of the new type, fill it in batches, then rename")  # fmt: skip


def _constraint(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    node = command["def"]["Constraint"]
    kind = _CONSTRAINTS.get(node["contype"])
    # USING INDEX only takes over an index that was built before.
    if kind is None or node.get("skip_validation") or "indexname" in node:
        return
    if node["contype"] in ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"):
        # An exclusion constraint takes no USING INDEX.
        instead = "" if node["contype"] == "CONSTR_EXCLUSION" else _BY_INDEX
        yield Hazard(f"add {kind}", ".".join(key), statement.place, f"an index is built; {CLOSED}",
                     instead)  # fmt: skip
    else:
        yield _constraint_hazard(statement, ".".join(key), kind)


_CONSTRAINTS = {
    "CONSTR_PRIMARY": "primary key", "CONSTR_UNIQUE": "unique constraint",
    "CONSTR_EXCLUSION": "exclusion constraint", "CONSTR_CHECK": "check constraint",
    "CONSTR_FOREIGN": "foreign key",
}  # fmt: skip


def _constraint_hazard(statement: Statement, shown: str, kind: str) -> Hazard:
    # SHARE ROW EXCLUSIVE on both tables for a foreign key, ACCESS EXCLUSIVE for a check.
    waiting = "nobody can write to either table meanwhile" if kind == "foreign key" else CLOSED
    return Hazard(f"add {kind}", shown, statement.place, f"every row is checked; {waiting}",
                  "add it not valid, then validate it in a transaction of its own")  # fmt: skip


def _storage(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    what = "alter table … set logged, unlogged, tablespace or access method"
    effect = f"the table is written anew; {CLOSED}"
    yield Hazard(what, ".".join(key), statement.place, effect)


_COMMANDS: Mapping[str, Callable[[Statement, Name, Relation | bool, Node], Iterator[Hazard]]] = {
    "AT_AddColumn": _add_column, "AT_SetNotNull": _not_null, "AT_AlterColumnType": _type,
    "AT_AddConstraint": _constraint, "AT_SetLogged": _storage, "AT_SetUnLogged": _storage,
    "AT_SetTableSpace": _storage, "AT_SetAccessMethod": _storage,
}  # fmt: skip
