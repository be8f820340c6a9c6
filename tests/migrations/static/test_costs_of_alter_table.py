"""What the rule says of ALTER TABLE is what a server does: it writes, indexes or reads the rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection, errors

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from tests.migrations.static.reading import analysed

COSTS = yaml.safe_load(Path("tests/data/alter_table.yaml").read_text(encoding="utf-8"))
TABLES = COSTS.pop("tables")
EFFECTS = {
    "written anew": "rewrite",
    "index is built": "index",
    "nobody can write to the table meanwhile": "index",
    "every row": "read",
    "it fails": "fails",
}
"""Words of the rule's findings, and what they mean."""
MESSAGES = {"building": "index", "verifying": "read", "validating": "read"}
"""First words of what a server says at level DEBUG1, and what they mean."""
NODES = """
    select oid, relfilenode from pg_catalog.pg_class
    where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace
"""


@pytest.fixture(scope="module")
def prepared(server: Server, available: set[str]) -> Iterator[Connection[Any]]:
    if "citext" not in available:
        pytest.skip("this server has no citext, a type of which some of the tables are made")
    made = databases.create(server, name="costs", platform="postgres", extensions={})
    with databases.connect(made.dsn, autocommit=True) as connection:
        # Of the database, as RESET goes back to that.
        connection.execute("alter database costs set timezone = 'Europe/Berlin'")
    with databases.connect(made.dsn, autocommit=True) as connection:
        connection.execute(TABLES)
        yield connection
    databases.drop(server, "costs")


def _strongest(costs: set[str]) -> str:
    return next(
        (cost for cost in ("fails", "rewrite", "index", "read") if cost in costs), "nothing"
    )


def _measured(connection: Connection[Any], before: str, statement: str) -> str:
    """Return what a server does for a statement."""
    messages: list[str] = []

    def note(message: Any) -> None:
        messages.append(message.message_primary)

    with connection.transaction(force_rollback=True):
        connection.execute(before)
        nodes = dict(connection.execute(NODES).fetchall())
        connection.add_notice_handler(note)
        connection.execute("set local client_min_messages = debug1")
        try:
            with connection.transaction():
                connection.execute(statement)
        except errors.NotNullViolation:
            return "fails"
        finally:
            connection.remove_notice_handler(note)
        after = dict(connection.execute(NODES).fetchall())
    # The indexes of a TOAST table are built with it.
    said = [text.partition(" ")[0] for text in messages if "pg_toast" not in text]
    costs = {MESSAGES[word] for word in said if word in MESSAGES}
    moved = any(after.get(oid, node) != node for oid, node in nodes.items())
    return _strongest(costs | ({"rewrite"} if moved else set()))


def _read(folder: Path, before: str, statement: str) -> str:
    """Return what the rule says of a statement."""
    found = analysed(folder, TABLES, f"{before};\n{statement};")
    assert found.unread == []
    hazards = [one for one in found.locks if one.place.position.line == 2 and one.below > 13]
    return _strongest(
        {cost for one in hazards for words, cost in EFFECTS.items() if words in one.effect}
    )


@pytest.mark.parametrize(
    ("cost", "written"), [(cost, one) for cost, listed in COSTS.items() for one in listed]
)
def test_the_rule_says_what_the_server_does(
    prepared: Connection[Any], tmp_path: Path, cost: str, written: str
) -> None:
    before, _, statement = written.rpartition("; ")
    assert _measured(prepared, before, statement) == cost
    assert _read(tmp_path, before, statement) == cost
