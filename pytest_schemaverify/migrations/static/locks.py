"""Statements that keep others waiting: long locks and rewrites of tables that are in use.

The lock of each statement is in https://www.postgresql.org/docs/current/explicit-locking.html and
in the notes of ALTER TABLE, CREATE INDEX, REINDEX and REFRESH MATERIALIZED VIEW.
"""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, old_column, rewrites
from pytest_schemaverify.migrations.static.nodes import Name, name, relation, type_of
from pytest_schemaverify.migrations.static.schema_state import Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node, walk

_CLOSED = "nobody can read or write the table meanwhile"
_BY_INDEX = "create unique index concurrently, then add constraint … using index"
_NO_WRITES = "nobody can write to the table meanwhile"
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


def locks(statement: Statement) -> Iterator[Hazard]:
    """Yield what a statement locks or rewrites, of tables that an earlier file made."""
    if found := _KINDS.get(statement.tree.kind):
        yield from found(statement)


def _index(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    named = (key[0], statement.node.get("idxname", ""))
    exists = statement.node.get("if_not_exists") and named in statement.state.indexes
    if not statement.node.get("concurrent") and not exists and earlier(statement, key):
        yield Hazard("create index", ".".join(key), statement.place, f"{_NO_WRITES}",
                     "create index concurrently, outside a transaction")  # fmt: skip


def _alter(statement: Statement) -> Iterator[Hazard]:
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
                     f"the table is written anew; {_CLOSED}", instead)  # fmt: skip
    elif default:
        yield Hazard("add column with a default", shown, statement.place,
                     f"the table is written anew; {_CLOSED}", below=11)  # fmt: skip
    elif "CONSTR_NOTNULL" in constraints:
        yield Hazard("add column not null without default", shown, statement.place,
                     "it fails as soon as the table has a row", "give it a default")  # fmt: skip
    if "CONSTR_UNIQUE" in constraints or "CONSTR_PRIMARY" in constraints:
        yield Hazard("add unique column", shown, statement.place, f"an index is built; {_CLOSED}",
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
                         f"every row is read; {_CLOSED}", below=12)  # fmt: skip
            return
    yield Hazard("set not null", f"{'.'.join(key)}.{command['name']}", statement.place,
                 f"every row is read; {_CLOSED}",
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
                     f"the table is written anew; {_CLOSED}",
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
        yield Hazard(f"add {kind}", ".".join(key), statement.place, f"an index is built; {_CLOSED}",
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
    waiting = "nobody can write to either table meanwhile" if kind == "foreign key" else _CLOSED
    return Hazard(f"add {kind}", shown, statement.place, f"every row is checked; {waiting}",
                  "add it not valid, then validate it in a transaction of its own")  # fmt: skip


def _storage(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    what = "alter table … set logged, unlogged, tablespace or access method"
    effect = f"the table is written anew; {_CLOSED}"
    yield Hazard(what, ".".join(key), statement.place, effect)


_COMMANDS: Mapping[str, Callable[[Statement, Name, Relation | bool, Node], Iterator[Hazard]]] = {
    "AT_AddColumn": _add_column, "AT_SetNotNull": _not_null, "AT_AlterColumnType": _type,
    "AT_AddConstraint": _constraint, "AT_SetLogged": _storage, "AT_SetUnLogged": _storage,
    "AT_SetTableSpace": _storage, "AT_SetAccessMethod": _storage,
}  # fmt: skip


def _rename(statement: Statement) -> Iterator[Hazard]:
    kind = statement.node["renameType"]
    if kind not in ("OBJECT_TABLE", "OBJECT_COLUMN") or "relation" not in statement.node:
        return
    key = statement.state.resolve(relation(statement.node["relation"]))
    table = earlier(statement, key)
    # A column of this file is in no application yet.
    if kind == "OBJECT_COLUMN" and isinstance(table, Relation) and table.complete:
        table = table if old_column(statement, table, statement.node["subname"]) else False
    if not table or (isinstance(table, Relation) and table.kind != "table"):
        return
    if table is True and (statement.node.get("missing_ok") or statement.conditional):
        return
    shown = ".".join(key) + (f".{statement.node['subname']}" if kind == "OBJECT_COLUMN" else "")
    what = "rename table" if kind == "OBJECT_TABLE" else "rename column"
    effect = "the application that is running asks for the old name"
    yield Hazard(what, shown, statement.place, effect,
                 "a view of the old name, or a new column that is kept up to date")  # fmt: skip


def _refresh(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    if not statement.node.get("concurrent") and earlier(statement, key):
        yield Hazard("refresh materialized view", ".".join(key), statement.place,
                     "nobody can read it meanwhile",
                     "refresh materialized view concurrently")  # fmt: skip


def _rewrite(statement: Statement) -> Iterator[Hazard]:
    if statement.tree.kind == "VacuumStmt":
        options = {item["DefElem"]["defname"] for item in statement.node.get("options", ())}
        if "full" not in options:
            return
    what = "cluster" if statement.tree.kind == "ClusterStmt" else "vacuum full"
    yield Hazard(what, "the tables", statement.place, f"they are written anew; {_CLOSED}")


def _reindex(statement: Statement) -> Iterator[Hazard]:
    options = {item["DefElem"]["defname"] for item in statement.node.get("params", ())}
    # SHARE on the table, and ACCESS EXCLUSIVE on the index, which blocks queries of the table, too.
    if "concurrently" not in options:
        shown = relation(statement.node.get("relation", {}))[1]
        yield Hazard("reindex", shown, statement.place, _NO_WRITES, "reindex concurrently")


def _lock(statement: Statement) -> Iterator[Hazard]:
    for item in statement.node["relations"]:
        key = statement.state.resolve(relation(item["RangeVar"]))
        if earlier(statement, key):
            yield Hazard(
                "lock table", ".".join(key), statement.place, "others wait for the file to end"
            )


_KINDS: Mapping[str, Callable[[Statement], Iterator[Hazard]]] = {
    "IndexStmt": _index, "AlterTableStmt": _alter, "RenameStmt": _rename,
    "RefreshMatViewStmt": _refresh, "VacuumStmt": _rewrite, "ClusterStmt": _rewrite,
    "ReindexStmt": _reindex, "LockStmt": _lock,
}  # fmt: skip
