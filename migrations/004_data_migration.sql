-- Copies the rows of v2 (schema legacy_v2) into the tables of v3. The rows of v2 are only read.
--
-- Every row of a copied table ends up in one of two places, never in both and never in neither:
--   legacy_v2.migrated_rows   says which row of v3 it became;
--   legacy_v2.unmapped_rows   keeps it with the reason why v3 has no place for it: above all a service_id that is no
--                             user, since in v3 every row belongs to one.
-- The last block checks that and fails otherwise. A row that is in either place is not looked at again: applying this
-- file twice changes nothing, and a row that a user has deleted from v3 in the meantime does not come back.
--
--   v2                            v3
--   profiles                      user_profiles
--   ai_agents                     agents
--   ai_memories, memories         memories
--   memory_embeddings             memories.embedding
--   ai_widgets, widgets           widgets, widget_versions
--   ai_widget_likes               widget_likes
--   ai_tasks                      tasks
--   ai_knowledge_base             knowledge_base
--
-- The other tables of v2 (conversations, logs, settings ...) have no counterpart and stay in legacy_v2.
--
-- v3 takes embeddings of 1536 dimensions only. A row with another one keeps its text and gets a null embedding; it is
-- counted in the view legacy_v2.embedding_backlog and queued in public.job_queue, to be embedded again.
--
-- What v2 knew and v3 has no column for is in the row's metadata under "legacy_v2".

begin;
set local search_path = '';
set local lock_timeout = '10s';
-- A policy that hid rows from this role would lose them without a word; this makes it an error.
set local row_security = off;

do $$
begin
  if to_regclass('legacy_v2.migrated_rows') is null or to_regclass('public.schema_migrations') is null then
    raise exception 'there is nothing to migrate from or to: 003 has not been applied, or legacy_v2 has been dropped'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Apply 003_unified_production_schema.sql first.';
  end if;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- For the length of this transaction
-- ----------------------------------------------------------------------------------------------------

create temporary view finished_rows as
  select source_table, source_id from legacy_v2.migrated_rows
  union all
  select source_table, source_id from legacy_v2.unmapped_rows;

-- The user that a service_id may be; null if it isn't a UUID at all.
create function pg_temp.uuid_of(service_id text) returns uuid language sql immutable as $$
  select case
    when btrim(service_id) ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then btrim(service_id)::uuid
  end
$$;

-- Why a row cannot have the owner that its service_id names; null if it can.
create function pg_temp.no_owner(service_id text, owner_id uuid) returns text language sql immutable as $$
  select case
    when owner_id is not null then null
    when service_id is null or service_id !~ '\S' then 'service_id is empty'
    when pg_temp.uuid_of(service_id) is null then 'service_id is not a user id'
    else 'service_id is no user'
  end
$$;

-- Always the same id for the same row of v2.
create function pg_temp.new_id(source_table text, source_id text) returns uuid language sql immutable as $$
  select md5('legacy_v2.' || source_table || ':' || source_id)::uuid
$$;

create function pg_temp.as_object(value jsonb) returns jsonb language sql immutable as $$
  select case
    when value is null or jsonb_typeof(value) = 'null' then '{}'
    when jsonb_typeof(value) = 'object' then value
    else jsonb_build_object('value', value)
  end
$$;

create function pg_temp.with_remains(metadata jsonb, remains jsonb) returns jsonb language sql immutable as $$
  select pg_temp.as_object(metadata) || jsonb_build_object('legacy_v2', jsonb_strip_nulls(remains))
$$;

