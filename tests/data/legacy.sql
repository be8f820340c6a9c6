-- What a v2 database looks like after two years, in small: rows for the tables of migrations/legacy.
--
-- Everything follows from row numbers, so every run makes the same rows. Ids say what they are:
--   1....  users 1 to 20; user 99 has been deleted
--   2....  ai_memories      3....  ai_agents      4....  ai_widgets      5....  widgets      6....  ai_knowledge_base
-- What is wrong with the rows is wrong on purpose: owners that are no users, duplicates, orphans, NULLs, embeddings
-- of two lengths, and JSON of any shape.

insert into auth.users (id, aud, role, email, created_at, updated_at)
select
  ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
  'user' || n || '@example.com', '2023-01-01 00:00+00', '2023-01-01 00:00+00'
from generate_series(1, 20) n;

-- 15 of the 20 users.
insert into profiles (id, username, full_name, avatar_url, settings, created_at)
select
  ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  case when n % 5 <> 0 then 'user' || n end,
  case when n % 3 <> 0 then 'User Number ' || n end,
  case when n % 4 = 0 then 'https://example.com/' || n || '.png' end,
  case n % 4 when 0 then null when 1 then '{"theme": "dark"}' when 2 then '[]' else '{}' end::json,
  case when n % 7 <> 0 then timestamptz '2023-02-01 08:00+00' + n * interval '1 day' end
from generate_series(1, 15) n;

-- 30 agents; every sixth belongs to a bot, one to a deleted user.
insert into ai_agents (id, service_id, name, description, model, config, status, is_active, created_at)
select
  ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  case
    when n = 29 then '10000000-0000-4000-8000-000000000099'
    when n % 6 = 0 then 'discord-bot'
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end,
  'Agent ' || n,
  case when n % 2 = 0 then 'Answers questions of kind ' || n end,
  case when n % 5 <> 0 then 'gpt-4' end,
  case n % 5 when 0 then null when 1 then '["web"]' else '{"temperature": 0.2}' end::jsonb,
  (array['idle', 'busy', 'disabled'])[n % 3 + 1]::agent_status,
  case n % 4 when 0 then null when 1 then false else true end,
  timestamptz '2023-03-01 09:00+00' + n * interval '1 day'
from generate_series(1, 30) n;

insert into ai_agent_tools (agent_id, tool, config)
select id, 'web_search', '{"limit": 5}' from ai_agents where name like '%1';

-- 300 memories; 140 of them said twice, since memory n + 140 repeats memory n.
insert into ai_memories (id, service_id, content, embedding, importance, metadata, created_at, updated_at)
select
  ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  case
    when n % 10 = 0 then 'discord-bot'
    when n % 25 = 1 then null
    when n % 50 = 5 then ''
    when n % 40 = 2 then '10000000-0000-4000-8000-000000000099'
    when n % 30 = 3 then ' 10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0') || ' '
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end,
  case n % 60
    when 7 then null
    when 8 then '  '
    else 'The user said thing ' || n % 140 || ' about ' || (array['cooking', 'music', 'travel', 'work'])[n % 4 + 1]
  end,
  -- A third of the length of today, half of the old length, the rest none; one is zero throughout.
  case
    when n % 6 = 2 then null
    when n = 99 then array_fill(0, array[1536])::real[]::vector
    else (
      select array_agg(((n * 7919 + d * 10007 + n * d) % 2000 - 1000) / 1000.0 order by d)::real[]::vector
      from generate_series(1, case when n % 3 = 0 then 1536 else 384 end) d
    )
  end,
  case n % 11 when 0 then null when 1 then 7.5 else n % 10 / 10.0 end,
  case n % 13
    when 0 then null
    when 1 then '["tag"]'
    when 2 then '"from an import"'
    when 3 then '{"type": "preference", "source": "web"}'
    when 4 then '{"type": "rumour"}'
    else '{"type": "fact", "source": "web"}'
  end::jsonb,
  case when n % 17 <> 0 then timestamp '2023-04-01 10:00' + n * interval '1 hour' end,
  case when n % 2 = 0 then timestamp '2024-04-01 10:00' + n * interval '1 hour' end
from generate_series(1, 300) n;

