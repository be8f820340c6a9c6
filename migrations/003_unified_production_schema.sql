-- v3: one schema for agents, memories, widgets, knowledge and tasks.
--
-- What was there before (v2, migrations/legacy) is not changed: its tables, views, functions and types move as they
-- are into the schema legacy_v2, where no API role can reach them. So v3 can use the names `memories`, `widgets` and
-- `agent_status`, v2's SECURITY DEFINER functions are out of reach, 004 has something to copy from, and 005 only has
-- to move everything back. When v2 is given up for good: cleanup/drop_legacy_v2.sql.
--
-- Rules that hold for every object below:
--   * A row belongs to one user (user_id). Where a row hangs on another row of that user, the foreign key includes
--     user_id: nobody can attach anything to somebody else's agent, memory or task, whatever the policies say.
--   * Row-level security is enabled everywhere and forced wherever there is user data, so the owner of the tables is
--     held to it too. Policies compare with (select auth.uid()): evaluated once per statement, not once per row.
--   * Functions are SECURITY INVOKER with an empty search_path: a caller sees through them what it sees without them.
--   * Every foreign key has an index that starts with its columns.
--   * Embeddings have 1536 dimensions and are compared by cosine distance.
--
-- Needs PostgreSQL 15 and pgvector 0.8, as Supabase has them. Can be applied again without any effect.

begin;
set local search_path = '';
set local lock_timeout = '10s';

-- ----------------------------------------------------------------------------------------------------
-- The ledger
-- ----------------------------------------------------------------------------------------------------

create table if not exists public.schema_migrations (
  version text not null,
  name text not null,
  details jsonb not null default '{}',
  applied_at timestamptz not null default now(),
  constraint schema_migrations_pkey primary key (version),
  constraint schema_migrations_version_format check (version ~ '^[0-9]{3,14}$')
);

comment on table public.schema_migrations is
  'Which migrations this database has; written by the migrations themselves';
comment on column public.schema_migrations.details is 'What undoing the migration needs to know';

-- ----------------------------------------------------------------------------------------------------
-- pgvector
-- ----------------------------------------------------------------------------------------------------

do $$
declare
  installed_in text;
begin
  select n.nspname into installed_in
  from pg_catalog.pg_extension e
  join pg_catalog.pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'vector';

  if not found then
    create extension vector with schema extensions;
    -- Remembered in the ledger below, so that the rollback removes the extension only if it came from here.
    perform set_config('app.v3_created_vector', 'true', true);
  elsif installed_in <> 'extensions' then
    raise exception 'the extension vector is in the schema "%", not in "extensions"', installed_in
      using hint = 'alter extension vector set schema extensions;';
  end if;

  if (select string_to_array(extversion, '.')::integer[] < '{0,8}'
      from pg_catalog.pg_extension where extname = 'vector') then
    raise exception 'pgvector 0.8 or later is needed for filtered searches'
      using hint = 'alter extension vector update;';
  end if;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- v2 steps aside
-- ----------------------------------------------------------------------------------------------------

do $$
declare
  v2_relations constant text[] := '{
    ai_agent_tools, ai_agents, ai_conversations, ai_feedback, ai_knowledge_base, ai_memories, ai_messages,
    ai_task_ticket_seq, ai_tasks, ai_usage_logs, ai_widget_likes, ai_widgets, app_settings, audit_log, feature_flags,
    memories, memory_embeddings, notifications, popular_widgets, profiles, rate_limits, widget_gallery, widgets
  }';
  v2_types constant text[] := '{agent_status, tool_name}';
  v2_functions constant text[] := array[
    'agent_stats(uuid)',
    'claim_task(text)',
    'count_call(text)',
    'exec_sql(text)',
    'log_change()',
    'match_memories(extensions.vector, double precision, integer)',
    'purge_old_memories(interval)',
    'search_knowledge(extensions.vector, integer)',
    'semantic_search(extensions.vector, double precision, integer)',
    'update_updated_at_column()'
  ];
  v3_names constant text[] := '{
    agent_performance_metrics, agent_status, agents, api_keys, execution_status, job_queue, job_status, knowledge_base,
    knowledge_relationship_type, knowledge_relationships, knowledge_status, knowledge_type, memories,
    memory_association_type, memory_associations, memory_importance, memory_type, permission_level,
    resource_permissions, task_executions, task_priority, task_status, tasks, user_profiles, user_sessions,
    widget_category, widget_comments, widget_likes, widget_stats, widget_status, widget_versions, widgets
  }';
  object text;
  taken text;
begin
  -- The second time, `memories` and `widgets` are v3's own.
  if exists (select from public.schema_migrations where version = '003') then
    return;
  end if;

  create schema legacy_v2;
  comment on schema legacy_v2 is 'v2 as it was before 003, out of reach of the API roles';

  -- A list instead of "whatever is in public": what else lives there is not ours to move.
  foreach object in array v2_relations loop
    if to_regclass('public.' || object) is not null then
      execute format('alter table public.%I set schema legacy_v2', object);
    end if;
  end loop;
  foreach object in array v2_types loop
    if to_regtype('public.' || object) is not null then
      execute format('alter type public.%I set schema legacy_v2', object);
    end if;
  end loop;
  foreach object in array v2_functions loop
    if to_regprocedure('public.' || object) is not null then
      execute format('alter function public.%s set schema legacy_v2', object);
    end if;
  end loop;

  -- `if not exists` below would quietly do with a table of the same name and other columns. (Every table has a type.)
  select string_agg(t.typname, ', ' order by t.typname) into taken
  from pg_catalog.pg_type t
  where t.typnamespace = 'public'::regnamespace and t.typname = any (v3_names);
  if taken is not null then
    raise exception 'public has objects that are neither of v2 nor of v3, but have the names of v3: %', taken
      using errcode = 'duplicate_object', hint = 'Rename them or move them to another schema.';
  end if;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- What became of v2's rows: filled by 004, read and dropped by 005
-- ----------------------------------------------------------------------------------------------------

