-- One table for users and bots.
create table if not exists memories (
  id uuid primary key default gen_random_uuid(),
  service_id text not null,
  content text not null,
  embedding vector(1536),
  importance real not null default 0.5,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);

alter table memories enable row level security;
create policy "Bots read memories" on memories for select using (true);
create policy "Bots write memories" on memories for insert with check (true);