-- 90 embeddings: for the first 60 memories one each, for 61 to 75 a second time, the others for no memory at all.
insert into memory_embeddings (memory_id, model, embedding, created_at)
select
  case
    when n <= 60 then ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
    when n <= 75 then ('20000000-0000-4000-8000-' || lpad((n - 60)::text, 12, '0'))::uuid
    when n <= 85 then ('29999999-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
  end,
  case when n <= 60 then 'text-embedding-ada-002' else 'text-embedding-3-small' end,
  case
    when n % 20 = 4 then null
    else (
      select array_agg(((n * 104729 + d * 7919 + n * d) % 2000 - 1000) / 1000.0 order by d)::real[]::vector
      from generate_series(1, 1536) d
    )
  end,
  timestamptz '2024-01-01 00:00+00' + n * interval '1 minute'
from generate_series(1, 90) n;

-- 40 notes, in the table that was defined twice; some without a user, some of a deleted one.
insert into memories (user_id, content, embedding, created_at)
select
  case
    when n % 8 = 0 then null
    when n % 15 = 1 then '10000000-0000-4000-8000-000000000099'
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end::uuid,
  case when n = 30 then '' else 'Note ' || n % 25 end,
  case when n % 2 = 0 then (
    select array_agg(((n * 31 + d * 17 + n * d) % 200 - 100) / 100.0 order by d)::real[]::vector
    from generate_series(1, 384) d
  ) end,
  case when n % 9 <> 0 then timestamptz '2023-05-01 12:00+00' + n * interval '1 day' end
from generate_series(1, 40) n;

-- 60 widgets of the gallery.
insert into ai_widgets (id, service_id, title, description, kind, code, config, is_public, is_archived, created_at)
select
  ('40000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  case
    when n % 9 = 0 then 'widget-factory'
    when n % 20 = 7 then null
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end,
  case when n = 41 then ' ' else 'Widget ' || n % 50 end,
  case when n % 3 = 0 then 'Shows number ' || n end,
  (array['chart', 'Graph', 'form', 'image', 'carousel', null])[n % 6 + 1],
  case when n % 7 <> 0 then '<div>' || n || '</div>' end,
  case n % 4 when 0 then null when 1 then '{"rows": 3}' when 2 then '[1, 2]' else '"small"' end::json,
  case n % 3 when 0 then true when 1 then false end,
  n % 11 = 0,
  timestamptz '2023-06-01 12:00+00' + n * interval '1 day'
from generate_series(1, 60) n;

-- 25 widgets of the dashboard; the first was copied to the gallery with its id.
insert into widgets (id, user_id, name, html, position, created_at)
select
  case when n = 1 then '40000000-0000-4000-8000-000000000001'
    else '50000000-0000-4000-8000-' || lpad(n::text, 12, '0') end::uuid,
  case when n % 10 <> 0 then '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0') end::uuid,
  'Tile ' || n,
  case when n % 6 <> 0 then '<p>' || n || '</p>' end,
  n,
  timestamptz '2023-06-15 12:00+00' + n * interval '1 day'
from generate_series(1, 25) n;

-- 240 likes: by bots, twice by the same user, of widgets that don't exist.
insert into ai_widget_likes (widget_id, service_id, created_at)
select
  case
    when n % 20 = 0 then null
    else ('40000000-0000-4000-8000-' || lpad((n % 64 + 1)::text, 12, '0'))::uuid
  end,
  case
    when n % 16 = 3 then 'crawler'
    when n % 40 = 9 then null
    else '10000000-0000-4000-8000-' || lpad((n * n % 20 + 1)::text, 12, '0')
  end,
  case when n % 13 <> 0 then timestamptz '2023-07-01 12:00+00' + n * interval '1 hour' end
from generate_series(1, 240) n;

-- 150 tasks: of own agents, of others' agents, of agents that are gone; statuses that somebody made up.
insert into ai_tasks
  (agent_id, service_id, title, payload, result, status, priority, due_at, created_at, finished_at)
select
  case
    when n % 5 = 0 then null
    when n % 5 = 1 then ('39999999-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
    else ('30000000-0000-4000-8000-' || lpad((n % 30 + 1)::text, 12, '0'))::uuid
  end,
  case
    when n % 12 = 0 then 'cron'
    when n % 50 = 11 then 'Alice'
    when n % 5 = 2 then '10000000-0000-4000-8000-' || lpad(((n % 30 + 1) % 20 + 1)::text, 12, '0')
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end,
  case n % 10 when 4 then null when 5 then '' else 'Do thing ' || n end,
  case n % 4 when 0 then null when 1 then '{"url": "https://example.com"}' when 2 then '[1]' else 'null' end::json,
  case when n % 3 = 0 then '{"ok": true}'::jsonb end,
  (array['new', 'open', 'in_progress', 'done', 'failed', 'cancelled', 'zombie', 'Done', null])[n % 9 + 1],
  case when n % 8 <> 0 then n % 10 + 1 end,
  case when n % 4 = 0 then timestamp '2023-09-01 12:00' + n * interval '1 day' end,
  case when n % 14 <> 0 then timestamp '2023-08-01 12:00' + n * interval '1 hour' end,
  case when n % 9 in (3, 4, 7) and n % 6 <> 0 then timestamp '2023-08-02 12:00' + n * interval '1 hour' end
from generate_series(1, 150) n;

-- 80 documents with the old embedding, the new one, both or none.
insert into ai_knowledge_base
  (id, service_id, title, body, source, doc_type, tags, embedding, embedding_openai, is_published, created_at)
select
  ('60000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  case
    when n % 10 = 0 then 'importer'
    when n % 33 = 1 then null
    else '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0')
  end,
  case n % 9 when 0 then null when 1 then '' else 'Document ' || n % 60 end,
  case n % 16 when 5 then null when 6 then E'\n' else 'How to do thing ' || n % 60 || ', step by step.' end,
  case when n % 3 = 0 then 'https://example.com/docs/' || n end,
  (array['document', 'faq', 'howto', null])[n % 4 + 1],
  case n % 4 when 0 then null when 1 then 'a, b,,c ' when 2 then '' else 'setup' end,
  case when n % 4 < 2 then (
    select array_agg(((n * 13 + d * 29 + n * d) % 200 - 100) / 100.0 order by d)::real[]::vector
    from generate_series(1, 384) d
  ) end,
  case when n % 2 = 1 then (
    select array_agg(((n * 43 + d * 59 + n * d) % 2000 - 1000) / 1000.0 order by d)::real[]::vector
    from generate_series(1, 1536) d
  ) end,
  case n % 3 when 0 then true when 1 then false end,
  timestamptz '2023-10-01 12:00+00' + n * interval '1 day'
from generate_series(1, 80) n;

-- What v3 has no counterpart for.
insert into ai_conversations (id, agent_id, service_id, started_at)
select
  ('70000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  ('30000000-0000-4000-8000-' || lpad((n % 30 + 1)::text, 12, '0'))::uuid,
  '10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0'),
  timestamptz '2023-11-01 12:00+00' + n * interval '1 hour'
from generate_series(1, 20) n;

insert into ai_messages (conversation_id, role, content, tokens, created_at)
select
  ('70000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0'))::uuid,
  case n % 2 when 0 then 'user' else 'assistant' end, 'Message ' || n, n * 3,
  timestamptz '2023-11-01 12:00+00' + n * interval '1 minute'
from generate_series(1, 60) n;

insert into ai_feedback (message_id, service_id, rating, created_at)
select n, 'discord-bot', n % 3 - 1, timestamptz '2023-11-02 12:00+00' from generate_series(1, 10) n;

insert into ai_usage_logs (service_id, model, prompt_tokens, completion_tokens, cost_usd, logged_at)
select 'discord-bot', 'gpt-4', n * 10, n * 20, n * 0.01, timestamptz '2023-11-03 12:00+00' + n * interval '1 minute'
from generate_series(1, 30) n;

insert into rate_limits (service_id, window_start, calls)
select 'discord-bot', timestamptz '2023-11-03 12:00+00' + n * interval '1 minute', n from generate_series(1, 10) n;

insert into notifications (user_id, title, created_at)
select
  ('10000000-0000-4000-8000-' || lpad((n % 20 + 1)::text, 12, '0'))::uuid, 'Notification ' || n,
  timestamptz '2023-11-04 12:00+00' + n * interval '1 minute'
from generate_series(1, 25) n;

refresh materialized view popular_widgets;
