"""The comments that CREATE EXTENSION gives are read where the control files can be."""

from typing import Any

from psycopg import Connection

from pytest_schemaverify.kinds.extensions.row import first_comment
from pytest_schemaverify.kinds.form import Look, form_of
from pytest_schemaverify.kinds.snapshot import read


def _written(connection: Connection[Any]) -> tuple[str | None, Any]:
    """Return the first comment of an extension, and what a file would say of its present one."""
    catalog = read(connection)
    row = catalog.find("extensions", ("fuzzystrmatch",))
    return first_comment("fuzzystrmatch", catalog), form_of("extensions").values["comment"](
        row, Look(catalog)
    )


def test_a_comment_is_written_where_it_is_not_the_first_one(connection: Connection[Any]) -> None:
    connection.execute("create extension fuzzystrmatch")
    first, written = _written(connection)
    assert first
    assert written is None
    connection.execute("comment on extension fuzzystrmatch is 'Sounds'")
    assert _written(connection) == (first, "Sounds")
    connection.execute("comment on extension fuzzystrmatch is null")
    assert _written(connection) == (first, "absent")


def test_it_is_left_out_where_the_first_one_cannot_be_read(connection: Connection[Any]) -> None:
    connection.execute("create extension fuzzystrmatch")
    connection.execute("comment on extension fuzzystrmatch is 'Sounds'")
    connection.execute("revoke execute on function pg_available_extensions() from public")
    connection.execute("set local role pg_monitor")
    assert _written(connection) == (None, None)
    connection.execute("set local role none")