-- ----------------------------------------------------------------------------------------------------
-- profiles
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.profiles') is null then
    return;
  end if;

  with source as (
    select p.* from legacy_v2.profiles p
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'profiles' and f.source_id = p.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'profiles', s.id::text, 'the user has a profile in v3 already', to_jsonb(s)
    from source s
    where exists (select from public.user_profiles v3 where v3.user_id = s.id)
    returning source_id
  ),
  copied as (
    insert into public.user_profiles
      (user_id, username, display_name, avatar_url, preferences, created_at, updated_at)
    select
      s.id, s.username, coalesce(s.full_name, s.username), s.avatar_url, pg_temp.as_object(s.settings::jsonb),
      coalesce(s.created_at, now()), coalesce(s.updated_at, s.created_at, now())
    from source s
    where s.id::text not in (select source_id from kept)
    returning user_id::text as id
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'profiles', id, 'user_profiles', id from copied;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_agents
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_agents') is null then
    return;
  end if;

  with source as materialized (
    select
      a.*, u.id as user_id,
      case
        when u.id is null then pg_temp.no_owner(a.service_id, u.id)
        when a.name !~ '\S' then 'name is empty'
      end as reason
    from legacy_v2.ai_agents a
    left join auth.users u on u.id = pg_temp.uuid_of(a.service_id)
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_agents' and f.source_id = a.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'ai_agents', s.id::text, s.reason, to_jsonb(s) - '{reason, user_id}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.agents
      (id, user_id, name, description, model, system_prompt, config, metadata, status, created_at, updated_at)
    select
      s.id, s.user_id, s.name, s.description, coalesce(s.model, 'gpt-3.5-turbo'), s.system_prompt,
      pg_temp.as_object(s.config), pg_temp.with_remains(null, jsonb_build_object('status', s.status)),
      (case
        when s.status = 'disabled' then 'archived'
        when s.is_active is not false then 'active'
        else 'paused'
      end)::public.agent_status,
      coalesce(s.created_at, now()), coalesce(s.updated_at, s.created_at, now())
    from source s where s.reason is null
    returning id::text
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'ai_agents', id, 'agents', id from copied;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_memories, with the embeddings that memory_embeddings has for them
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_memories') is null then
    return;
  end if;

  create temporary table embedded_memories on commit drop as
  select
    m.id,
    case
      when extensions.vector_dims(m.embedding) = 1536 and extensions.vector_norm(m.embedding) > 0 then m.embedding
      else newest.embedding
    end as embedding,
    case
      when extensions.vector_dims(m.embedding) = 1536 and extensions.vector_norm(m.embedding) > 0 then null
      else newest.id
    end as embedding_id
  from legacy_v2.ai_memories m
  left join (
    select distinct on (e.memory_id) e.memory_id, e.id, e.embedding
    from legacy_v2.memory_embeddings e
    where extensions.vector_norm(e.embedding) > 0
    order by e.memory_id, e.created_at desc, e.id desc
  ) newest on newest.memory_id = m.id;

  with source as materialized (
    select
      m.id, m.service_id, m.content, m.importance, m.metadata, m.created_at, m.updated_at,
      u.id as user_id, n.embedding,
      case when n.embedding is null then extensions.vector_dims(m.embedding) end as lost_dimensions,
      case
        when u.id is null then pg_temp.no_owner(m.service_id, u.id)
        when m.content is null or m.content !~ '\S' then 'content is empty'
      end as reason
    from legacy_v2.ai_memories m
    join pg_temp.embedded_memories n on n.id = m.id
    left join auth.users u on u.id = pg_temp.uuid_of(m.service_id)
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_memories' and f.source_id = m.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select
      'ai_memories', s.id::text, s.reason, to_jsonb(s) - '{reason, user_id, embedding, lost_dimensions}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.memories
      (id, user_id, type, importance, content, embedding, metadata, created_at, updated_at)
    select
      s.id, s.user_id,
      coalesce(
        (select l::public.memory_type
         from unnest(enum_range(null::public.memory_type)) l where l::text = s.metadata ->> 'type'),
        'conversation'
      ),
      -- From 0 to 1; some writers counted from 0 to 10.
      (case
        when s.importance is null then 'medium'
        when case when s.importance > 1 then s.importance / 10 else s.importance end < 0.25 then 'low'
        when case when s.importance > 1 then s.importance / 10 else s.importance end < 0.6 then 'medium'
        when case when s.importance > 1 then s.importance / 10 else s.importance end < 0.85 then 'high'
        else 'critical'
      end)::public.memory_importance,
      s.content, s.embedding,
      pg_temp.with_remains(s.metadata, jsonb_build_object('importance', s.importance)),
      -- v2 wrote now() into timestamps without a time zone, on servers that run on UTC.
      coalesce(s.created_at at time zone 'UTC', now()),
      coalesce(s.updated_at at time zone 'UTC', s.created_at at time zone 'UTC', now())
    from source s where s.reason is null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id, lost_dimensions)
  select 'ai_memories', s.id::text, 'memories', s.id::text, s.lost_dimensions
  from source s where s.reason is null;

  with source as materialized (
    select
      e.id, e.memory_id, e.model, e.created_at,
      case
        when m.id is null then 'the memory does not exist'
        when t.target_id is null then 'the memory was not migrated'
        when e.embedding is null or extensions.vector_norm(e.embedding) = 0 then 'the embedding is empty'
        when n.embedding_id is null then 'the memory had an embedding of its own'
        when n.embedding_id <> e.id then 'there is a newer embedding of the memory'
      end as reason
    from legacy_v2.memory_embeddings e
    left join legacy_v2.ai_memories m on m.id = e.memory_id
    left join pg_temp.embedded_memories n on n.id = e.memory_id
    left join legacy_v2.migrated_rows t
      on t.source_table = 'ai_memories' and t.source_id = e.memory_id::text and t.target_table = 'memories'
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'memory_embeddings' and f.source_id = e.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'memory_embeddings', s.id::text, s.reason, to_jsonb(s) - 'reason'
    from source s where s.reason is not null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'memory_embeddings', s.id::text, 'memories', s.memory_id::text
  from source s where s.reason is null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- memories: the notes that users wrote themselves
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.memories') is null then
    return;
  end if;

  with source as materialized (
    select
      m.id, m.user_id, m.content, m.created_at, extensions.vector_dims(m.embedding) as lost_dimensions,
      pg_temp.new_id('memories', m.id::text) as new_id,
      case
        when m.user_id is null then 'user_id is empty'
        when u.id is null then 'user_id is no user'
        when m.content !~ '\S' then 'content is empty'
      end as reason
    from legacy_v2.memories m
    left join auth.users u on u.id = m.user_id
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'memories' and f.source_id = m.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'memories', s.id::text, s.reason, to_jsonb(s) - '{reason, new_id, lost_dimensions}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.memories (id, user_id, type, content, metadata, created_at, updated_at)
    select
      s.new_id, s.user_id, 'fact', s.content, pg_temp.with_remains(null, jsonb_build_object('id', s.id)),
      coalesce(s.created_at, now()), coalesce(s.created_at, now())
    from source s where s.reason is null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id, lost_dimensions)
  select 'memories', s.id::text, 'memories', s.new_id::text, s.lost_dimensions
  from source s where s.reason is null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_widgets: the gallery
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_widgets') is null then
    return;
  end if;

  with source as materialized (
    select
      w.*, u.id as user_id, pg_temp.new_id('ai_widgets version', w.id::text) as version_id,
      case
        when u.id is null then pg_temp.no_owner(w.service_id, u.id)
        when w.title !~ '\S' then 'title is empty'
      end as reason
    from legacy_v2.ai_widgets w
    left join auth.users u on u.id = pg_temp.uuid_of(w.service_id)
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_widgets' and f.source_id = w.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'ai_widgets', s.id::text, s.reason, to_jsonb(s) - '{reason, user_id, version_id}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.widgets
      (id, user_id, name, description, category, status, config, metadata, created_at, updated_at)
    select
      s.id, s.user_id, s.title, s.description,
      (case lower(s.kind)
        when 'chart' then 'chart'
        when 'graph' then 'chart'
        when 'form' then 'form'
        when 'table' then 'table'
        when 'text' then 'text'
        when 'image' then 'media'
        when 'video' then 'media'
        when 'tool' then 'tool'
        else 'other'
      end)::public.widget_category,
      (case
        when s.is_archived then 'archived'
        when s.is_public then 'published'
        else 'draft'
      end)::public.widget_status,
      pg_temp.as_object(s.config::jsonb), pg_temp.with_remains(null, jsonb_build_object('kind', s.kind)),
      coalesce(s.created_at, now()), coalesce(s.updated_at, s.created_at, now())
    from source s where s.reason is null
  ),
  versions as (
    insert into public.widget_versions (id, widget_id, user_id, version, code, config, changes, created_at)
    select
      s.version_id, s.id, s.user_id, 1, s.code, pg_temp.as_object(s.config::jsonb), 'As it was in v2',
      coalesce(s.updated_at, s.created_at, now())
    from source s where s.reason is null and s.code is not null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'ai_widgets', s.id::text, 'widgets', s.id::text from source s where s.reason is null
  union all
  select 'ai_widgets', s.id::text, 'widget_versions', s.version_id::text
  from source s where s.reason is null and s.code is not null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- widgets: the dashboard
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.widgets') is null then
    return;
  end if;

  with source as materialized (
    select
      w.*,
      -- Some were copied into the gallery by hand, with their id.
      case
        when exists (select from public.widgets v3 where v3.id = w.id) then pg_temp.new_id('widgets', w.id::text)
        else w.id
      end as new_id,
      pg_temp.new_id('widgets version', w.id::text) as version_id,
      case
        when w.user_id is null then 'user_id is empty'
        when w.name !~ '\S' then 'name is empty'
      end as reason
    from legacy_v2.widgets w
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'widgets' and f.source_id = w.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'widgets', s.id::text, s.reason, to_jsonb(s) - '{reason, new_id, version_id}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.widgets (id, user_id, name, category, status, metadata, created_at, updated_at)
    select
      s.new_id, s.user_id, s.name, 'other', 'draft',
      pg_temp.with_remains(null, jsonb_build_object('position', s.position)), s.created_at, s.created_at
    from source s where s.reason is null
  ),
  versions as (
    insert into public.widget_versions (id, widget_id, user_id, version, code, changes, created_at)
    select s.version_id, s.new_id, s.user_id, 1, s.html, 'As it was in v2', s.created_at
    from source s where s.reason is null and s.html is not null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'widgets', s.id::text, 'widgets', s.new_id::text from source s where s.reason is null
  union all
  select 'widgets', s.id::text, 'widget_versions', s.version_id::text
  from source s where s.reason is null and s.html is not null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_widget_likes
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_widget_likes') is null then
    return;
  end if;

  with source as materialized (
    select
      l.*, u.id as user_id,
      case
        when u.id is null then pg_temp.no_owner(l.service_id, u.id)
        when w.id is null then 'the widget does not exist'
        when t.target_id is null then 'the widget was not migrated'
        when row_number() over (partition by l.widget_id, u.id order by l.created_at, l.id) > 1
          or exists (select from public.widget_likes v3 where v3.widget_id = l.widget_id and v3.user_id = u.id)
        then 'the user likes the widget already'
      end as reason
    from legacy_v2.ai_widget_likes l
    left join auth.users u on u.id = pg_temp.uuid_of(l.service_id)
    left join legacy_v2.ai_widgets w on w.id = l.widget_id
    left join legacy_v2.migrated_rows t
      on t.source_table = 'ai_widgets' and t.source_id = l.widget_id::text and t.target_table = 'widgets'
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_widget_likes' and f.source_id = l.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select 'ai_widget_likes', s.id::text, s.reason, to_jsonb(s) - '{reason, user_id}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.widget_likes (widget_id, user_id, created_at)
    select s.widget_id, s.user_id, coalesce(s.created_at, now())
    from source s where s.reason is null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'ai_widget_likes', s.id::text, 'widget_likes', s.widget_id || ':' || s.user_id
  from source s where s.reason is null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_tasks
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_tasks') is null then
    return;
  end if;

  with new_status (old, new) as (
    values
      ('new', 'pending'), ('open', 'pending'), ('queued', 'queued'),
      -- Nobody works on it any more once v2 is out of service: it waits for its turn again.
      ('in_progress', 'queued'), ('running', 'queued'),
      ('done', 'completed'), ('completed', 'completed'), ('failed', 'failed'), ('error', 'failed'),
      ('cancelled', 'cancelled'), ('canceled', 'cancelled')
  ),
  source as materialized (
    select
      k.*, u.id as user_id, a.id as own_agent_id, n.new as new_status,
      pg_temp.new_id('ai_tasks', k.id::text) as new_id,
      case
        when u.id is null then pg_temp.no_owner(k.service_id, u.id)
        -- A guess could set a worker on something that was meant to be left alone.
        when n.new is null then format('status "%s" is unknown', k.status)
      end as reason
    from legacy_v2.ai_tasks k
    left join auth.users u on u.id = pg_temp.uuid_of(k.service_id)
    -- The agent may be gone, or somebody else's.
    left join public.agents a on a.id = k.agent_id and a.user_id = u.id
    left join new_status n on n.old = lower(coalesce(k.status, 'new'))
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_tasks' and f.source_id = k.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select
      'ai_tasks', s.id::text, s.reason,
      to_jsonb(s) - '{reason, user_id, own_agent_id, new_status, new_id}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.tasks
      (id, user_id, agent_id, title, status, priority, payload, result, metadata, due_at, completed_at,
       created_at, updated_at)
    select
      s.new_id, s.user_id, s.own_agent_id, coalesce(substring(s.title from '.*\S.*'), 'Task ' || s.ticket),
      s.new_status::public.task_status,
      (case
        when s.priority <= 2 then 'urgent'
        when s.priority <= 4 then 'high'
        when s.priority >= 8 then 'low'
        else 'normal'
      end)::public.task_priority,
      pg_temp.as_object(s.payload::jsonb), s.result,
      pg_temp.with_remains(null, jsonb_build_object(
        'id', s.id, 'ticket', s.ticket, 'status', s.status, 'priority', s.priority,
        'agent_id', case when s.own_agent_id is null then s.agent_id end
      )),
      s.due_at at time zone 'UTC', s.finished_at at time zone 'UTC',
      coalesce(s.created_at at time zone 'UTC', now()),
      coalesce(s.finished_at at time zone 'UTC', s.created_at at time zone 'UTC', now())
    from source s where s.reason is null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
  select 'ai_tasks', s.id::text, 'tasks', s.new_id::text from source s where s.reason is null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- ai_knowledge_base
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if to_regclass('legacy_v2.ai_knowledge_base') is null then
    return;
  end if;

  with source as materialized (
    select
      k.id, k.service_id, k.title, k.body, k.source, k.doc_type, k.tags, k.is_published, k.created_at, k.updated_at,
      u.id as user_id,
      case when extensions.vector_norm(k.embedding_openai) > 0 then k.embedding_openai end as new_embedding,
      case
        when extensions.vector_norm(k.embedding_openai) > 0 then null
        else coalesce(extensions.vector_dims(k.embedding), extensions.vector_dims(k.embedding_openai))
      end as lost_dimensions,
      case
        when u.id is null then pg_temp.no_owner(k.service_id, u.id)
        when k.body is null or k.body !~ '\S' then 'body is empty'
      end as reason
    from legacy_v2.ai_knowledge_base k
    left join auth.users u on u.id = pg_temp.uuid_of(k.service_id)
    where not exists (
      select from pg_temp.finished_rows f where f.source_table = 'ai_knowledge_base' and f.source_id = k.id::text
    )
  ),
  kept as (
    insert into legacy_v2.unmapped_rows (source_table, source_id, reason, source_row)
    select
      'ai_knowledge_base', s.id::text, s.reason,
      to_jsonb(s) - '{reason, user_id, new_embedding, lost_dimensions}'::text[]
    from source s where s.reason is not null
  ),
  copied as (
    insert into public.knowledge_base
      (id, user_id, title, content, type, status, source_url, tags, embedding, metadata, created_at, updated_at)
    select
      s.id, s.user_id, coalesce(substring(s.title from '.*\S.*'), 'Untitled'), s.body,
      coalesce(
        (select l::public.knowledge_type
         from unnest(enum_range(null::public.knowledge_type)) l where l::text = s.doc_type),
        'document'
      ),
      (case when s.is_published then 'published' else 'draft' end)::public.knowledge_status,
      s.source,
      array(select btrim(tag) from unnest(string_to_array(s.tags, ',')) tag where tag ~ '\S'),
      s.new_embedding, pg_temp.with_remains(null, jsonb_build_object('doc_type', s.doc_type)),
      coalesce(s.created_at, now()), coalesce(s.updated_at, s.created_at, now())
    from source s where s.reason is null
  )
  insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id, lost_dimensions)
  select 'ai_knowledge_base', s.id::text, 'knowledge_base', s.id::text, s.lost_dimensions
  from source s where s.reason is null;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- Embeddings to compute again
-- ----------------------------------------------------------------------------------------------------

create or replace view legacy_v2.embedding_backlog as
select
  m.target_table, m.lost_dimensions, count(*) as lost,
  count(*) filter (where exists (
    select from public.memories v3
    where m.target_table = 'memories' and v3.id = m.target_id::uuid and v3.embedding is null
    union all
    select from public.knowledge_base v3
    where m.target_table = 'knowledge_base' and v3.id = m.target_id::uuid and v3.embedding is null
  )) as remaining
from legacy_v2.migrated_rows m
where m.lost_dimensions is not null
group by m.target_table, m.lost_dimensions;

comment on view legacy_v2.embedding_backlog is
  'How many embeddings of v2 could not be taken along (lost), and how many of them are not computed yet (remaining)';

with lost as (
  select
    m.source_table, m.source_id, m.target_table, m.target_id,
    'regenerate_embedding:' || m.target_table || ':' || m.target_id as idempotency_key
  from legacy_v2.migrated_rows m
  where m.lost_dimensions is not null
    and not exists (
      select from legacy_v2.migrated_rows j
      where j.source_table = m.source_table and j.source_id = m.source_id and j.target_table = 'job_queue'
    )
),
queued as (
  insert into public.job_queue (user_id, queue, job_type, payload, idempotency_key)
  select
    coalesce(v3.user_id, k3.user_id), 'embeddings', 'regenerate_embedding',
    jsonb_build_object('table', l.target_table, 'id', l.target_id), l.idempotency_key
  from lost l
  left join public.memories v3 on l.target_table = 'memories' and v3.id = l.target_id::uuid
  left join public.knowledge_base k3 on l.target_table = 'knowledge_base' and k3.id = l.target_id::uuid
  order by l.target_table, l.target_id
  returning id, idempotency_key
)
insert into legacy_v2.migrated_rows (source_table, source_id, target_table, target_id)
select l.source_table, l.source_id, 'job_queue', q.id::text
from lost l
join queued q on q.idempotency_key = l.idempotency_key;

-- ----------------------------------------------------------------------------------------------------
-- Is every row in exactly one place?
-- ----------------------------------------------------------------------------------------------------

do $$
declare
  source text;
  counted record;
begin
  foreach source in array array[
    'profiles', 'ai_agents', 'ai_memories', 'memory_embeddings', 'memories', 'ai_widgets', 'widgets',
    'ai_widget_likes', 'ai_tasks', 'ai_knowledge_base'
  ] loop
    if to_regclass('legacy_v2.' || source) is null then
      continue;
    end if;

    execute format($query$
      select
        count(*) as total,
        count(*) filter (where migrated) as migrated,
        count(*) filter (where unmapped) as unmapped,
        count(*) filter (where migrated and unmapped) as both,
        count(*) filter (where not migrated and not unmapped) as neither
      from (
        select
          exists (
            select from legacy_v2.migrated_rows m where m.source_table = %1$L and m.source_id = s.id::text
          ) as migrated,
          exists (
            select from legacy_v2.unmapped_rows u where u.source_table = %1$L and u.source_id = s.id::text
          ) as unmapped
        from legacy_v2.%1$I s
      ) rows
    $query$, source) into counted;

    if counted.both + counted.neither > 0 then
      raise exception 'of % rows in %, % are in two places and % in none',
        counted.total, source, counted.both, counted.neither;
    end if;
    raise notice '%: % rows, % migrated, % kept in legacy_v2.unmapped_rows',
      source, counted.total, counted.migrated, counted.unmapped;
  end loop;
end
$$;

drop view pg_temp.finished_rows;
drop function pg_temp.with_remains(jsonb, jsonb);
drop function pg_temp.as_object(jsonb);
drop function pg_temp.new_id(text, text);
drop function pg_temp.no_owner(text, uuid);
drop function pg_temp.uuid_of(text);

insert into public.schema_migrations (version, name) values ('004', 'data_migration')
on conflict (version) do nothing;

commit;
