"""Who can do what in v3: tried, not read. User 1 is Alice, user 2 is Bob."""

import psycopg
import pytest

from tests.example.worked_example import Connection, signed_in, user_id, value

ALICE, BOB = 1, 2
DENIED = psycopg.errors.InsufficientPrivilege
QUERY = "array_fill({}, array[{}])::vector"


@pytest.fixture
def widget(settled: Connection) -> str:
    """A draft of Alice."""
    found: str = value(
        settled,
        "select id::text from widgets where user_id = %s and status = 'draft' order by id limit 1",
        user_id(ALICE),
    )
    return found


@pytest.mark.parametrize(
    "table",
    ["agents", "memories", "tasks", "knowledge_base", "user_profiles", "job_queue"],
)
def test_users_see_their_own_rows_only(settled: Connection, table: str) -> None:
    for user in (ALICE, BOB, 3):
        own = value(settled, f"select count(*) from {table} where user_id = %s", user_id(user))
        with signed_in(settled, user):
            seen = settled.execute(
                f"select user_id::text, count(*) from {table} group by 1".encode()
            )
            assert dict(seen.fetchall()) == ({user_id(user): own} if own else {})
    assert value(settled, f"select count(distinct user_id) from {table}") > 1


def test_somebody_without_a_claim_sees_nothing(settled: Connection) -> None:
    with signed_in(settled, None):
        assert value(settled, "select count(*) from memories") == 0


@pytest.mark.parametrize("table", ["memories", "widgets", "schema_migrations", "widget_stats"])
def test_visitors_are_not_let_in(settled: Connection, table: str) -> None:
    with signed_in(settled, None, role="anon"), pytest.raises(DENIED):
        settled.execute(f"select from {table}".encode())


@pytest.mark.parametrize(
    "statement",
    [
        "insert into memories (user_id, content) values ('{bob}', 'x')",
        "insert into agents (user_id, name, model) values ('{bob}', 'x', 'm')",
        "update memories set user_id = '{bob}'",
        "update agents set user_id = '{bob}'",
        "update api_keys set scopes = '{{admin}}'",
        "insert into api_keys (user_id, name, key_prefix) values ('{alice}', 'x', 'abcd')",
        "select key_hash from api_keys",
        "insert into job_queue (user_id, job_type) values ('{alice}', 'x')",
        "insert into schema_migrations (version, name) values ('999', 'x')",
        "update task_executions set tokens_used = 0",
        "update widget_versions set code = ''",
        "truncate memories",
    ],
)
def test_a_user_cannot(settled: Connection, statement: str) -> None:
    with signed_in(settled, ALICE), pytest.raises(DENIED):
        settled.execute(statement.format(alice=user_id(ALICE), bob=user_id(BOB)).encode())


@pytest.mark.parametrize(
    "statement",
    [
        "insert into memories (user_id, content) values ('{alice}', 'x')",
        "insert into agents (user_id, name, model) values ('{alice}', 'x', 'm')",
        "update memories set content = 'x'",
        "delete from memories",
        "update tasks set status = 'completed'",
        "insert into widget_likes (user_id, widget_id) "
        "select '{alice}', id from widgets where user_id <> '{alice}' and id not in "
        "(select widget_id from widget_likes where user_id = '{alice}') limit 1",
        "update user_profiles set display_name = 'A'",
    ],
)
def test_a_user_can(settled: Connection, statement: str) -> None:
    with signed_in(settled, ALICE):
        done = settled.execute(statement.format(alice=user_id(ALICE)).encode())
        assert done.rowcount > 0


def test_published_widgets_are_for_every_user(settled: Connection) -> None:
    with signed_in(settled, BOB):
        seen = settled.execute(
            "select distinct status, user_id = auth.uid() from widgets order by 1"
        )
        assert ("published", False) in (rows := seen.fetchall())
        assert ("draft", False) not in rows


def test_nobody_likes_what_they_cannot_see(settled: Connection, widget: str) -> None:
    with signed_in(settled, BOB), pytest.raises(DENIED):
        settled.execute(
            "insert into widget_likes (widget_id, user_id) values (%s, auth.uid())", [widget]
        )


