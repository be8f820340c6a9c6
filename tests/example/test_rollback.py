"""005 returns to v2 exactly, or not at all."""

import pytest

from pytest_schemaverify.errors import MigrationFailed
from tests.example.whole_catalog import all_rows, whole_catalog
from tests.example.worked_example import Connection, run, user_id, value

CONFIRM = "set app.rollback_discards_v3_rows = 'on'"


@pytest.mark.parametrize(
    "way",
    [
        ["003", "005"],
        ["003", "004", "005"],
        ["003", "003", "004", "004", "005"],
        ["003", "004", "005", "005"],
        ["003", "004", "005", "003", "004", "005"],
        ["005"],
    ],
    ids="-".join,
)
def test_there_and_back_leaves_no_trace(before: Connection, way: list[str]) -> None:
    catalog, rows = whole_catalog(before), all_rows(before)
    run(before, *way)
    assert whole_catalog(before) ^ catalog == set()
    assert all_rows(before) == rows


def test_the_comparison_sees_what_a_rollback_may_forget(legacy: Connection) -> None:
    forgotten = [
        "grant select on ai_memories to pg_monitor",
        "comment on column ai_memories.content is 'changed'",
        "alter table ai_memories alter content set storage external",
        "alter publication supabase_realtime drop table ai_tasks",
        "alter sequence ai_task_ticket_seq restart with 7",
        "alter index likes_by_widget rename to likes_by_widget_2",
        'alter policy "Service access" on ai_memories to authenticated',
        "alter function count_call(text) reset all",
        "alter table ai_tasks disable trigger all; alter table ai_tasks replica identity default",
        "alter default privileges in schema public revoke all on tables from anon",
        "alter type agent_status add value 'new'",
        "drop domain tool_name cascade",
    ]
    for statement in forgotten:
        with legacy.transaction(force_rollback=True):
            catalog = whole_catalog(legacy)
            legacy.execute(statement.encode())
            assert whole_catalog(legacy) != catalog, statement


def test_an_extension_that_was_there_before_stays(empty: Connection) -> None:
    empty.execute("create extension vector with schema extensions")
    run(empty, "003", "004", "005")
    assert value(empty, "select count(*) from pg_extension where extname = 'vector'") == 1


def test_it_refuses_when_v3_holds_rows_of_its_own_and_names_the_counts(
    migrated: Connection,
) -> None:
    migrated.execute(
        "insert into memories (user_id, content) select id, 'New' from auth.users limit 3"
    )
    migrated.execute(
        """
        insert into widget_comments (widget_id, user_id, body)
        select id, user_id, 'Nice' from widgets limit 2
        """
    )
    migrated.execute(
        "update tasks set title = 'Changed' where id = (select min(id::text) from tasks)::uuid"
    )
    catalog, rows = whole_catalog(migrated), all_rows(migrated)

    with pytest.raises(MigrationFailed) as refused:
        run(migrated, "005")

    said = str(refused.value)
    assert (
        "memories: 3 new, 0 changed; widget_comments: 2 new, 0 changed; tasks: 0 new, 1 changed"
        in said
    )
    assert "app.rollback_discards_v3_rows" in said
    assert whole_catalog(migrated) == catalog
    assert all_rows(migrated) == rows


def test_every_table_of_v3_is_asked(empty: Connection) -> None:
    """One row in each table, and each is in the message."""
    run(empty, "003")
    empty.execute(EVERYTHING.format(user=user_id(1), other=user_id(2)).encode())
    counts = {
        name: len(rows) for name, rows in all_rows(empty).items() if name != "schema_migrations"
    }
    assert len(counts) == 17
    with pytest.raises(MigrationFailed) as refused:
        run(empty, "005")
    for name, number in counts.items():
        assert number > 0, name
        assert f"{name}: {number} new" in str(refused.value)


def test_the_setting_confirms(legacy: Connection) -> None:
    catalog, rows = whole_catalog(legacy), all_rows(legacy)
    run(legacy, "003", "004")
    legacy.execute(
        "insert into memories (user_id, content) select id, 'New' from auth.users limit 3"
    )
    legacy.execute(CONFIRM)
    said = run(legacy, "005")
    assert "memories: 3 new" in said[0]
    assert whole_catalog(legacy) == catalog
    assert all_rows(legacy) == rows


def test_rows_that_were_deleted_in_v3_are_named_and_return(migrated: Connection) -> None:
    migrated.execute("delete from memories where user_id = %s", [user_id(1)])
    said = run(migrated, "005")
    assert [
        line for line in said if line.startswith("deleted in v3, but still there in v2: memories: ")
    ]


def test_what_others_built_on_v3_stops_it(migrated: Connection) -> None:
    migrated.execute("create view public.recent as select id from public.memories")
    with pytest.raises(MigrationFailed, match="recent"):
        run(migrated, "005")
    assert value(migrated, "select count(*) from memories") > 0


def test_it_says_so_when_v2_has_been_given_up(migrated: Connection) -> None:
    migrated.execute("drop schema legacy_v2 cascade")
    with pytest.raises(MigrationFailed, match="legacy_v2 has been dropped"):
        run(migrated, "005")


EVERYTHING = """
insert into auth.users (id) values ('{user}'), ('{other}');
insert into user_profiles (user_id) values ('{user}');
insert into api_keys (user_id, name, key_prefix, key_hash)
  values ('{user}', 'key', 'abcd', sha256('abcdefg'));
insert into user_sessions (user_id, expires_at) values ('{user}', now() + interval '1 day');
insert into agents (user_id, name, model) values ('{user}', 'a', 'm');
insert into agent_performance_metrics (user_id, agent_id, metric, value)
  select user_id, id, 'latency', 1 from agents;
insert into memories (user_id, content) values ('{user}', 'one'), ('{user}', 'two');
insert into memory_associations (user_id, source_id, target_id)
  select '{user}', min(id::text)::uuid, max(id::text)::uuid from memories;
insert into widgets (user_id, name) values ('{user}', 'w');
insert into widget_versions (user_id, widget_id, version, code)
  select user_id, id, 1, 'x' from widgets;
insert into widget_likes (user_id, widget_id) select user_id, id from widgets;
insert into widget_comments (user_id, widget_id, body) select user_id, id, 'x' from widgets;
insert into knowledge_base (user_id, title, content) 
  values ('{user}', 'one', 'x'), ('{user}', 'two', 'x');
insert into knowledge_relationships (user_id, source_id, target_id)
  select '{user}', min(id::text)::uuid, max(id::text)::uuid from knowledge_base;
insert into tasks (user_id, title) values ('{user}', 't');
insert into task_executions (user_id, task_id) select user_id, id from tasks;
insert into job_queue (job_type) values ('clean_up');
insert into resource_permissions (owner_id, grantee_id, agent_id)
  select user_id, '{other}', id from agents;
"""
