"""What 003 says about every object of v3 is so, object by object."""

import re

import pytest

from pytest_schemaverify.errors import MigrationFailed
from tests.example.worked_example import FILES, LEGACY, Connection, run, signed_in, value

TABLES = {
    "agent_performance_metrics",
    "agents",
    "api_keys",
    "job_queue",
    "knowledge_base",
    "knowledge_relationships",
    "memories",
    "memory_associations",
    "resource_permissions",
    "schema_migrations",
    "task_executions",
    "tasks",
    "user_profiles",
    "user_sessions",
    "widget_comments",
    "widget_likes",
    "widget_versions",
    "widgets",
}


def names(connection: Connection, query: str) -> set[str]:
    return {row[0] for row in connection.execute(query.encode()).fetchall()}


def test_public_holds_the_tables_of_v3_and_nothing_of_v2(settled: Connection) -> None:
    found = names(
        settled,
        "select tablename from pg_tables where schemaname = 'public'",
    )
    assert found == TABLES


def test_v2_moved_as_a_whole(legacy: Connection, settled: Connection) -> None:
    """The lists in 003 name everything that the 41 files create."""
    query = """
        select 'relation ' || relname from pg_class
        where relnamespace = '{0}'::regnamespace and relkind in ('r', 'v', 'm', 'S')
        union all
        select 'function ' || proname || ' ' || oidvectortypes(proargtypes) from pg_proc
        where pronamespace = '{0}'::regnamespace
        union all
        select 'type ' || typname from pg_type
        where typnamespace = '{0}'::regnamespace and typtype in ('e', 'd')
    """
    ours = {"relation migrated_rows", "relation unmapped_rows", "relation embedding_backlog"}
    before = names(legacy, query.format("public"))
    assert names(settled, query.format("legacy_v2")) - ours == before
    assert len(before) > 40


def test_no_api_role_reaches_v2(settled: Connection) -> None:
    for role in ("anon", "authenticated", "service_role"):
        assert not value(settled, f"select has_schema_privilege('{role}', 'legacy_v2', 'usage')")


