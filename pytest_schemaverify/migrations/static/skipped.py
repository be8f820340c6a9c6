"""What a file goes on to do to a table after its own definition of that table was skipped.

`create table if not exists` leaves an existing table as it is; the policies, triggers, indexes,
comments and rows behind it in the file then meet the first definition.
"""

from pytest_schemaverify.migrations.static.nodes import name, relation
from pytest_schemaverify.migrations.static.statement import Statement


def note_later(statement: Statement) -> None:
    """Note what a file does to the table of a definition that was skipped in it."""
    described = _described(statement) if statement.conflicts else None
    if described is None:
        return
    table = statement.state.resolve(described[0])
    # The conflicts of a file are the last ones, as files are read one after the other.
    for conflict in reversed(statement.conflicts):
        if conflict.second.migration.whole is not statement.place.migration.whole:
            return
        if conflict.skipped and conflict.table == table:
            conflict.later.append((described[1], statement.place))


def _described(statement: Statement) -> tuple[tuple[str, str], str] | None:
    """Return the table that a statement is about and what it adds to it; None for others."""
    node, kind = statement.node, statement.tree.kind
    if kind == "CreatePolicyStmt":
        return relation(node["table"]), f'policy "{node["policy_name"]}"'
    if kind == "CreateTrigStmt":
        return relation(node["relation"]), f"trigger {node['trigname']}"
    if kind == "IndexStmt":
        return relation(node["relation"]), f"index {node.get('idxname', '')}".rstrip()
    if kind == "CommentStmt" and node["objtype"] == "OBJECT_TABLE":
        return name(node["object"]["List"]["items"]), "comment"
    if kind == "InsertStmt":
        return relation(node["relation"]), "rows"
    return None
