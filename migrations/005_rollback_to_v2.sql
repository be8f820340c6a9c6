-- Returns to v2: the catalog and every row as they were before 003.
--
-- v2's objects were never changed, only moved to the schema legacy_v2. So this drops what 003 and 004 created and
-- moves back whatever is in legacy_v2. Constraints, indexes, owned sequences, triggers, policies, privileges, comments
-- and memberships of publications travel with their table.
--
-- v2 knows nothing of what has been written to v3 since. If there is any of it, the rollback refuses and says how much
-- of what. To give it up knowingly, set this before, for the session or in the connection's options:
--
--   set app.rollback_discards_v3_rows = 'on';
--
-- Without 003 there is nothing to undo, and this does nothing. Nothing is dropped with CASCADE: a view, a table or a
-- foreign key that somebody has built on v3 stops the rollback.

begin;
set local search_path = '';
set local lock_timeout = '10s';
-- A policy that hid rows from this role would have them counted as none; this makes it an error.
set local row_security = off;

do $$
declare
  -- The table, how migrated_rows names its rows, and when a row was last changed, where that is known. For the queue
  -- it isn't: that a worker has done a job that 004 queued is no loss.
  v3_tables constant text[] := array[
    ['user_profiles', 't.user_id::text', 't.updated_at'],
    ['api_keys', 't.id::text', 't.updated_at'],
    ['user_sessions', 't.id::text', 'null::timestamptz'],
    ['agents', 't.id::text', 't.updated_at'],
    ['agent_performance_metrics', 't.id::text', 'null::timestamptz'],
    ['memories', 't.id::text', 't.updated_at'],
    ['memory_associations', 't.id::text', 'null::timestamptz'],
    ['widgets', 't.id::text', 't.updated_at'],
    ['widget_versions', 't.id::text', 'null::timestamptz'],
    ['widget_likes', 't.widget_id || '':'' || t.user_id', 'null::timestamptz'],
    ['widget_comments', 't.id::text', 't.updated_at'],
    ['knowledge_base', 't.id::text', 't.updated_at'],
    ['knowledge_relationships', 't.id::text', 'null::timestamptz'],
    ['tasks', 't.id::text', 't.updated_at'],
    ['task_executions', 't.id::text', 'null::timestamptz'],
    ['job_queue', 't.id::text', 'null::timestamptz'],
    ['resource_permissions', 't.id::text', 't.updated_at']
  ];
  v3_table text[];
  found_rows record;
  losses text[] := '{}';
  returning_rows text[] := '{}';
  applied boolean := false;
  created_vector boolean;
  object record;
begin
  if to_regclass('legacy_v2.migrated_rows') is null then
    if to_regclass('public.schema_migrations') is not null then
      select exists (select from public.schema_migrations where version = '003') into applied;
    end if;
    if applied then
      raise exception 'v2 cannot be restored: the schema legacy_v2 has been dropped'
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    raise notice 'v3 is not here: nothing to roll back';
    return;
  end if;

  -- --------------------------------------------------------------------------------------------------
  -- What would be lost?
  -- --------------------------------------------------------------------------------------------------

  -- First the locks: nothing may be written between counting and dropping.
  foreach v3_table slice 1 in array v3_tables loop
    execute format('lock table public.%I in access exclusive mode', v3_table[1]);
  end loop;

  foreach v3_table slice 1 in array v3_tables loop
    execute format(
      $query$
        select
          count(*) filter (where m.target_id is null) as added,
          count(*) filter (where %3$s > m.migrated_at) as changed,
          count(*) filter (where t is null) as removed
        from public.%1$I t
        full join (
          select target_id, max(migrated_at) as migrated_at
          from legacy_v2.migrated_rows where target_table = %1$L
          group by target_id
        ) m on m.target_id = %2$s
      $query$,
      v3_table[1], v3_table[2], v3_table[3]
    ) into found_rows;

    if found_rows.added + found_rows.changed > 0 then
      losses := losses || format('%s: %s new, %s changed', v3_table[1], found_rows.added, found_rows.changed);
    end if;
    if found_rows.removed > 0 then
      returning_rows := returning_rows || format('%s: %s', v3_table[1], found_rows.removed);
    end if;
  end loop;

  if losses <> '{}' then
    if lower(coalesce(current_setting('app.rollback_discards_v3_rows', true), '')) in ('on', 'true', 'yes', '1') then
      raise warning 'discarded, because app.rollback_discards_v3_rows is on: %', array_to_string(losses, '; ');
    else
      raise exception 'the rollback would discard rows that v2 does not have: %', array_to_string(losses, '; ')
        using errcode = 'object_not_in_prerequisite_state',
          hint = 'Save them, or confirm with: set app.rollback_discards_v3_rows = ''on'';';
    end if;
  end if;
  if returning_rows <> '{}' then
    raise warning 'deleted in v3, but still there in v2: %', array_to_string(returning_rows, '; ');
  end if;

  -- --------------------------------------------------------------------------------------------------
  -- v3 goes
  -- --------------------------------------------------------------------------------------------------

  select coalesce((m.details ->> 'created_vector')::boolean, false) into created_vector
  from public.schema_migrations m where m.version = '003';

  drop view if exists legacy_v2.embedding_backlog;
  drop table legacy_v2.migrated_rows, legacy_v2.unmapped_rows;

  drop view public.widget_stats;
  drop function
    public.search_memories(extensions.vector, double precision, integer, public.memory_type),
    public.search_knowledge(text, extensions.vector, integer),
    public.get_agent_performance_summary(uuid, timestamptz);
  -- In one statement, since they refer to each other.
  drop table
    public.user_profiles, public.api_keys, public.user_sessions, public.agents, public.agent_performance_metrics,
    public.memories, public.memory_associations, public.widgets, public.widget_versions, public.widget_likes,
    public.widget_comments, public.knowledge_base, public.knowledge_relationships, public.tasks,
    public.task_executions, public.job_queue, public.resource_permissions, public.schema_migrations;
  drop function public.touch_updated_at(), public.keep_owner(), public.stamp_task_times();
  drop type
    public.agent_status, public.memory_type, public.memory_importance, public.memory_association_type,
    public.widget_status, public.widget_category, public.knowledge_status, public.knowledge_type,
    public.knowledge_relationship_type, public.task_status, public.task_priority, public.execution_status,
    public.job_status, public.permission_level;

  -- --------------------------------------------------------------------------------------------------
  -- v2 returns
  -- --------------------------------------------------------------------------------------------------

  -- Tables, views, materialized views and sequences; the sequence of a serial or identity column goes with its table.
  for object in
    select c.relname as name
    from pg_catalog.pg_class c
    where c.relnamespace = 'legacy_v2'::regnamespace and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
      and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
          and c.relkind = 'S'
      )
    order by c.relname
  loop
    execute format('alter table legacy_v2.%I set schema public', object.name);
  end loop;

  -- Enums, domains, ranges and free-standing composite types; the others belong to a table or to another type.
  for object in
    select t.typname as name
    from pg_catalog.pg_type t
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'legacy_v2'::regnamespace
      and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c')
    order by t.typname
  loop
    execute format('alter type legacy_v2.%I set schema public', object.name);
  end loop;

  for object in
    select p.oid::regprocedure as signature
    from pg_catalog.pg_proc p
    where p.pronamespace = 'legacy_v2'::regnamespace
    order by p.proname, p.oid
  loop
    execute format('alter routine %s set schema public', object.signature);
  end loop;

  -- Fails if anything is left behind.
  drop schema legacy_v2;

  if created_vector then
    drop extension vector;
  end if;
end
$$;

commit;
