-- What the assistants remember. service_id is whatever the calling service sends:
-- the user's id for the web app, the name of a bot for everything else.
create table ai_memories (
  id uuid primary key default gen_random_uuid(),
  service_id text,
  content text,
  embedding vector(384),            -- all-MiniLM-L6-v2
  importance real default 0.5,
  metadata jsonb default '{}',
  created_at timestamp default now(),
  updated_at timestamp
);

create index ai_memories_service_id_idx on ai_memories (service_id);