@pytest.mark.parametrize(
    ("offenders", "why"),
    [
        (
            """
            select relname from pg_class where relnamespace = 'public'::regnamespace
            and relkind = 'r' and not (relrowsecurity and (relforcerowsecurity
                                                           or relname = 'schema_migrations'))
            """,
            "row-level security is enabled and forced",
        ),
        (
            """
            select relname from pg_class c where relnamespace = 'public'::regnamespace
            and relkind = 'r' and not exists (
                select from pg_policies p where p.tablename = c.relname
                and p.schemaname = 'public' and p.roles = '{authenticated}')
            """,
            "there is a policy for users",
        ),
        (
            """
            select policyname from pg_policies where schemaname = 'public'
            and cmd <> 'SELECT' and (qual = 'true' or with_check = 'true' or cmd = 'ALL')
            """,
            "no policy lets everybody write",
        ),
        (
            """
            select policyname from pg_policies where schemaname = 'public'
            and (cmd in ('INSERT', 'UPDATE') and with_check is null
                 or coalesce(qual, '') || coalesce(with_check, '') ~ '(?<!SELECT )auth\\.uid'
                 or permissive <> 'PERMISSIVE')
            """,
            "writes are checked, and the user is looked up once",
        ),
        (
            """
            select conrelid::regclass || '.' || conname from pg_constraint k
            where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
                select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
                and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                and k.conkey @> (i.indkey::int2[])[0:cardinality(k.conkey) - 1])
            """,
            "every foreign key has an index that begins with its columns",
        ),
        (
            """
            select conname from pg_constraint
            where contype = 'f' and connamespace = 'public'::regnamespace and confdeltype = 'a'
            """,
            "every foreign key says what a deletion does",
        ),
        (
            """
            select c.relname || '.' || a.attname from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and (
                format_type(a.atttypid, a.atttypmod) like '%vector(%'
                    and format_type(a.atttypid, a.atttypmod) <> 'vector(1536)'
                or format_type(a.atttypid, a.atttypmod) = 'vector'
                or format_type(a.atttypid, a.atttypmod) ~ '^(character|json$|timestamp without)')
            """,
            "1536 dimensions, text, jsonb and timestamptz",
        ),
        (
            """
            select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
            and (prosecdef or not coalesce('search_path=""' = any (proconfig), false)
                 or has_function_privilege('anon', oid, 'execute'))
            """,
            "invoker's rights, a pinned search_path, nothing for visitors",
        ),
        (
            """
            select relname from pg_class c where relnamespace = 'public'::regnamespace
            and relkind in ('r', 'v') and (obj_description(c.oid, 'pg_class') is null
                or has_table_privilege('anon', c.oid, 'select, insert, update, delete, truncate')
                or has_table_privilege('authenticated', c.oid, 'truncate, references, trigger'))
            """,
            "described, and nothing for visitors",
        ),
        (
            """
            select table_name || '' from information_schema.columns u
            where table_schema = 'public' and column_name = 'updated_at' and not exists (
                select from pg_trigger t where t.tgname = 'set_updated_at'
                and t.tgrelid = ('public.' || u.table_name)::regclass and t.tgenabled = 'O')
            """,
            "updated_at is kept by a trigger",
        ),
        (
            """
            select conname from pg_constraint where connamespace = 'public'::regnamespace
            and (not convalidated or contype = 'c' and conname ~ '_check\\d*$')
            """,
            "constraints are valid and named for what they say",
        ),
        (
            """
            select indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
            where c.relnamespace = 'public'::regnamespace and not (i.indisvalid and i.indisready)
            """,
            "indexes are valid",
        ),
        (
            """
            select c.relname || '.' || a.attname from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            and a.atttypid in ('vector'::regtype, 'tsvector'::regtype) and not exists (
                select from pg_index i join pg_class x on x.oid = i.indexrelid
                join pg_am m on m.oid = x.relam join pg_opclass o on o.oid = i.indclass[0]
                where i.indrelid = c.oid and i.indkey[0] = a.attnum
                and (m.amname, o.opcname) in
                    (('hnsw', 'vector_cosine_ops'), ('gin', 'tsvector_ops')))
            """,
            "embeddings and texts can be searched",
        ),
    ],
    ids=lambda v: None if "\n" in v else v.replace(" ", "_"),
)
def test_it_holds_for_every_object(settled: Connection, offenders: str, why: str) -> None:
    assert names(settled, offenders) == set(), f"not so: {why}"


@pytest.mark.parametrize("version", sorted(FILES))
def test_a_file_is_readable(version: str) -> None:
    text = FILES[version].read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) < 120
    assert "\t" not in text
    code = re.sub(r"--.*|'(?:[^']|'')*'", "", text)
    assert re.findall(r"\b(?:SELECT|CREATE|TABLE|INSERT|FROM|WHERE|NOT|NULL)\b", code) == []


def test_no_legacy_line_is_too_long() -> None:
    for path in LEGACY.glob("*.sql"):
        assert max(map(len, path.read_text(encoding="utf-8").splitlines())) < 120, path


def test_the_ledger_names_both(settled: Connection) -> None:
    assert names(settled, "select version from schema_migrations") == {"003", "004"}


def test_a_table_that_only_has_the_name_of_one_of_v3_is_not_taken_for_it(empty: Connection) -> None:
    empty.execute("create table tasks (id serial); create type job_status as enum ('on', 'off')")
    with pytest.raises(MigrationFailed, match="names of v3: job_status, tasks"):
        run(empty, "003")


def test_an_extension_in_another_schema_is_not_taken_for_ours(empty: Connection) -> None:
    empty.execute("create extension vector schema public")
    with pytest.raises(MigrationFailed, match="alter extension vector set schema extensions"):
        run(empty, "003")


@pytest.mark.parametrize("table", ["agents", "widgets", "knowledge_base"])
def test_reading_what_one_may_see_does_not_read_the_whole_table(
    settled: Connection, table: str
) -> None:
    """What one owns and what is shared are each found by an index."""
    with signed_in(settled, 1):
        settled.execute("set local enable_seqscan = off; set local enable_indexscan = off")
        settled.execute("set local enable_indexonlyscan = off")
        plan = settled.execute(f"explain select id from {table}".encode()).fetchall()
        assert any("BitmapOr" in line for (line,) in plan), plan
