create type agent_status as enum ('idle', 'busy', 'disabled');

create table ai_agents (
  id uuid primary key default gen_random_uuid(),
  service_id text not null,
  name varchar(120) not null,
  description text,
  model varchar(60) default 'gpt-3.5-turbo',
  system_prompt text,
  config jsonb default '{}',
  status agent_status not null default 'idle',
  is_active boolean default true,
  created_at timestamptz default now(),
  updated_at timestamptz
);

comment on table ai_agents is 'Assistants that a service has configured';
comment on column ai_agents.config is 'Passed to the model as it is';
