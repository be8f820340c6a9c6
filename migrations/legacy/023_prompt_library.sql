create table ai_prompts (
  id uuid primary key default gen_random_uuid(),
  service_id text not null,
  name text not null,
  body text not null,
  unique (service_id, name)
);

alter table ai_prompts enable row level security;
