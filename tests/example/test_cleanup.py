"""cleanup/drop_legacy_v2.sql gives v2 up, or refuses and says what would be lost."""

import pytest

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations.apply import apply
from pytest_schemaverify.migrations.files import Migration
from tests.example.whole_catalog import all_rows, whole_catalog
from tests.example.worked_example import TOP, Connection, run, value

CLEANUP = TOP / "migrations" / "cleanup" / "drop_legacy_v2.sql"
FORGET = "set app.cleanup_forgets_embeddings = 'on'"
DISCARD = "set app.cleanup_discards_other_tables = 'on'"
COMPUTE = """
update {table} set embedding = (select array_agg(0.1) from generate_series(1, 1536))::vector
where embedding is null
"""


def clean_up(connection: Connection) -> list[str]:
    """Run the script and return what the server said."""
    return [notice.message for notice in apply(connection, Migration(CLEANUP, "", "")).notices]


def computed(connection: Connection) -> None:
    """Do what the workers of the queue do."""
    connection.execute("set search_path = public, extensions")
    for table in ("memories", "knowledge_base"):
        connection.execute(COMPUTE.format(table=table).encode())


def there(connection: Connection) -> bool:
    return bool(value(connection, "select to_regnamespace('legacy_v2') is not null"))


def refusal(connection: Connection) -> str:
    """Return why the script refuses; nothing has changed then."""
    catalog, rows = whole_catalog(connection), all_rows(connection)
    with pytest.raises(MigrationFailed) as refused:
        clean_up(connection)
    connection.execute("rollback")
    assert whole_catalog(connection) == catalog
    assert all_rows(connection) == rows
    return str(refused.value)


def test_it_drops_v2_and_nothing_else(migrated: Connection) -> None:
    computed(migrated)
    migrated.execute(DISCARD.encode())
    v3 = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
    before = value(migrated, v3), value(migrated, "select count(*) from auth.users")
    clean_up(migrated)
    assert not there(migrated)
    assert (value(migrated, v3), value(migrated, "select count(*) from auth.users")) == before
    assert "nothing to clean up" in clean_up(migrated)[0]


def test_it_refuses_before_the_data_is_migrated(legacy: Connection) -> None:
    run(legacy, "003")
    message = refusal(legacy)
    assert "rows of v2 are neither taken over nor explained: ai_agents: " in message
    assert "ai_memories: 300" in message


@pytest.mark.parametrize(
    "lost",
    [
        "delete from legacy_v2.unmapped_rows where (source_table, source_id) = "
        "(select source_table, min(source_id) from legacy_v2.unmapped_rows"
        " where source_table = 'ai_memories' group by 1)",
        "update legacy_v2.unmapped_rows set reason = ' ' where (source_table, source_id) = "
        "(select source_table, min(source_id) from legacy_v2.unmapped_rows"
        " where source_table = 'ai_memories' group by 1)",
        "insert into legacy_v2.ai_memories (service_id, content) values ('late', 'written later')",
    ],
    ids=["forgotten", "not explained", "written since"],
)
def test_it_refuses_because_of_one_row(migrated: Connection, lost: str) -> None:
    computed(migrated)
    migrated.execute(f"{FORGET}; {DISCARD}".encode())
    migrated.execute(lost.encode())
    assert "neither taken over nor explained: ai_memories: 1 (" in refusal(migrated)


def test_it_refuses_while_embeddings_wait_unless_that_is_confirmed(migrated: Connection) -> None:
    migrated.execute(DISCARD.encode())
    message = refusal(migrated)
    assert "embeddings have not been computed again: " in message
    assert "in memories, of 384 dimensions" in message
    assert "app.cleanup_forgets_embeddings" in message
    migrated.execute(f"{DISCARD}; {FORGET}".encode())
    assert any(said.startswith("forgotten") for said in clean_up(migrated))
    assert not there(migrated)


def test_it_refuses_while_tables_without_a_counterpart_have_rows(migrated: Connection) -> None:
    computed(migrated)
    assert "ai_conversations: " in refusal(migrated)


@pytest.mark.parametrize(
    ("use", "named"),
    [
        ("create view mine as select content from legacy_v2.ai_memories", "view public.mine"),
        ("create table mine (tool legacy_v2.tool_name)", "column tool of table public.mine"),
        (
            "create table mine (id uuid constraint kept references legacy_v2.ai_agents)",
            "constraint kept on table public.mine",
        ),
        (
            "create trigger kept before update on widgets for each row"
            " execute function legacy_v2.update_updated_at_column()",
            "trigger kept on table public.widgets",
        ),
    ],
)
def test_it_refuses_while_something_uses_v2(migrated: Connection, use: str, named: str) -> None:
    computed(migrated)
    migrated.execute(f"{DISCARD}; {use}".encode())
    assert named in refusal(migrated)
