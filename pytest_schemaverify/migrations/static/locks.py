"""Statements that keep others waiting: long locks and rewrites of tables that are in use.

The lock of each statement is in https://www.postgresql.org/docs/current/explicit-locking.html and
in the notes of ALTER TABLE, CREATE INDEX, REINDEX and REFRESH MATERIALIZED VIEW.
"""

from collections.abc import Callable, Iterator, Mapping

from pytest_schemaverify.migrations.static.alter_table_locks import CLOSED, alter_table
from pytest_schemaverify.migrations.static.constraints import index_of
from pytest_schemaverify.migrations.static.hazards import Hazard, earlier, old_column
from pytest_schemaverify.migrations.static.nodes import name, relation
from pytest_schemaverify.migrations.static.schema_state import Relation
from pytest_schemaverify.migrations.static.statement import Statement
from pytest_schemaverify.sql.statements import Node

_NO_WRITES = "nobody can write to the table meanwhile"


def locks(statement: Statement) -> Iterator[Hazard]:
    """Yield what a statement locks or rewrites, of tables that an earlier file made."""
    if found := _KINDS.get(statement.tree.kind):
        yield from found(statement)


def _index(statement: Statement) -> Iterator[Hazard]:
    key = statement.state.resolve(relation(statement.node["relation"]))
    named = (key[0], statement.node.get("idxname", ""))
    tolerant = statement.node.get("if_not_exists") or statement.guarded("index")
    exists = tolerant and named in statement.state.indexes
    # ON ONLY of a partitioned table reads nothing: the partitions get theirs one by one.
    whole = statement.state.relations.get(key)
    only = not statement.node["relation"].get("inh")
    if only and whole is not None and whole.split_by is not None:
        return
    # A condition sees to it, too, that none is made of columns that are not there.
    if statement.conditional and whole is not None and whole.complete:
        exists = exists or not index_of(statement.node).columns <= {*whole.columns}
    if not statement.node.get("concurrent") and not exists and earlier(statement, key):
        yield Hazard("create index", ".".join(key), statement.place, f"{_NO_WRITES}",
                     "create index concurrently, outside a transaction")  # fmt: skip


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
    node = statement.node
    if statement.tree.kind == "VacuumStmt":
        options = {item["DefElem"]["defname"] for item in node.get("options", ())}
        if "full" not in options:
            return
    named = [item["VacuumRelation"]["relation"] for item in node.get("rels", ())]
    if _others(statement, *named, *([node["relation"]] if "relation" in node else [])):
        what = "cluster" if statement.tree.kind == "ClusterStmt" else "vacuum full"
        effect = f"they are written anew; {CLOSED}"
        yield Hazard(what, "the tables", statement.place, effect)


def _others(statement: Statement, *named: Node) -> bool:
    """Return whether a statement is about tables that this file has not made itself."""
    keys = [statement.state.resolve(relation(node)) for node in named]
    return not keys or any(earlier(statement, key) for key in keys)


def _reindex(statement: Statement) -> Iterator[Hazard]:
    options = {item["DefElem"]["defname"] for item in statement.node.get("params", ())}
    shown = statement.node.get("relation", {})
    about_table = [shown] if statement.node["kind"] == "REINDEX_OBJECT_TABLE" else []
    # SHARE on the table, and ACCESS EXCLUSIVE on the index, which blocks queries of the table, too.
    if "concurrently" not in options and _others(statement, *about_table):
        yield Hazard("reindex", relation(shown)[1], statement.place, _NO_WRITES,
                     "reindex concurrently")  # fmt: skip


_SHARE = 5
"""The weakest lock that keeps others from writing, as lockdefs.h numbers them."""


def _lock(statement: Statement) -> Iterator[Hazard]:
    if statement.node["mode"] < _SHARE:
        return
    for item in statement.node["relations"]:
        key = statement.state.resolve(relation(item["RangeVar"]))
        if earlier(statement, key):
            yield Hazard(
                "lock table", ".".join(key), statement.place, "others wait for the file to end"
            )


def _domain(statement: Statement) -> Iterator[Hazard]:
    """Yield the tables that are read when a domain gets a constraint."""
    node = statement.node
    # C adds a constraint, V validates one, O sets NOT NULL: each under SHARE on the tables.
    unread = node.get("def", {}).get("Constraint", {}).get("skip_validation", False)
    if node["subtype"] not in "CVO" or unread:
        return
    written = name(node["typeName"])
    for table in statement.state.relations.values():
        uses = [one.name for one in table.columns.values()
                if written[1] in statement.state.domains(one.type)]  # fmt: skip
        if uses and table.kind == "table" and earlier(statement, table.name):
            shown = f"{'.'.join(table.name)}.{uses[0]}"
            yield Hazard(
                "alter domain",
                shown,
                statement.place,
                f"every row is read; {_NO_WRITES}",
                "approve it, or check each column by a constraint that is not valid",
            )


_KINDS: Mapping[str, Callable[[Statement], Iterator[Hazard]]] = {
    "IndexStmt": _index, "AlterTableStmt": alter_table, "RenameStmt": _rename,
    "RefreshMatViewStmt": _refresh, "VacuumStmt": _rewrite, "ClusterStmt": _rewrite,
    "ReindexStmt": _reindex, "LockStmt": _lock,
    "AlterDomainStmt": _domain,
}  # fmt: skip