do $$
begin
  if exists (select from public.schema_migrations where version = '003') then
    return;
  end if;

  create table legacy_v2.migrated_rows (
    source_table text not null,
    source_id text not null,
    target_table text not null,
    target_id text not null,
    lost_dimensions integer,
    migrated_at timestamptz not null default now(),
    constraint migrated_rows_pkey primary key (source_table, source_id, target_table)
  );
  create index migrated_rows_target_idx on legacy_v2.migrated_rows (target_table, target_id);
  alter table legacy_v2.migrated_rows enable row level security;

  comment on table legacy_v2.migrated_rows is 'Which row of v3 comes from which row of v2';
  comment on column legacy_v2.migrated_rows.lost_dimensions is
    'Length of the embedding that could not be taken along and has to be computed again; null if there was none';

  create table legacy_v2.unmapped_rows (
    source_table text not null,
    source_id text not null,
    reason text not null,
    source_row jsonb not null,
    recorded_at timestamptz not null default now(),
    constraint unmapped_rows_pkey primary key (source_table, source_id)
  );
  alter table legacy_v2.unmapped_rows enable row level security;

  comment on table legacy_v2.unmapped_rows is
    'Rows of v2 that have no place in v3, and why. To try one again, delete it here and apply 004';
  comment on column legacy_v2.unmapped_rows.source_row is
    'The row without its embedding; the original is in source_table';
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- Types
-- ----------------------------------------------------------------------------------------------------

-- Labels are in their natural order: `order by priority desc` puts the urgent tasks first.
do $$
begin
  if to_regtype('public.agent_status') is null then
    create type public.agent_status as enum ('draft', 'active', 'paused', 'error', 'archived');
  end if;
  if to_regtype('public.memory_type') is null then
    create type public.memory_type as enum ('conversation', 'fact', 'preference', 'experience', 'skill');
  end if;
  if to_regtype('public.memory_importance') is null then
    create type public.memory_importance as enum ('low', 'medium', 'high', 'critical');
  end if;
  if to_regtype('public.memory_association_type') is null then
    create type public.memory_association_type as enum
      ('relates_to', 'supports', 'contradicts', 'derived_from', 'follows');
  end if;
  if to_regtype('public.widget_status') is null then
    create type public.widget_status as enum ('draft', 'published', 'archived');
  end if;
  if to_regtype('public.widget_category') is null then
    create type public.widget_category as enum ('chart', 'form', 'table', 'text', 'media', 'tool', 'other');
  end if;
  if to_regtype('public.knowledge_status') is null then
    create type public.knowledge_status as enum ('draft', 'published', 'archived');
  end if;
  if to_regtype('public.knowledge_type') is null then
    create type public.knowledge_type as enum ('document', 'faq', 'procedure', 'snippet', 'reference');
  end if;
  if to_regtype('public.knowledge_relationship_type') is null then
    create type public.knowledge_relationship_type as enum
      ('relates_to', 'part_of', 'refers_to', 'replaces', 'contradicts');
  end if;
  if to_regtype('public.task_status') is null then
    create type public.task_status as enum ('pending', 'queued', 'running', 'completed', 'failed', 'cancelled');
  end if;
  if to_regtype('public.task_priority') is null then
    create type public.task_priority as enum ('low', 'normal', 'high', 'urgent');
  end if;
  if to_regtype('public.execution_status') is null then
    create type public.execution_status as enum ('running', 'succeeded', 'failed', 'cancelled');
  end if;
  if to_regtype('public.job_status') is null then
    create type public.job_status as enum ('queued', 'running', 'succeeded', 'failed');
  end if;
  if to_regtype('public.permission_level') is null then
    create type public.permission_level as enum ('view', 'edit');
  end if;
end
$$;

-- ----------------------------------------------------------------------------------------------------
-- Trigger functions
-- ----------------------------------------------------------------------------------------------------

create or replace function public.touch_updated_at() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;

comment on function public.touch_updated_at() is 'Sets updated_at to the start of the transaction';

create or replace function public.keep_owner() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if new.user_id is distinct from old.user_id then
    raise exception 'the owner of a row in %.% cannot be changed', tg_table_schema, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

comment on function public.keep_owner() is
  'Keeps somebody with whom a row was shared for editing from making it their own';

create or replace function public.stamp_task_times() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if new.status = 'running' then
    new.started_at := coalesce(new.started_at, now());
  end if;
  new.completed_at := case
    when new.status in ('completed', 'failed', 'cancelled') then coalesce(new.completed_at, now())
  end;
  return new;
end
$$;

comment on function public.stamp_task_times() is 'Notes when a task was started and when it came to an end';

-- ----------------------------------------------------------------------------------------------------
-- Users
-- ----------------------------------------------------------------------------------------------------

create table if not exists public.user_profiles (
  user_id uuid not null,
  username text,
  display_name text,
  avatar_url text,
  time_zone text not null default 'UTC',
  preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_profiles_pkey primary key (user_id),
  constraint user_profiles_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint user_profiles_username_key unique (username),
  constraint user_profiles_preferences_object check (jsonb_typeof(preferences) = 'object')
);

comment on table public.user_profiles is 'What users say about themselves; visible to themselves only';

create or replace trigger set_updated_at before update on public.user_profiles
  for each row execute function public.touch_updated_at();

alter table public.user_profiles enable row level security, force row level security;

drop policy if exists user_profiles_select_own on public.user_profiles;
create policy user_profiles_select_own on public.user_profiles for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists user_profiles_insert_own on public.user_profiles;
create policy user_profiles_insert_own on public.user_profiles for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists user_profiles_update_own on public.user_profiles;
create policy user_profiles_update_own on public.user_profiles for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);

create table if not exists public.api_keys (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  key_prefix text not null,
  key_hash bytea not null,
  scopes text[] not null default '{}',
  expires_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint api_keys_pkey primary key (id),
  constraint api_keys_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint api_keys_key_hash_key unique (key_hash),
  constraint api_keys_key_hash_sha256 check (octet_length(key_hash) = 32),
  constraint api_keys_key_prefix_short check (length(key_prefix) between 4 and 12),
  constraint api_keys_name_not_blank check (name ~ '\S')
);

comment on table public.api_keys is
  'Keys for the API. Created by the backend, which decides on the scopes and shows the key once; deleted to revoke';
comment on column public.api_keys.key_prefix is 'The beginning of the key, for its owner to recognise it';
comment on column public.api_keys.key_hash is 'SHA-256 of the key; no user can read it';

create index if not exists api_keys_user_id_idx on public.api_keys (user_id);

create or replace trigger set_updated_at before update on public.api_keys
  for each row execute function public.touch_updated_at();

