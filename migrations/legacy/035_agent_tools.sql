create domain tool_name as text check (value ~ '^[a-z][a-z0-9_]*$');

create table ai_agent_tools (
  agent_id uuid not null references ai_agents (id) on delete cascade,
  tool tool_name not null,
  config jsonb,
  enabled boolean not null default true,
  primary key (agent_id, tool)
);
