"""How a file says what a role is."""

from pytest_schemaverify.kinds.form import Form, pairs

FORM = Form(
    values={"settings": lambda row, look: pairs(row.settings)},
    usual={"inherit": True, "connection_limit": -1},
    # `settings` has them too, and the database of a file has another name on each server.
    left=frozenset({"database_settings"}),
    # Those that every server has: PostgreSQL's own, and the one that made the cluster.
    there=lambda row, look: not row.initial and not row.name.startswith("pg_"),
)