alter table public.api_keys enable row level security, force row level security;

drop policy if exists api_keys_select_own on public.api_keys;
create policy api_keys_select_own on public.api_keys for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists api_keys_update_own on public.api_keys;
create policy api_keys_update_own on public.api_keys for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists api_keys_delete_own on public.api_keys;
create policy api_keys_delete_own on public.api_keys for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.user_sessions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  ip_address inet,
  user_agent text,
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint user_sessions_pkey primary key (id),
  constraint user_sessions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint user_sessions_expires_after_start check (expires_at > started_at)
);

comment on table public.user_sessions is
  'Where a user is signed in. Written by the backend; a user sees the sessions and ends one by deleting it';

create index if not exists user_sessions_user_id_idx on public.user_sessions (user_id, last_seen_at desc);
create index if not exists user_sessions_expires_at_idx on public.user_sessions (expires_at);

alter table public.user_sessions enable row level security, force row level security;

drop policy if exists user_sessions_select_own on public.user_sessions;
create policy user_sessions_select_own on public.user_sessions for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists user_sessions_delete_own on public.user_sessions;
create policy user_sessions_delete_own on public.user_sessions for delete to authenticated
  using ((select auth.uid()) = user_id);

-- ----------------------------------------------------------------------------------------------------
-- Agents, widgets, knowledge: what users make and can share
-- ----------------------------------------------------------------------------------------------------

create table if not exists public.agents (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  description text,
  model text not null,
  system_prompt text,
  config jsonb not null default '{}',
  metadata jsonb not null default '{}',
  status public.agent_status not null default 'draft',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agents_pkey primary key (id),
  constraint agents_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  -- What hangs on an agent refers to both columns, so it always belongs to the agent's owner.
  constraint agents_id_user_id_key unique (id, user_id),
  constraint agents_name_not_blank check (name ~ '\S'),
  constraint agents_config_object check (jsonb_typeof(config) = 'object'),
  constraint agents_metadata_object check (jsonb_typeof(metadata) = 'object')
);

comment on table public.agents is 'Assistants: a model, its instructions and its settings';

create table if not exists public.widgets (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  description text,
  category public.widget_category not null default 'other',
  status public.widget_status not null default 'draft',
  config jsonb not null default '{}',
  metadata jsonb not null default '{}',
  tags text[] not null default '{}',
  search tsvector generated always as (to_tsvector('english', name || ' ' || coalesce(description, ''))) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint widgets_pkey primary key (id),
  constraint widgets_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint widgets_id_user_id_key unique (id, user_id),
  constraint widgets_name_not_blank check (name ~ '\S'),
  constraint widgets_config_object check (jsonb_typeof(config) = 'object'),
  constraint widgets_metadata_object check (jsonb_typeof(metadata) = 'object')
);

comment on table public.widgets is
  'Pieces of user interface that users build. A published one is visible to every signed-in user';

create table if not exists public.knowledge_base (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  title text not null,
  content text not null,
  type public.knowledge_type not null default 'document',
  status public.knowledge_status not null default 'draft',
  source_url text,
  tags text[] not null default '{}',
  embedding extensions.vector(1536),
  metadata jsonb not null default '{}',
  search tsvector generated always as (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', content), 'B')
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint knowledge_base_pkey primary key (id),
  constraint knowledge_base_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint knowledge_base_id_user_id_key unique (id, user_id),
  constraint knowledge_base_title_not_blank check (title ~ '\S'),
  constraint knowledge_base_content_not_blank check (content ~ '\S'),
  constraint knowledge_base_embedding_not_zero check (extensions.vector_norm(embedding) > 0),
  constraint knowledge_base_metadata_object check (jsonb_typeof(metadata) = 'object')
);

comment on table public.knowledge_base is 'Documents that agents may look things up in';
comment on column public.knowledge_base.embedding is
  'Null until it has been computed. Never zero: the cosine distance to a zero vector is not a number';

-- One column for each kind of thing that can be shared, instead of a type and an id: only so can foreign keys hold
-- the rows together, and prove that what somebody shares is theirs.
create table if not exists public.resource_permissions (
  id uuid not null default gen_random_uuid(),
  owner_id uuid not null,
  grantee_id uuid not null,
  agent_id uuid,
  widget_id uuid,
  knowledge_id uuid,
  permission public.permission_level not null default 'view',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint resource_permissions_pkey primary key (id),
  constraint resource_permissions_owner_id_fkey foreign key (owner_id) references auth.users (id) on delete cascade,
  constraint resource_permissions_grantee_id_fkey foreign key (grantee_id)
    references auth.users (id) on delete cascade,
  constraint resource_permissions_agent_fkey foreign key (agent_id, owner_id)
    references public.agents (id, user_id) on delete cascade,
  constraint resource_permissions_widget_fkey foreign key (widget_id, owner_id)
    references public.widgets (id, user_id) on delete cascade,
  constraint resource_permissions_knowledge_fkey foreign key (knowledge_id, owner_id)
    references public.knowledge_base (id, user_id) on delete cascade,
  constraint resource_permissions_one_resource check (num_nonnulls(agent_id, widget_id, knowledge_id) = 1),
  constraint resource_permissions_not_to_oneself check (owner_id <> grantee_id),
  constraint resource_permissions_key unique nulls not distinct (grantee_id, agent_id, widget_id, knowledge_id)
);

comment on table public.resource_permissions is
  'Who may view or edit an agent, a widget or a document of somebody else';

create index if not exists resource_permissions_owner_id_idx on public.resource_permissions (owner_id);
create index if not exists resource_permissions_agent_idx on public.resource_permissions (agent_id, owner_id);
create index if not exists resource_permissions_widget_idx on public.resource_permissions (widget_id, owner_id);
create index if not exists resource_permissions_knowledge_idx on public.resource_permissions (knowledge_id, owner_id);

create or replace trigger set_updated_at before update on public.resource_permissions
  for each row execute function public.touch_updated_at();

alter table public.resource_permissions enable row level security, force row level security;

-- These policies look at no other table: those of agents, widgets and knowledge_base can look here without a circle.
drop policy if exists resource_permissions_select_own on public.resource_permissions;
create policy resource_permissions_select_own on public.resource_permissions for select to authenticated
  using ((select auth.uid()) in (owner_id, grantee_id));
drop policy if exists resource_permissions_insert_own on public.resource_permissions;
create policy resource_permissions_insert_own on public.resource_permissions for insert to authenticated
  with check ((select auth.uid()) = owner_id);
drop policy if exists resource_permissions_update_own on public.resource_permissions;
create policy resource_permissions_update_own on public.resource_permissions for update to authenticated
  using ((select auth.uid()) = owner_id) with check ((select auth.uid()) = owner_id);
drop policy if exists resource_permissions_delete_own on public.resource_permissions;
create policy resource_permissions_delete_own on public.resource_permissions for delete to authenticated
  using ((select auth.uid()) in (owner_id, grantee_id));

-- agents

create index if not exists agents_user_id_idx on public.agents (user_id, created_at desc);
create index if not exists agents_config_idx on public.agents using gin (config jsonb_path_ops);

create or replace trigger set_updated_at before update on public.agents
  for each row execute function public.touch_updated_at();
create or replace trigger keep_owner before update of user_id on public.agents
  for each row execute function public.keep_owner();

alter table public.agents enable row level security, force row level security;

-- `id = any (array(...))` instead of `id in (...)`: with an array, both sides of the `or` can use their index; with a
-- subquery, the whole table is read.
drop policy if exists agents_select_own_or_shared on public.agents;
create policy agents_select_own_or_shared on public.agents for select to authenticated
  using (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.agent_id from public.resource_permissions p where p.grantee_id = (select auth.uid())
    ))
  );
