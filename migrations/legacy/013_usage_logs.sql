create table ai_usage_logs (
  id bigserial primary key,
  service_id text,
  agent_id uuid,
  model text,
  prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  cost_usd numeric(10, 4) not null default 0,
  logged_at timestamptz not null default now()
);

create index ai_usage_logs_day on ai_usage_logs (logged_at desc);