@pytest.mark.parametrize(("permission", "edited"), [("view", 0), ("edit", 1)])
def test_what_is_shared_can_be_seen_and_edited_as_far_as_permitted(
    migrated: Connection, widget: str, permission: str, edited: int
) -> None:
    with signed_in(migrated, BOB):
        assert value(migrated, "select count(*) from widgets where id = %s", widget) == 0
    migrated.execute(
        """
        insert into resource_permissions (owner_id, grantee_id, widget_id, permission)
        values (%s, %s, %s, %s)
        """,
        [user_id(ALICE), user_id(BOB), widget, permission],
    )
    with signed_in(migrated, BOB):
        assert value(migrated, "select count(*) from widgets where id = %s", widget) == 1
        changed = migrated.execute("update widgets set name = 'By Bob' where id = %s", [widget])
        assert changed.rowcount == edited
        assert migrated.execute("delete from widgets where id = %s", [widget]).rowcount == 0


def test_somebody_who_may_edit_cannot_take_over(migrated: Connection, widget: str) -> None:
    migrated.execute(
        """
        insert into resource_permissions (owner_id, grantee_id, widget_id, permission)
        values (%s, %s, %s, 'edit')
        """,
        [user_id(ALICE), user_id(BOB), widget],
    )
    with signed_in(migrated, BOB), pytest.raises(DENIED, match="owner"):
        migrated.execute("update widgets set user_id = auth.uid() where id = %s", [widget])


def test_nobody_shares_what_belongs_to_somebody_else(settled: Connection, widget: str) -> None:
    with signed_in(settled, BOB), pytest.raises(psycopg.errors.ForeignKeyViolation):
        settled.execute(
            """
            insert into resource_permissions (owner_id, grantee_id, widget_id)
            values (auth.uid(), %s, %s)
            """,
            [user_id(3), widget],
        )


def test_nothing_is_attached_to_somebody_elses_agent(settled: Connection) -> None:
    agent = value(settled, "select id from agents where user_id <> %s limit 1", user_id(ALICE))
    with signed_in(settled, ALICE), pytest.raises(psycopg.errors.ForeignKeyViolation):
        settled.execute(
            "insert into tasks (user_id, agent_id, title) values (auth.uid(), %s, 'x')", [agent]
        )


def test_a_memory_outlives_its_agent_and_not_its_user(migrated: Connection) -> None:
    migrated.execute(
        """
        with a as (select id, user_id from agents where user_id = %s limit 1)
        update memories m set agent_id = a.id from a where m.user_id = a.user_id
        """,
        [user_id(ALICE)],
    )
    migrated.execute("delete from agents where user_id = %s", [user_id(ALICE)])
    assert value(migrated, "select count(*) from memories where user_id = %s", user_id(ALICE)) > 0
    migrated.execute("delete from auth.users where id = %s", [user_id(ALICE)])
    assert value(migrated, "select count(*) from memories where user_id = %s", user_id(ALICE)) == 0


def test_a_search_finds_the_callers_memories_nearest_first(settled: Connection) -> None:
    query = value(
        settled,
        "select embedding::text from memories where user_id = %s and embedding is not null limit 1",
        user_id(BOB),
    )
    with signed_in(settled, BOB):
        found = settled.execute(
            "select id, similarity from search_memories(%s::vector, -1, 5)", [query]
        ).fetchall()
        owners = settled.execute(
            "select distinct user_id::text from memories where id = any(%s)",
            [[i for i, _ in found]],
        )
        assert owners.fetchall() == [(user_id(BOB),)]
        assert len(found) == 5
        assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
        assert found[0][1] == pytest.approx(1)


def test_a_search_finds_the_callers_memories_among_many_nearer_ones(migrated: Connection) -> None:
    """An index scan that stopped at the 40 nearest of all users would find none of Bob's."""
    migrated.execute("delete from memories")
    migrated.execute(
        """
        insert into memories (user_id, content, embedding)
        select %s, 'Near', (array_fill(1, array[1535]) || n)::real[]::vector
        from generate_series(1, 300) n
        """,
        [user_id(ALICE)],
    )
    migrated.execute(
        f"""
        insert into memories (user_id, content, embedding)
        values (%s, 'Far', {QUERY.format(-1, 1536)})
        """.encode(),
        [user_id(BOB)],
    )
    migrated.execute("analyze memories")
    migrated.execute("set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off")
    with signed_in(migrated, BOB):
        found = migrated.execute(
            f"select content from search_memories({QUERY.format(1, 1536)}, -1, 5)".encode()
        )
        assert found.fetchall() == [("Far",)]


