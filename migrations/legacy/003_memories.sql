-- Notes that users write themselves, from the browser extension.
create table if not exists memories (
  id bigserial primary key,
  user_id uuid,
  content text not null,
  embedding vector(384),
  created_at timestamptz default now()
);

alter table memories enable row level security;
create policy "Users read their own memories" on memories for select using (auth.uid() = user_id);
create policy "Users write their own memories" on memories for insert with check (auth.uid() = user_id);
