"""004 loses no row, doubles none, and says what it could not place."""

from collections import Counter

import pytest

from pytest_schemaverify.errors import MigrationFailed
from tests.example.whole_catalog import all_rows, whole_catalog
from tests.example.worked_example import Connection, run, user_id, value

TARGETS = {
    "profiles": "user_profiles",
    "ai_agents": "agents",
    "ai_memories": "memories",
    "memories": "memories",
    "memory_embeddings": "memories",
    "ai_widgets": "widgets",
    "widgets": "widgets",
    "ai_widget_likes": "widget_likes",
    "ai_tasks": "tasks",
    "ai_knowledge_base": "knowledge_base",
}


@pytest.mark.parametrize(("source", "target"), TARGETS.items())
def test_every_row_is_migrated_once_or_kept_with_a_reason(
    settled: Connection, source: str, target: str
) -> None:
    placed = Counter(
        identity
        for (identity,) in settled.execute(
            """
            select source_id from legacy_v2.migrated_rows
            where source_table = %(source)s and target_table = %(target)s
            union all
            select source_id from legacy_v2.unmapped_rows
            where source_table = %(source)s and reason <> ''
            """,
            {"source": source, "target": target},
        )
    )
    there = [i for (i,) in settled.execute(f"select id::text from legacy_v2.{source}".encode())]
    assert placed == Counter(there)
    assert len(there) >= 15


@pytest.mark.parametrize("target", sorted(set(TARGETS.values()) - {"widget_likes"}))
def test_nothing_is_in_v3_that_was_not_in_v2(settled: Connection, target: str) -> None:
    key = "user_id" if target == "user_profiles" else "id"
    there = {i for (i,) in settled.execute(f"select {key}::text from {target}".encode())}
    recorded = settled.execute(
        "select target_id from legacy_v2.migrated_rows where target_table = %s", [target]
    )
    assert there == {identity for (identity,) in recorded}


def test_the_same_memory_twice_stays_twice(settled: Connection) -> None:
    """By content and owner, as many of each as there were with that owner."""
    difference = settled.execute(
        """
        with old as (
            select u.id as user_id, m.content, count(*) as times
            from legacy_v2.ai_memories m
            join auth.users u on u.id::text = btrim(m.service_id)
            where btrim(m.content) <> ''
            group by 1, 2
        ),
        new as (
            select user_id, content, count(*) as times from public.memories
            where content not like 'Note %' group by 1, 2
        )
        (table old except table new) union all (table new except table old)
        """
    ).fetchall()
    assert difference == []
    assert value(settled, "select max(n) from (select count(*) n from memories group by content)")


def test_the_seed_has_every_kind_of_difficulty(settled: Connection) -> None:
    """What is not in the seed is not tested."""
    reasons = settled.execute("select distinct source_table, reason from legacy_v2.unmapped_rows")
    assert set(reasons.fetchall()) == {
        ("ai_agents", "service_id is no user"),
        ("ai_agents", "service_id is not a user id"),
        ("ai_knowledge_base", "body is empty"),
        ("ai_knowledge_base", "service_id is empty"),
        ("ai_knowledge_base", "service_id is not a user id"),
        ("ai_memories", "content is empty"),
        ("ai_memories", "service_id is empty"),
        ("ai_memories", "service_id is no user"),
        ("ai_memories", "service_id is not a user id"),
        ("ai_tasks", "service_id is not a user id"),
        ("ai_tasks", 'status "zombie" is unknown'),
        ("ai_widget_likes", "service_id is empty"),
        ("ai_widget_likes", "service_id is not a user id"),
        ("ai_widget_likes", "the user likes the widget already"),
        ("ai_widget_likes", "the widget does not exist"),
        ("ai_widget_likes", "the widget was not migrated"),
        ("ai_widgets", "service_id is empty"),
        ("ai_widgets", "service_id is not a user id"),
        ("ai_widgets", "title is empty"),
        ("memories", "content is empty"),
        ("memories", "user_id is empty"),
        ("memories", "user_id is no user"),
        ("memory_embeddings", "the embedding is empty"),
        ("memory_embeddings", "the memory does not exist"),
        ("memory_embeddings", "the memory had an embedding of its own"),
        ("memory_embeddings", "the memory was not migrated"),
        ("memory_embeddings", "there is a newer embedding of the memory"),
        ("widgets", "user_id is empty"),
    }


def test_a_row_that_was_kept_is_kept_whole(settled: Connection) -> None:
    """But for its embedding, which stays where it was."""
    different = settled.execute(
        """
        select k.source_id from legacy_v2.unmapped_rows k
        join legacy_v2.ai_memories m on m.id::text = k.source_id
        where k.source_table = 'ai_memories' and k.source_row <> to_jsonb(m) - 'embedding'
        """
    )
    assert different.fetchall() == []


def test_embeddings_of_1536_are_taken_along_and_others_become_null(settled: Connection) -> None:
    rows = settled.execute(
        """
        select vector_dims(old.embedding), vector_norm(old.embedding) = 0,
            exists (select from legacy_v2.memory_embeddings e
                    where e.memory_id = old.id and e.embedding is not null),
            new.embedding is not null, new.embedding = old.embedding
        from legacy_v2.ai_memories old join public.memories new on new.id = old.id
        """
    ).fetchall()
    seen: Counter[tuple[int | None, bool]] = Counter()
    for dimensions, zero, elsewhere, embedded, same in rows:
        if dimensions == 1536 and not zero:
            assert embedded
            assert same
        else:
            assert embedded == elsewhere
        seen[dimensions, embedded] += 1
    assert {(384, False), (384, True), (1536, True), (1536, False), (None, False)} <= set(seen)


