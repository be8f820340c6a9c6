create table ai_conversations (
  id uuid primary key default gen_random_uuid(),
  agent_id uuid references ai_agents (id) on delete cascade,
  service_id text not null,
  started_at timestamptz not null default now()
);

create table ai_messages (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references ai_conversations (id) on delete cascade,
  role text not null check (role in ('user', 'assistant', 'system')),
  content text not null,
  tokens integer,
  created_at timestamptz not null default now()
);
