"""What `alter table` locks or rewrites, one function for each of its commands.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static import conversions
from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, old_column
from pytest_schemaverify.migrations.static.nodes import Name, relation, strings, type_of
from pytest_schemaverify.migrations.static.schema_state import Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.migrations.static.volatility import volatile
from pytest_schemaverify.sql.statements import Node

CLOSED = "nobody can read or write the table meanwhile"
_BY_INDEX = "create unique index concurrently, then add constraint … using index"


def alter_table(statement: Statement) -> Iterator[Hazard]:
    """Yield what an `alter table` locks or rewrites, if an earlier file made the table."""
    if statement.node.get("objtype") != "OBJECT_TABLE":
        return
    key = statement.state.resolve(relation(statement.node["relation"]))
    table = earlier(statement, key)
    # The rows of a foreign table are on another server: nothing here reads or writes them.
    if isinstance(table, Relation) and table.kind == "foreign table":
        return
    for item in statement.node.get("cmds", ()):
        command = item["AlterTableCmd"]
        if command["subtype"] == "AT_AttachPartition":
            yield from _attach(statement, key, command)
        elif table and (found := _COMMANDS.get(command["subtype"])):
            yield from found(statement, key, table, command)


def _add_column(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    node = command["def"]["ColumnDef"]
    tolerant = command.get("missing_ok") or statement.guarded("column")
    if tolerant and old_column(statement, table, node["colname"]):
        return
    shown = f"{'.'.join(key)}.{node['colname']}"
    constraints = {item["Constraint"]["contype"]: item["Constraint"]
                   for item in node.get("constraints", ())}  # fmt: skip
    default = constraints.get("CONSTR_DEFAULT", {}).get("raw_expr")
    written = _written_anew(statement, shown, node, constraints)
    if written is not None:
        yield written
    elif default:
        yield Hazard("add column with a default", shown, statement.place,
                     f"the table is written anew; {CLOSED}", below=11)  # fmt: skip
    elif (
        "CONSTR_NOTNULL" in constraints
        and "CONSTR_GENERATED" not in constraints
        and not _without_rows(statement, table)
    ):
        yield Hazard("add column not null without default", shown, statement.place,
                     "it fails as soon as the table has a row", "give it a default")  # fmt: skip
    if "CONSTR_UNIQUE" in constraints or "CONSTR_PRIMARY" in constraints:
        yield Hazard("add unique column", shown, statement.place, f"an index is built; {CLOSED}",
                     _BY_INDEX)  # fmt: skip
    # The rows that are written anew are checked on the way.
    if "CONSTR_CHECK" in constraints and written is None:
        yield _constraint_hazard(statement, shown, "check constraint")
    # Without a default all values are NULL, which no foreign key looks up.
    if "CONSTR_FOREIGN" in constraints and default:
        yield _constraint_hazard(statement, shown, "foreign key")


def _without_rows(statement: Statement, table: Relation | bool) -> bool:
    """Return whether this file has deleted all rows of a table."""
    emptied = table.emptied if isinstance(table, Relation) else None
    return emptied is not None and emptied.migration.whole is statement.place.migration.whole


def _written_anew(
    statement: Statement, shown: str, node: Node, constraints: Mapping[str, Node]
) -> Hazard | None:
    """Return what writes the table anew when a column is added; None where nothing does."""
    type_, state = type_of(node["typeName"]), statement.state
    default = constraints.get("CONSTR_DEFAULT", {}).get("raw_expr")
    effect = f"the table is written anew; {CLOSED}"
    generated = constraints.get("CONSTR_GENERATED", {})
    # A virtual column, of PostgreSQL 18, is computed when it is read.
    computed = generated and generated.get("generated_kind") != "v"
    makes = type_.name[1].endswith("serial") or "CONSTR_IDENTITY" in constraints
    if makes or computed or (default and volatile(state, default)):
        return Hazard("add column that differs in every row", shown, statement.place, effect,
                      "add it without a default, fill it in batches, then set the default",
                      )  # fmt: skip
    domain = state.domain(type_)
    if domain is not None and domain.constraints and not type_.dimensions:
        return Hazard("add column of a domain with constraints", shown, statement.place, effect,
                      "add it with the type of the domain, and a check that is not valid",
                      )  # fmt: skip
    return None


def _not_null(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    column = old_column(statement, table, command["name"])
    if isinstance(table, Relation):
        if column and column.not_null:
            return
        # Since PostgreSQL 12 the server trusts a valid check and reads no row.
        if table.proved_not_null(command["name"]):
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
    # Also that of a column of this file: what is written anew is the table.
    column = table.columns.get(command["name"]) if isinstance(table, Relation) else None
    if isinstance(table, Relation) and table.complete and column is None:
        return  # there is none
    new = type_of(node["typeName"])
    what = f"type {column.type} to {new}" if column else f"type to {new}"
    shown, state = f"{'.'.join(key)}.{command['name']}", statement.state
    old = column.type if column else None
    if conversions.rewrites(state, old, new, node.get("raw_default")):
        instead = "add a column of the new type, fill it in batches, then rename"
        if old and conversions.only_the_zone(state, old, new, node.get("raw_default")):
            instead = "set timezone = 'UTC' before it, where the times are in UTC"
        yield Hazard(what, shown, statement.place, f"the table is written anew; {CLOSED}", instead)
    elif column and isinstance(table, Relation):
        yield from _kept_rows(statement, table, Hazard(what, shown, statement.place, ""), command)


def _kept_rows(
    statement: Statement, table: Relation, hazard: Hazard, command: Node
) -> Iterator[Hazard]:
    """Yield what a new type does to the indexes and checks of a column whose rows stay."""
    name, node = command["name"], command["def"]["ColumnDef"]
    old, new = table.columns[name].type, type_of(node["typeName"])
    if any(
        name in index.columns
        and conversions.rebuilds(statement.state, old, new, index, collated="collClause" in node)
        for index in table.indexes.values()
    ):
        yield hazard._replace(
            effect=f"an index is built anew; {CLOSED}",
            instead="drop the index before and create it concurrently afterwards",
        )
    elif any(
        one.valid and not one.foreign and name in one.columns for one in table.checks.values()
    ):
        yield hazard._replace(
            effect=f"every row is checked; {CLOSED}",
            instead="drop the check before, add it not valid afterwards, then validate it",
        )


def _constraint(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    node = command["def"]["Constraint"]
    if node["contype"] == "CONSTR_NOTNULL" and not node.get("skip_validation"):
        for name in strings(node["keys"]):
            yield from _not_null(statement, key, table, {"name": name})
    kind = _CONSTRAINTS.get(node["contype"])
    if kind is None or node.get("skip_validation"):
        return
    there = isinstance(table, Relation) and table.has_constraint(node.get("conname", ""))
    if there and statement.guarded("constraint"):
        return
    if "indexname" in node:
        yield from _using_index(statement, key, table, node)
        return
    if node["contype"] in ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"):
        # An exclusion constraint takes no USING INDEX.
        instead = "" if node["contype"] == "CONSTR_EXCLUSION" else _BY_INDEX
        yield Hazard(f"add {kind}", ".".join(key), statement.place, f"an index is built; {CLOSED}",
                     instead)  # fmt: skip
    else:
        yield _constraint_hazard(statement, ".".join(key), kind)


def _using_index(
    statement: Statement, key: Name, table: Relation | bool, node: Node
) -> Iterator[Hazard]:
    """Yield what a primary key does beyond taking over an index that was built before."""
    index = table.indexes.get(node["indexname"]) if isinstance(table, Relation) else None
    if node["contype"] != "CONSTR_PRIMARY" or index is None or not isinstance(table, Relation):
        return
    columns = [table.columns[name] for name in sorted(index.columns) if name in table.columns]
    null = [one.name for one in columns if not one.not_null and not table.proved_not_null(one.name)]
    if null:
        yield Hazard("add primary key", ".".join(key), statement.place,
                     f"every row is read, as {', '.join(null)} may be null until then; {CLOSED}",
                     f"add check ({null[0]} is not null) not valid before, and validate it",
                     )  # fmt: skip


def _attach(statement: Statement, parent: Name, command: Node) -> Iterator[Hazard]:
    """Yield the reading of a partition that is attached, unless its checks prove what is in it."""
    key = statement.state.resolve(relation(command["def"]["PartitionCmd"]["name"]))
    part, whole = earlier(statement, key), statement.state.relations.get(parent)
    if not isinstance(part, Relation) or not part.complete:
        return
    by = whole.split_by if whole is not None else None
    # Whether a check says the same as the bounds is not computed: one about the key counts.
    checks = [one for one in part.checks.values() if one.valid and not one.foreign]
    if any(not by or one.columns & by for one in checks):
        return
    yield Hazard("attach partition", ".".join(key), statement.place, f"every row is read; {CLOSED}",
                 "add a check that says the same as its bounds not valid, and validate it before",
                 )  # fmt: skip


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
    there = {"AT_SetLogged": False, "AT_SetUnLogged": True}.get(command["subtype"])
    if isinstance(table, Relation) and table.unlogged is there:
        return  # it is so already
    what = "alter table … set logged, unlogged, tablespace or access method"
    effect = f"the table is written anew; {CLOSED}"
    yield Hazard(what, ".".join(key), statement.place, effect)


def _computed(
    statement: Statement, key: Name, table: Relation | bool, command: Node
) -> Iterator[Hazard]:
    shown = f"{'.'.join(key)}.{command['name']}"
    column = table.columns.get(command["name"]) if isinstance(table, Relation) else None
    if column is None or not column.virtual:
        yield Hazard("set expression", shown, statement.place,
                     f"the table is written anew; {CLOSED}")  # fmt: skip


_COMMANDS: Mapping[str, Callable[[Statement, Name, Relation | bool, Node], Iterator[Hazard]]] = {
    "AT_AddColumn": _add_column, "AT_SetNotNull": _not_null, "AT_AlterColumnType": _type,
    "AT_AddConstraint": _constraint, "AT_SetLogged": _storage, "AT_SetUnLogged": _storage,
    "AT_SetTableSpace": _storage, "AT_SetAccessMethod": _storage, "AT_SetExpression": _computed,
}  # fmt: skip
