create table public.chats (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text
);
create table public.messages (
  id bigint generated always as identity primary key,
  chat_id uuid not null references public.chats (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  content text not null
);
create table public.reminders (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  note_id uuid references public.notes (id) on delete cascade,
  due timestamptz not null
);
create table public.usage_events (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  tokens integer not null
);
create index on public.chats (user_id);
create index on public.messages (chat_id);
create index on public.messages (user_id);
create index on public.reminders (user_id);
create index on public.reminders (note_id);
create index on public.usage_events (user_id);

alter table public.chats enable row level security;
alter table public.messages enable row level security;
alter table public.reminders enable row level security;
alter table public.usage_events enable row level security;

create policy "People use their own chats" on public.chats to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "People read messages" on public.messages for select to authenticated using (true);
create policy "People write their own messages" on public.messages for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy "People use their own reminders" on public.reminders to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "People read their own usage" on public.usage_events for select to authenticated
  using (user_id = (select auth.uid()));