def test_what_was_lost_is_counted_and_queued(settled: Connection) -> None:
    backlog = settled.execute(
        "select target_table, lost_dimensions, lost, remaining from legacy_v2.embedding_backlog"
    ).fetchall()
    lost = {(table, dimensions): number for table, dimensions, number, _ in backlog}
    without = value(
        settled,
        """
        select count(*) from public.memories new join legacy_v2.ai_memories old on old.id = new.id
        where new.embedding is null and vector_dims(old.embedding) = 384
        """,
    )
    notes = value(
        settled,
        """
        select count(*) from legacy_v2.memories m join auth.users u on u.id = m.user_id
        where m.embedding is not null and m.content <> ''
        """,
    )
    assert without > 50
    assert lost["memories", 384] == without + notes
    assert lost["memories", 1536] == 1  # the zero vector
    assert lost["knowledge_base", 384] > 10
    assert all(number == remaining for *_, number, remaining in backlog)
    queued = settled.execute(
        """
        select payload ->> 'table', count(*) from job_queue
        where job_type = 'regenerate_embedding' and status = 'queued' group by 1
        """
    )
    assert dict(queued.fetchall()) == {
        "memories": without + notes + 1,
        "knowledge_base": lost["knowledge_base", 384],
    }


def test_the_backlog_shrinks_as_embeddings_are_computed(migrated: Connection) -> None:
    migrated.execute(
        """
        update memories set embedding = array_fill(0.1, array[1536])::vector
        where embedding is null and user_id = %s
        """,
        [user_id(5)],
    )
    assert value(migrated, "select sum(lost - remaining) > 0 from legacy_v2.embedding_backlog")


def test_a_task_keeps_its_agent_only_if_both_belong_to_the_same_user(settled: Connection) -> None:
    rows = settled.execute(
        """
        select old.agent_id, new.agent_id, a.service_id = old.service_id,
            new.metadata #>> '{legacy_v2,agent_id}'
        from legacy_v2.ai_tasks old
        join public.tasks new on (new.metadata #>> '{legacy_v2,id}')::bigint = old.id
        left join legacy_v2.ai_agents a on a.id = old.agent_id
        """
    ).fetchall()
    seen: Counter[bool | None] = Counter()
    for old, new, same_owner, remembered in rows:
        assert new == (old if same_owner else None)
        assert remembered == (str(old) if old and not same_owner else None)
        seen[same_owner] += 1
    assert {True, False, None} <= set(seen)


def test_times_without_a_zone_were_utc(migrated: Connection) -> None:
    migrated.execute("set timezone = 'America/New_York'")
    wrong = value(
        migrated,
        """
        select count(*) from legacy_v2.ai_memories old join public.memories new on new.id = old.id
        where new.created_at <> (old.created_at || '+00')::timestamptz
        """,
    )
    assert wrong == 0


@pytest.mark.parametrize(
    "versions", [["003"], ["004"], ["003", "004"], ["004", "003"]], ids="-".join
)
def test_a_second_time_changes_nothing(migrated: Connection, versions: list[str]) -> None:
    catalog = whole_catalog(migrated)
    rows = all_rows(migrated), all_rows(migrated, "legacy_v2")
    run(migrated, *versions)
    assert whole_catalog(migrated) ^ catalog == set()
    assert (all_rows(migrated), all_rows(migrated, "legacy_v2")) == rows


@pytest.mark.parametrize("versions", [["003"], ["003", "004"]], ids="-".join)
def test_a_second_time_without_v2_changes_nothing(empty: Connection, versions: list[str]) -> None:
    run(empty, *versions)
    catalog, rows = whole_catalog(empty), all_rows(empty)
    run(empty, *versions)
    assert whole_catalog(empty) ^ catalog == set()
    assert all_rows(empty) == rows


def test_a_memory_that_was_deleted_in_v3_does_not_come_back(migrated: Connection) -> None:
    migrated.execute("delete from memories where user_id = %s", [user_id(1)])
    run(migrated, "004")
    assert value(migrated, "select count(*) from memories where user_id = %s", user_id(1)) == 0


def test_a_row_can_be_tried_again(migrated: Connection) -> None:
    """Its owner has been found: forget that it could not be placed, and migrate again."""
    migrated.execute("insert into auth.users (id) values (%s)", [user_id(99)])
    forgotten = migrated.execute(
        """
        delete from legacy_v2.unmapped_rows
        where source_table = 'ai_memories' and reason = 'service_id is no user'
        """
    ).rowcount
    run(migrated, "004")
    assert forgotten > 0
    assert (
        value(migrated, "select count(*) from memories where user_id = %s", user_id(99))
        == forgotten
    )


def test_v2_is_only_read(legacy: Connection) -> None:
    rows = all_rows(legacy)
    run(legacy, "003", "004")
    kept = all_rows(legacy, "legacy_v2")
    assert {name: kept[name] for name in rows} == rows


def test_without_003_it_says_what_is_missing(legacy: Connection) -> None:
    with pytest.raises(MigrationFailed, match=r"Apply 003_unified_production_schema\.sql first"):
        run(legacy, "004")


def test_it_reports_what_it_did(legacy: Connection) -> None:
    said = run(legacy, "003", "004")
    assert "ai_memories: 300 rows, 234 migrated, 66 kept in legacy_v2.unmapped_rows" in said