@pytest.mark.parametrize("call", ["search_memories({})", "search_knowledge('thing', {})"])
def test_a_query_of_another_length_is_refused(settled: Connection, call: str) -> None:
    with signed_in(settled, BOB), pytest.raises(psycopg.DataError, match="384 dimensions"):
        settled.execute(f"select from {call.format(QUERY.format(1, 384))}".encode())


def test_knowledge_is_found_by_words_by_meaning_and_by_both(settled: Connection) -> None:
    query = value(
        settled,
        """
        select embedding::text from knowledge_base
        where user_id = %s and embedding is not null limit 1
        """,
        user_id(4),
    )
    with signed_in(settled, 4):
        words = settled.execute("select id, score from search_knowledge('step by step')").fetchall()
        meaning = settled.execute(
            "select id, score from search_knowledge('nothing of it', %s)", [query]
        ).fetchall()
        both = settled.execute(
            "select id, score from search_knowledge('step by step', %s)", [query]
        ).fetchall()
    assert len(words) > 1
    assert len(meaning) >= 1
    assert meaning[0][1] == pytest.approx(1 / 61)
    assert {i for i, _ in both} == {i for i, _ in words} | {i for i, _ in meaning}
    assert max(s for _, s in both) > 1 / 61


def test_the_summary_of_an_agent_is_for_its_owner(migrated: Connection) -> None:
    agent = value(migrated, "select id from agents order by id limit 1")
    owner = value(migrated, "select user_id from agents where id = %s", agent)
    migrated.execute(
        """
        with t as (
            insert into tasks (user_id, agent_id, title) values (%(owner)s, %(agent)s, 'x')
            returning id, user_id, agent_id
        )
        insert into task_executions
            (user_id, task_id, agent_id, attempt, status, tokens_used, started_at, finished_at)
        select
            user_id, id, agent_id, n,
            (case when n = 1 then 'failed' else 'succeeded' end)::execution_status,
            100, now() - interval '1 hour', now() - interval '1 hour' + n * interval '1 second'
        from t, generate_series(1, 4) n
        """,
        {"owner": owner, "agent": agent},
    )
    migrated.execute(
        """
        insert into agent_performance_metrics (user_id, agent_id, metric, value)
        values (%(owner)s, %(agent)s, 'rating', 4), (%(owner)s, %(agent)s, 'rating', 5)
        """,
        {"owner": owner, "agent": agent},
    )
    summary = "select * from get_agent_performance_summary(%s)"
    number = int(str(owner)[-3:])
    with signed_in(migrated, number):
        (row,) = migrated.execute(summary, [agent]).fetchall()
    assert row[2:6] == (4, 3, 1, 0.75)
    assert row[6] == pytest.approx(2.5)
    assert row[8] == 400
    assert row[10] == {"rating": 4.5}
    with signed_in(migrated, number + 1):
        assert migrated.execute(summary, [agent]).fetchall() == []


def test_tasks_are_stamped(settled: Connection) -> None:
    stamps = "select started_at is null, completed_at is null from tasks where title = 'stamped'"
    with signed_in(settled, ALICE):
        settled.execute("insert into tasks (user_id, title) values (auth.uid(), 'stamped')")
        for status, expected in [
            ("running", (False, True)),
            ("completed", (False, False)),
            ("pending", (False, True)),
        ]:
            settled.execute("update tasks set status = %s where title = 'stamped'", [status])
            assert settled.execute(stamps).fetchone() == expected


def test_the_backend_may_do_its_work(settled: Connection) -> None:
    with signed_in(settled, None, role="service_role"):
        taken = settled.execute(
            """
            update job_queue set status = 'running', locked_at = now(), locked_by = 'worker 1'
            where id = (
                select id from job_queue where status = 'queued' and run_at <= now()
                order by run_at, id limit 1 for update skip locked
            )
            """
        )
        assert taken.rowcount == 1
        assert value(settled, "select count(*) from memories") > 100