drop policy if exists agents_insert_own on public.agents;
create policy agents_insert_own on public.agents for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists agents_update_own_or_shared on public.agents;
create policy agents_update_own_or_shared on public.agents for update to authenticated
  using (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.agent_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  )
  with check (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.agent_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  );
drop policy if exists agents_delete_own on public.agents;
create policy agents_delete_own on public.agents for delete to authenticated
  using ((select auth.uid()) = user_id);

-- widgets

create index if not exists widgets_user_id_idx on public.widgets (user_id, created_at desc);
create index if not exists widgets_published_idx on public.widgets (category, created_at desc)
  where status = 'published';
create index if not exists widgets_config_idx on public.widgets using gin (config jsonb_path_ops);
create index if not exists widgets_tags_idx on public.widgets using gin (tags);
create index if not exists widgets_search_idx on public.widgets using gin (search);

create or replace trigger set_updated_at before update on public.widgets
  for each row execute function public.touch_updated_at();
create or replace trigger keep_owner before update of user_id on public.widgets
  for each row execute function public.keep_owner();

alter table public.widgets enable row level security, force row level security;

drop policy if exists widgets_select_own_shared_or_published on public.widgets;
create policy widgets_select_own_shared_or_published on public.widgets for select to authenticated
  using (
    (select auth.uid()) = user_id
    or status = 'published'
    or id = any (array(
      select p.widget_id from public.resource_permissions p where p.grantee_id = (select auth.uid())
    ))
  );
drop policy if exists widgets_insert_own on public.widgets;
create policy widgets_insert_own on public.widgets for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists widgets_update_own_or_shared on public.widgets;
create policy widgets_update_own_or_shared on public.widgets for update to authenticated
  using (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.widget_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  )
  with check (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.widget_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  );
drop policy if exists widgets_delete_own on public.widgets;
create policy widgets_delete_own on public.widgets for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.widget_versions (
  id uuid not null default gen_random_uuid(),
  widget_id uuid not null,
  user_id uuid not null,
  version integer not null,
  code text not null,
  config jsonb not null default '{}',
  changes text,
  created_at timestamptz not null default now(),
  constraint widget_versions_pkey primary key (id),
  constraint widget_versions_widget_fkey foreign key (widget_id, user_id)
    references public.widgets (id, user_id) on delete cascade,
  -- user_id follows from widget_id; it is here so that the index serves the foreign key as well.
  constraint widget_versions_key unique (widget_id, user_id, version),
  constraint widget_versions_version_positive check (version > 0),
  constraint widget_versions_config_object check (jsonb_typeof(config) = 'object')
);

comment on table public.widget_versions is 'The code of a widget over time. A version is never changed, only added';

create index if not exists widget_versions_user_id_idx on public.widget_versions (user_id);

alter table public.widget_versions enable row level security, force row level security;

