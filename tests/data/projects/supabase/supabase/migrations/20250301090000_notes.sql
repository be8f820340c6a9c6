create extension if not exists vector with schema extensions;

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username text unique,
  created_at timestamptz not null default now()
);
alter table public.profiles enable row level security;
create policy "Users see their own profile" on public.profiles
  for select to authenticated using ((select auth.uid()) = id);

create table public.notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  body text not null default '',
  embedding extensions.vector(1536),
  created_at timestamptz not null default now()
);
alter table public.notes enable row level security;
create policy "Users see their own notes" on public.notes
  for select to authenticated using ((select auth.uid()) = user_id);
create policy "Users write their own notes" on public.notes
  for insert to authenticated with check ((select auth.uid()) = user_id);
create index notes_user_id_idx on public.notes (user_id);
