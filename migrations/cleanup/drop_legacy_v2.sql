-- Gives up v2 for good: drops the schema legacy_v2. There is no way back from here but a backup; 005 can do nothing
-- afterwards. No runner applies this: it is run by hand, a week or so after 004.
--
-- It refuses, with counts, as long as anything would be lost that v3 does not have:
--
--   * a row of a table that 004 copies is neither taken over nor explained in legacy_v2.unmapped_rows;
--   * a table that has no counterpart in v3 (conversations, logs ...) has rows. To give them up knowingly:
--       set app.cleanup_discards_other_tables = 'on';
--   * embeddings that could not be taken along have not been computed again (legacy_v2.embedding_backlog), so that
--     nobody would know any more which ones. To go on without knowing:
--       set app.cleanup_forgets_embeddings = 'on';
--   * something outside of legacy_v2 uses something in it, and would be dropped with it.
--
-- The settings are for the session or for the connection's options. Without legacy_v2 this does nothing.

begin;
set local search_path = '';
set local lock_timeout = '10s';
-- A policy that hid rows from this role would have them counted as none; this makes it an error.
set local row_security = off;

-- What there is outside of a schema that a DROP ... CASCADE of it could take along.
create function pg_temp.outside(schema_id oid) returns setof text language sql stable as $$
  with relations as (
    select c.oid, c.relkind from pg_catalog.pg_class c
    where c.relnamespace not in (schema_id, 'pg_toast'::regnamespace) and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
  ),
  objects (class, id, part) as (
    select 'pg_catalog.pg_class'::regclass, r.oid, 0 from relations r
    union all
    select 'pg_catalog.pg_class'::regclass, r.oid, a.attnum from relations r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    union all
    select 'pg_catalog.pg_proc'::regclass, p.oid, 0 from pg_catalog.pg_proc p where p.pronamespace <> schema_id
    union all
    select 'pg_catalog.pg_type'::regclass, t.oid, 0 from pg_catalog.pg_type t
    where t.typnamespace <> schema_id and t.typtype in ('e', 'd', 'r')
    union all
    select 'pg_catalog.pg_constraint'::regclass, k.oid, 0 from pg_catalog.pg_constraint k
    where k.connamespace <> schema_id
    union all
    select 'pg_catalog.pg_attrdef'::regclass, d.oid, 0 from pg_catalog.pg_attrdef d
    join relations r on r.oid = d.adrelid
    union all
    select 'pg_catalog.pg_policy'::regclass, p.oid, 0 from pg_catalog.pg_policy p
    join relations r on r.oid = p.polrelid
    union all
    select 'pg_catalog.pg_trigger'::regclass, t.oid, 0 from pg_catalog.pg_trigger t
    join relations r on r.oid = t.tgrelid
    where not t.tgisinternal  -- those of v2's foreign keys to auth.users go, and are to go
  )
  select pg_catalog.pg_describe_object(o.class, o.id, o.part) from objects o
$$;

do $$
declare
  -- As in 004.
  copied constant text[] := array[
    'profiles', 'ai_agents', 'ai_memories', 'memory_embeddings', 'memories', 'ai_widgets', 'widgets',
    'ai_widget_likes', 'ai_tasks', 'ai_knowledge_base'
  ];
  old_table record;
  counted bigint;
  lost text[] := '{}';
  others text[] := '{}';
  waiting text;
  before text[];
  gone text;
begin
  if to_regnamespace('legacy_v2') is null then
    raise notice 'there is no schema legacy_v2: nothing to clean up';
    return;
  end if;
  if to_regclass('legacy_v2.migrated_rows') is null or to_regclass('legacy_v2.unmapped_rows') is null then
    raise exception 'legacy_v2 does not say what became of its rows: 003 has not made it'
      using errcode = 'object_not_in_prerequisite_state';
  end if;

  -- First the locks: nothing may be written between counting and dropping.
  for old_table in
    select c.relname as name, c.relname = any (copied) as is_copied
    from pg_catalog.pg_class c
    where c.relnamespace = 'legacy_v2'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname
  loop
    execute format('lock table legacy_v2.%I in access exclusive mode', old_table.name);
    if old_table.is_copied then
      execute format($query$
        select count(*) from legacy_v2.%1$I s
        where not exists (
          select from legacy_v2.migrated_rows m where m.source_table = %1$L and m.source_id = s.id::text
        ) and not exists (
          select from legacy_v2.unmapped_rows u
          where u.source_table = %1$L and u.source_id = s.id::text and u.reason ~ '\S'
        )
      $query$, old_table.name) into counted;
      if counted > 0 then
        lost := lost || format('%s: %s', old_table.name, counted);
      end if;
    elsif old_table.name not in ('migrated_rows', 'unmapped_rows') then
      execute format('select count(*) from legacy_v2.%I', old_table.name) into counted;
      if counted > 0 then
        others := others || format('%s: %s', old_table.name, counted);
      end if;
    end if;
  end loop;

  if lost <> '{}' then
    raise exception 'rows of v2 are neither taken over nor explained: %', array_to_string(lost, '; ')
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'Apply 004_data_migration.sql again, or say in legacy_v2.unmapped_rows why they have no place in v3.';
  end if;

  if to_regclass('legacy_v2.embedding_backlog') is not null then
    select string_agg(
      format('%s of %s in %s, of %s dimensions', b.remaining, b.lost, b.target_table, b.lost_dimensions), '; '
      order by b.target_table, b.lost_dimensions
    ) into waiting
    from legacy_v2.embedding_backlog b where b.remaining > 0;
  end if;
  if waiting is not null then
    if lower(coalesce(current_setting('app.cleanup_forgets_embeddings', true), '')) in ('on', 'true', 'yes', '1') then
      raise warning 'forgotten, because app.cleanup_forgets_embeddings is on: embeddings to compute again: %', waiting;
    else
      raise exception 'embeddings have not been computed again: %', waiting
        using errcode = 'object_not_in_prerequisite_state',
          hint = 'Wait for the queue "embeddings", or confirm with: set app.cleanup_forgets_embeddings = ''on'';';
    end if;
  end if;

  if others <> '{}' then
    if lower(coalesce(current_setting('app.cleanup_discards_other_tables', true), '')) in ('on', 'true', 'yes', '1')
    then
      raise warning 'discarded, because app.cleanup_discards_other_tables is on: %', array_to_string(others, '; ');
    else
      raise exception 'tables without a counterpart in v3 have rows: %', array_to_string(others, '; ')
        using errcode = 'object_not_in_prerequisite_state',
          hint = 'Save them, or confirm with: set app.cleanup_discards_other_tables = ''on'';';
    end if;
  end if;

  before := array(select pg_temp.outside('legacy_v2'::regnamespace));
  set local client_min_messages = warning;  -- instead of a notice that lists what goes
  drop schema legacy_v2 cascade;
  select string_agg(was.thing, '; ' order by was.thing) into gone
  from (
    select unnest(before) except select o from pg_temp.outside(0) o
  ) was (thing);
  if gone is not null then
    raise exception 'what uses legacy_v2 would be dropped with it: %', gone
      using errcode = 'dependent_objects_still_exist', hint = 'Drop it first, or take it off legacy_v2.';
  end if;
end
$$;

drop function pg_temp.outside(oid);

commit;