-- The subquery is itself subject to the policies of widgets: who sees the widget sees its versions.
drop policy if exists widget_versions_select_visible on public.widget_versions;
create policy widget_versions_select_visible on public.widget_versions for select to authenticated
  using (exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_versions_insert_own on public.widget_versions;
create policy widget_versions_insert_own on public.widget_versions for insert to authenticated
  with check ((select auth.uid()) = user_id);

create table if not exists public.widget_likes (
  widget_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  constraint widget_likes_pkey primary key (widget_id, user_id),
  constraint widget_likes_widget_id_fkey foreign key (widget_id) references public.widgets (id) on delete cascade,
  constraint widget_likes_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);

-- No counter in widgets: a trigger that counts would have to write to a row of somebody else.
comment on table public.widget_likes is 'Who likes which widget, at most once; counted by the view widget_stats';

create index if not exists widget_likes_user_id_idx on public.widget_likes (user_id);

alter table public.widget_likes enable row level security, force row level security;

drop policy if exists widget_likes_select_visible on public.widget_likes;
create policy widget_likes_select_visible on public.widget_likes for select to authenticated
  using (exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_likes_insert_own on public.widget_likes;
create policy widget_likes_insert_own on public.widget_likes for insert to authenticated
  with check ((select auth.uid()) = user_id and exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_likes_delete_own on public.widget_likes;
create policy widget_likes_delete_own on public.widget_likes for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.widget_comments (
  id uuid not null default gen_random_uuid(),
  widget_id uuid not null,
  user_id uuid not null,
  parent_id uuid,
  body text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint widget_comments_pkey primary key (id),
  constraint widget_comments_widget_id_fkey foreign key (widget_id) references public.widgets (id) on delete cascade,
  constraint widget_comments_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  -- An answer stays with the widget of the comment that it answers.
  constraint widget_comments_id_widget_id_key unique (id, widget_id),
  constraint widget_comments_parent_fkey foreign key (parent_id, widget_id)
    references public.widget_comments (id, widget_id) on delete cascade,
  constraint widget_comments_body_length check (body ~ '\S' and length(body) <= 4000)
);

comment on table public.widget_comments is 'What users say about a widget that they can see, and the answers to it';

create index if not exists widget_comments_widget_id_idx on public.widget_comments (widget_id, created_at);
create index if not exists widget_comments_user_id_idx on public.widget_comments (user_id);
create index if not exists widget_comments_parent_idx on public.widget_comments (parent_id, widget_id);

create or replace trigger set_updated_at before update on public.widget_comments
  for each row execute function public.touch_updated_at();

alter table public.widget_comments enable row level security, force row level security;

drop policy if exists widget_comments_select_visible on public.widget_comments;
create policy widget_comments_select_visible on public.widget_comments for select to authenticated
  using (exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_comments_insert_own on public.widget_comments;
create policy widget_comments_insert_own on public.widget_comments for insert to authenticated
  with check ((select auth.uid()) = user_id and exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_comments_update_own on public.widget_comments;
create policy widget_comments_update_own on public.widget_comments for update to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id and exists (select from public.widgets w where w.id = widget_id));
drop policy if exists widget_comments_delete_own on public.widget_comments;
create policy widget_comments_delete_own on public.widget_comments for delete to authenticated
  using ((select auth.uid()) = user_id);

-- SECURITY INVOKER: everybody counts what they can see.
create or replace view public.widget_stats with (security_invoker = true) as
select
  w.id as widget_id,
  (select count(*) from public.widget_likes l where l.widget_id = w.id) as likes,
  (select count(*) from public.widget_comments c where c.widget_id = w.id) as comments,
  (select max(v.version) from public.widget_versions v where v.widget_id = w.id) as latest_version
from public.widgets w;

comment on view public.widget_stats is 'Likes, comments and the latest version of every widget that one can see';

-- knowledge_base

create index if not exists knowledge_base_user_id_idx on public.knowledge_base (user_id, created_at desc);
create index if not exists knowledge_base_embedding_idx on public.knowledge_base
  using hnsw (embedding extensions.vector_cosine_ops) with (m = 16, ef_construction = 64);
create index if not exists knowledge_base_search_idx on public.knowledge_base using gin (search);
create index if not exists knowledge_base_metadata_idx on public.knowledge_base using gin (metadata jsonb_path_ops);
create index if not exists knowledge_base_tags_idx on public.knowledge_base using gin (tags);

create or replace trigger set_updated_at before update on public.knowledge_base
  for each row execute function public.touch_updated_at();
create or replace trigger keep_owner before update of user_id on public.knowledge_base
  for each row execute function public.keep_owner();

alter table public.knowledge_base enable row level security, force row level security;

drop policy if exists knowledge_base_select_own_or_shared on public.knowledge_base;
create policy knowledge_base_select_own_or_shared on public.knowledge_base for select to authenticated
  using (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.knowledge_id from public.resource_permissions p where p.grantee_id = (select auth.uid())
    ))
  );
drop policy if exists knowledge_base_insert_own on public.knowledge_base;
create policy knowledge_base_insert_own on public.knowledge_base for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists knowledge_base_update_own_or_shared on public.knowledge_base;
create policy knowledge_base_update_own_or_shared on public.knowledge_base for update to authenticated
  using (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.knowledge_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  )
  with check (
    (select auth.uid()) = user_id
    or id = any (array(
      select p.knowledge_id from public.resource_permissions p
      where p.grantee_id = (select auth.uid()) and p.permission = 'edit'
    ))
  );
drop policy if exists knowledge_base_delete_own on public.knowledge_base;
create policy knowledge_base_delete_own on public.knowledge_base for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.knowledge_relationships (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  source_id uuid not null,
  target_id uuid not null,
  type public.knowledge_relationship_type not null default 'relates_to',
  created_at timestamptz not null default now(),
  constraint knowledge_relationships_pkey primary key (id),
  constraint knowledge_relationships_source_fkey foreign key (source_id, user_id)
    references public.knowledge_base (id, user_id) on delete cascade,
  constraint knowledge_relationships_target_fkey foreign key (target_id, user_id)
    references public.knowledge_base (id, user_id) on delete cascade,
  constraint knowledge_relationships_key unique (source_id, user_id, target_id, type),
  constraint knowledge_relationships_not_to_itself check (source_id <> target_id)
);

comment on table public.knowledge_relationships is 'How the documents of one user hang together';

create index if not exists knowledge_relationships_target_idx
  on public.knowledge_relationships (target_id, user_id);
create index if not exists knowledge_relationships_user_id_idx on public.knowledge_relationships (user_id);

alter table public.knowledge_relationships enable row level security, force row level security;

drop policy if exists knowledge_relationships_select_own on public.knowledge_relationships;
create policy knowledge_relationships_select_own on public.knowledge_relationships for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists knowledge_relationships_insert_own on public.knowledge_relationships;
create policy knowledge_relationships_insert_own on public.knowledge_relationships for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists knowledge_relationships_update_own on public.knowledge_relationships;
create policy knowledge_relationships_update_own on public.knowledge_relationships for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists knowledge_relationships_delete_own on public.knowledge_relationships;
create policy knowledge_relationships_delete_own on public.knowledge_relationships for delete to authenticated
  using ((select auth.uid()) = user_id);

-- ----------------------------------------------------------------------------------------------------
-- Memories
-- ----------------------------------------------------------------------------------------------------

create table if not exists public.memories (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  agent_id uuid,
  type public.memory_type not null default 'conversation',
  importance public.memory_importance not null default 'medium',
  content text not null,
  embedding extensions.vector(1536),
  metadata jsonb not null default '{}',
  search tsvector generated always as (to_tsvector('english', content)) stored,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint memories_pkey primary key (id),
  constraint memories_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  -- A memory outlives the agent that noted it.
  constraint memories_agent_fkey foreign key (agent_id, user_id)
    references public.agents (id, user_id) on delete set null (agent_id),
  constraint memories_id_user_id_key unique (id, user_id),
  constraint memories_content_not_blank check (content ~ '\S'),
  constraint memories_embedding_not_zero check (extensions.vector_norm(embedding) > 0),
  constraint memories_metadata_object check (jsonb_typeof(metadata) = 'object')
);

comment on table public.memories is 'What agents remember about a user; visible to that user only';
comment on column public.memories.agent_id is 'The agent that noted it; null if the user did, or the agent is gone';
comment on column public.memories.embedding is
  'Null until it has been computed. Never zero: the cosine distance to a zero vector is not a number';

create index if not exists memories_user_id_idx on public.memories (user_id, created_at desc);
create index if not exists memories_agent_idx on public.memories (agent_id, user_id);
create index if not exists memories_embedding_idx on public.memories
  using hnsw (embedding extensions.vector_cosine_ops) with (m = 16, ef_construction = 64);
create index if not exists memories_search_idx on public.memories using gin (search);
create index if not exists memories_metadata_idx on public.memories using gin (metadata jsonb_path_ops);

create or replace trigger set_updated_at before update on public.memories
  for each row execute function public.touch_updated_at();

alter table public.memories enable row level security, force row level security;

drop policy if exists memories_select_own on public.memories;
create policy memories_select_own on public.memories for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists memories_insert_own on public.memories;
create policy memories_insert_own on public.memories for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists memories_update_own on public.memories;
create policy memories_update_own on public.memories for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists memories_delete_own on public.memories;
create policy memories_delete_own on public.memories for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.memory_associations (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  source_id uuid not null,
  target_id uuid not null,
  type public.memory_association_type not null default 'relates_to',
  strength double precision not null default 0.5,
  created_at timestamptz not null default now(),
  constraint memory_associations_pkey primary key (id),
  constraint memory_associations_source_fkey foreign key (source_id, user_id)
    references public.memories (id, user_id) on delete cascade,
  constraint memory_associations_target_fkey foreign key (target_id, user_id)
    references public.memories (id, user_id) on delete cascade,
  constraint memory_associations_key unique (source_id, user_id, target_id, type),
  constraint memory_associations_not_to_itself check (source_id <> target_id),
  constraint memory_associations_strength_range check (strength between 0 and 1)
);

comment on table public.memory_associations is 'How the memories of one user hang together';
comment on column public.memory_associations.strength is 'From 0 to 1';

create index if not exists memory_associations_target_idx on public.memory_associations (target_id, user_id);
create index if not exists memory_associations_user_id_idx on public.memory_associations (user_id);

alter table public.memory_associations enable row level security, force row level security;

drop policy if exists memory_associations_select_own on public.memory_associations;
create policy memory_associations_select_own on public.memory_associations for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists memory_associations_insert_own on public.memory_associations;
create policy memory_associations_insert_own on public.memory_associations for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists memory_associations_update_own on public.memory_associations;
create policy memory_associations_update_own on public.memory_associations for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists memory_associations_delete_own on public.memory_associations;
create policy memory_associations_delete_own on public.memory_associations for delete to authenticated
  using ((select auth.uid()) = user_id);

-- ----------------------------------------------------------------------------------------------------
-- Tasks and what carries them out
-- ----------------------------------------------------------------------------------------------------

create table if not exists public.tasks (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  agent_id uuid,
  title text not null,
  description text,
  status public.task_status not null default 'pending',
  priority public.task_priority not null default 'normal',
  payload jsonb not null default '{}',
  result jsonb,
  metadata jsonb not null default '{}',
  due_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tasks_pkey primary key (id),
  constraint tasks_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint tasks_agent_fkey foreign key (agent_id, user_id)
    references public.agents (id, user_id) on delete set null (agent_id),
  constraint tasks_id_user_id_key unique (id, user_id),
  constraint tasks_title_not_blank check (title ~ '\S'),
  constraint tasks_payload_object check (jsonb_typeof(payload) = 'object'),
  constraint tasks_metadata_object check (jsonb_typeof(metadata) = 'object'),
  constraint tasks_completed_after_started check (completed_at >= started_at)
);

comment on table public.tasks is 'Work that a user gives to an agent';
comment on column public.tasks.completed_at is 'When it came to an end: completed, failed or cancelled';

create index if not exists tasks_user_id_idx on public.tasks (user_id, status, created_at desc);
create index if not exists tasks_agent_idx on public.tasks (agent_id, user_id);
create index if not exists tasks_open_idx on public.tasks (priority desc, created_at)
  where status in ('pending', 'queued');
create index if not exists tasks_payload_idx on public.tasks using gin (payload jsonb_path_ops);

create or replace trigger set_updated_at before update on public.tasks
  for each row execute function public.touch_updated_at();
create or replace trigger stamp_times before update of status on public.tasks
  for each row execute function public.stamp_task_times();

alter table public.tasks enable row level security, force row level security;

drop policy if exists tasks_select_own on public.tasks;
create policy tasks_select_own on public.tasks for select to authenticated
  using ((select auth.uid()) = user_id);
drop policy if exists tasks_insert_own on public.tasks;
create policy tasks_insert_own on public.tasks for insert to authenticated
  with check ((select auth.uid()) = user_id);
drop policy if exists tasks_update_own on public.tasks;
create policy tasks_update_own on public.tasks for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists tasks_delete_own on public.tasks;
create policy tasks_delete_own on public.tasks for delete to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.task_executions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  task_id uuid not null,
  agent_id uuid,
  attempt integer not null default 1,
  status public.execution_status not null default 'running',
  tokens_used integer not null default 0,
  error text,
  output jsonb,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint task_executions_pkey primary key (id),
  constraint task_executions_task_fkey foreign key (task_id, user_id)
    references public.tasks (id, user_id) on delete cascade,
  constraint task_executions_agent_fkey foreign key (agent_id, user_id)
    references public.agents (id, user_id) on delete set null (agent_id),
  constraint task_executions_key unique (task_id, user_id, attempt),
  constraint task_executions_attempt_positive check (attempt > 0),
  constraint task_executions_tokens_used_not_negative check (tokens_used >= 0),
  constraint task_executions_finished_unless_running check ((status = 'running') = (finished_at is null)),
  constraint task_executions_finished_after_started check (finished_at >= started_at)
);

comment on table public.task_executions is
  'The attempts at a task; written by the workers, read by the owner of the task';
comment on column public.task_executions.agent_id is
  'The agent that tried, which need not be the one of the task today';

create index if not exists task_executions_agent_idx
  on public.task_executions (agent_id, user_id, started_at desc);
create index if not exists task_executions_user_id_idx on public.task_executions (user_id);

alter table public.task_executions enable row level security, force row level security;

drop policy if exists task_executions_select_own on public.task_executions;
create policy task_executions_select_own on public.task_executions for select to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.agent_performance_metrics (
  id bigint generated always as identity,
  user_id uuid not null,
  agent_id uuid not null,
  metric text not null,
  value double precision not null,
  recorded_at timestamptz not null default now(),
  constraint agent_performance_metrics_pkey primary key (id),
  constraint agent_performance_metrics_agent_fkey foreign key (agent_id, user_id)
    references public.agents (id, user_id) on delete cascade,
  constraint agent_performance_metrics_metric_not_blank check (metric ~ '\S')
);

comment on table public.agent_performance_metrics is
  'Measurements of agents, such as latency or a rating; written by the workers';

create index if not exists agent_performance_metrics_agent_idx
  on public.agent_performance_metrics (agent_id, user_id, recorded_at desc);
create index if not exists agent_performance_metrics_user_id_idx on public.agent_performance_metrics (user_id);

alter table public.agent_performance_metrics enable row level security, force row level security;

drop policy if exists agent_performance_metrics_select_own on public.agent_performance_metrics;
create policy agent_performance_metrics_select_own on public.agent_performance_metrics for select to authenticated
  using ((select auth.uid()) = user_id);

create table if not exists public.job_queue (
  id bigint generated always as identity,
  user_id uuid,
  queue text not null default 'default',
  job_type text not null,
  payload jsonb not null default '{}',
  status public.job_status not null default 'queued',
  attempts integer not null default 0,
  max_attempts integer not null default 5,
  idempotency_key text,
  run_at timestamptz not null default now(),
  locked_at timestamptz,
  locked_by text,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint job_queue_pkey primary key (id),
  constraint job_queue_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint job_queue_idempotency_key_key unique (idempotency_key),
  constraint job_queue_payload_object check (jsonb_typeof(payload) = 'object'),
  constraint job_queue_attempts_in_range check (attempts between 0 and max_attempts),
  constraint job_queue_locked_while_running check ((status = 'running') = (locked_at is not null))
);

comment on table public.job_queue is
  'Work in the background. Workers take the oldest queued job that is due: for update skip locked';
comment on column public.job_queue.user_id is 'For whom; null for jobs of the system, which no user sees';
comment on column public.job_queue.idempotency_key is 'The same job is not queued twice under the same key';

create index if not exists job_queue_user_id_idx on public.job_queue (user_id);
create index if not exists job_queue_due_idx on public.job_queue (queue, run_at) where status = 'queued';

alter table public.job_queue enable row level security, force row level security;

drop policy if exists job_queue_select_own on public.job_queue;
create policy job_queue_select_own on public.job_queue for select to authenticated
  using ((select auth.uid()) = user_id);

-- The ledger is no secret, and clients may ask which version they talk to. Not forced: the migrations write to it.
alter table public.schema_migrations enable row level security;

drop policy if exists schema_migrations_select_all on public.schema_migrations;
create policy schema_migrations_select_all on public.schema_migrations for select to authenticated
  using (true);

-- ----------------------------------------------------------------------------------------------------
-- Functions
-- ----------------------------------------------------------------------------------------------------

-- hnsw.iterative_scan: the index knows nothing of users. Without it, the 40 nearest memories of all users are fetched
-- first, and those of the caller may not be among them. (Only a superuser may name this setting before pgvector's
-- library is loaded; the indexes above have loaded it.)
create or replace function public.search_memories(
  query_embedding extensions.vector,
  match_threshold double precision default 0.7,
  match_count integer default 10,
  only_type public.memory_type default null
)
returns table (
  id uuid,
  content text,
  type public.memory_type,
  importance public.memory_importance,
  metadata jsonb,
  created_at timestamptz,
  similarity double precision
)
language plpgsql stable security invoker
set search_path = '' set hnsw.iterative_scan = 'strict_order' as $$
begin
  -- A dimension in the signature would not be enforced: PostgreSQL drops the modifiers of argument types.
  if extensions.vector_dims(query_embedding) <> 1536 then
    raise exception 'query_embedding has % dimensions, memories have 1536', extensions.vector_dims(query_embedding)
      using errcode = 'data_exception';
  end if;

  return query
    select
      m.id, m.content, m.type, m.importance, m.metadata, m.created_at,
      1 - (m.embedding operator(extensions.<=>) query_embedding)
    from public.memories m
    where (m.embedding operator(extensions.<=>) query_embedding) <= 1 - match_threshold
      and (only_type is null or m.type = only_type)
      and (m.expires_at is null or m.expires_at > now())
    order by m.embedding operator(extensions.<=>) query_embedding
    limit least(greatest(match_count, 0), 200);
end
$$;

comment on function public.search_memories(extensions.vector, double precision, integer, public.memory_type) is
  'The memories of the caller that are nearest in meaning, by cosine similarity, nearest first; at most 200';

-- Reciprocal rank fusion: each of the two searches gives a document 1 / (60 + its rank). Ranks can be added up where
-- a cosine and a text rank can not; 60 is the constant of the paper (Cormack et al., 2009).
create or replace function public.search_knowledge(
  query_text text,
  query_embedding extensions.vector default null,
  match_count integer default 10
)
returns table (
  id uuid,
  title text,
  content text,
  type public.knowledge_type,
  source_url text,
  score double precision
)
language plpgsql stable security invoker
set search_path = '' set hnsw.iterative_scan = 'strict_order' as $$
declare
  wanted constant integer := least(greatest(match_count, 0), 200);
begin
  if extensions.vector_dims(query_embedding) <> 1536 then
    raise exception 'query_embedding has % dimensions, knowledge has 1536', extensions.vector_dims(query_embedding)
      using errcode = 'data_exception';
  end if;

  return query
    with nearest as (
      select k.id, k.embedding operator(extensions.<=>) query_embedding as distance
      from public.knowledge_base k
      where query_embedding is not null and k.embedding is not null and k.status <> 'archived'
      order by k.embedding operator(extensions.<=>) query_embedding
      limit 2 * wanted
    ),
    best_text as (
      select k.id, ts_rank_cd(k.search, q.query) as rank
      from public.knowledge_base k, websearch_to_tsquery('english', query_text) as q (query)
      where k.search @@ q.query and k.status <> 'archived'
      order by rank desc, k.id
      limit 2 * wanted
    ),
    by_meaning as (
      select n.id, row_number() over (order by n.distance, n.id) as place from nearest n
    ),
    by_text as (
      select b.id, row_number() over (order by b.rank desc, b.id) as place from best_text b
    )
    select
      k.id, k.title, k.content, k.type, k.source_url,
      (coalesce(1.0 / (60 + m.place), 0) + coalesce(1.0 / (60 + t.place), 0))::double precision as fused
    from by_meaning m
    full join by_text t on t.id = m.id
    join public.knowledge_base k on k.id = coalesce(m.id, t.id)
    order by fused desc, k.id
    limit wanted;
end
$$;

comment on function public.search_knowledge(text, extensions.vector, integer) is
  'The documents that fit best by words and, where an embedding is given, by meaning; best first, at most 200';

create or replace function public.get_agent_performance_summary(
  of_agent uuid,
  since timestamptz default now() - interval '30 days'
)
returns table (
  agent_id uuid,
  name text,
  executions bigint,
  succeeded bigint,
  failed bigint,
  success_rate double precision,
  median_seconds double precision,
  p95_seconds double precision,
  tokens_used bigint,
  last_execution_at timestamptz,
  average_metrics jsonb
)
language sql stable security invoker set search_path = '' as $$
  select
    a.id, a.name, e.executions, e.succeeded, e.failed,
    e.succeeded::double precision / nullif(e.succeeded + e.failed, 0),
    e.median_seconds, e.p95_seconds, e.tokens_used, e.last_execution_at, m.averages
  from public.agents a
  cross join lateral (
    select
      count(*) as executions,
      count(*) filter (where x.status = 'succeeded') as succeeded,
      count(*) filter (where x.status = 'failed') as failed,
      percentile_cont(0.5) within group (order by extract(epoch from x.finished_at - x.started_at))
        as median_seconds,
      percentile_cont(0.95) within group (order by extract(epoch from x.finished_at - x.started_at))
        as p95_seconds,
      coalesce(sum(x.tokens_used), 0) as tokens_used,
      max(x.started_at) as last_execution_at
    from public.task_executions x
    where x.agent_id = a.id and x.user_id = a.user_id and x.started_at >= since
  ) e
  cross join lateral (
    select coalesce(jsonb_object_agg(p.metric, p.average), '{}') as averages
    from (
      select p.metric, avg(p.value) as average
      from public.agent_performance_metrics p
      where p.agent_id = a.id and p.user_id = a.user_id and p.recorded_at >= since
      group by p.metric
    ) p
  ) m
  where a.id = of_agent;
$$;

comment on function public.get_agent_performance_summary(uuid, timestamptz) is
  'How an agent did: one row, or none if the caller cannot see the agent. Rates and times are null without executions';

-- ----------------------------------------------------------------------------------------------------
-- Privileges
-- ----------------------------------------------------------------------------------------------------

-- Supabase's default privileges give everything in public to everybody. Take it back, and give what the policies are
-- written for: without a privilege a policy is never asked.
revoke all on
  public.user_profiles, public.api_keys, public.user_sessions, public.agents, public.agent_performance_metrics,
  public.memories, public.memory_associations, public.widgets, public.widget_versions, public.widget_likes,
  public.widget_comments, public.widget_stats, public.knowledge_base, public.knowledge_relationships, public.tasks,
  public.task_executions, public.job_queue, public.resource_permissions, public.schema_migrations
from public, anon, authenticated, service_role;

revoke all on sequence public.agent_performance_metrics_id_seq, public.job_queue_id_seq
from public, anon, authenticated, service_role;

grant select, insert, update, delete on
  public.agents, public.memories, public.memory_associations, public.widgets, public.knowledge_base,
  public.knowledge_relationships, public.tasks, public.widget_comments
to authenticated;

grant select, insert, update on public.user_profiles to authenticated;
grant select, insert, delete on public.widget_likes to authenticated;
grant select, insert on public.widget_versions to authenticated;
grant select, delete on public.user_sessions to authenticated;
grant select on
  public.widget_stats, public.agent_performance_metrics, public.task_executions, public.job_queue,
  public.schema_migrations
to authenticated;

-- Not the hash; and of a key only its name can be changed, not what it may do.
grant select (id, user_id, name, key_prefix, scopes, expires_at, last_used_at, created_at, updated_at), update (name),
  delete on public.api_keys to authenticated;

-- What is shared with whom is fixed; how far can be changed.
grant select, insert, update (permission), delete on public.resource_permissions to authenticated;

grant select, insert, update, delete on
  public.user_profiles, public.api_keys, public.user_sessions, public.agents, public.agent_performance_metrics,
  public.memories, public.memory_associations, public.widgets, public.widget_versions, public.widget_likes,
  public.widget_comments, public.knowledge_base, public.knowledge_relationships, public.tasks, public.task_executions,
  public.job_queue, public.resource_permissions
to service_role;

grant select on public.widget_stats, public.schema_migrations to service_role;

revoke all on function
  public.search_memories(extensions.vector, double precision, integer, public.memory_type),
  public.search_knowledge(text, extensions.vector, integer),
  public.get_agent_performance_summary(uuid, timestamptz),
  public.touch_updated_at(), public.keep_owner(), public.stamp_task_times()
from public, anon, authenticated, service_role;

grant execute on function
  public.search_memories(extensions.vector, double precision, integer, public.memory_type),
  public.search_knowledge(text, extensions.vector, integer),
  public.get_agent_performance_summary(uuid, timestamptz)
to authenticated, service_role;

-- ----------------------------------------------------------------------------------------------------
-- Realtime
-- ----------------------------------------------------------------------------------------------------

-- Clients wait for their tasks. Realtime applies the policies of tasks to every subscriber.
do $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime' and not puballtables)
    and not exists (
      select from pg_catalog.pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'tasks'
    )
  then
    alter publication supabase_realtime add table public.tasks;
  end if;
end
$$;

-- ----------------------------------------------------------------------------------------------------

insert into public.schema_migrations (version, name, details)
values (
  '003', 'unified_production_schema',
  jsonb_build_object('created_vector', coalesce(current_setting('app.v3_created_vector', true), '') = 'true')
)
on conflict (version) do nothing;

commit;
