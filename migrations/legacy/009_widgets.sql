-- Widgets of the dashboard, before there was a gallery.
create table if not exists widgets (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete cascade,
  name text not null,
  html text,
  position integer not null default 0,
  created_at timestamptz not null default now()
);

alter table widgets enable row level security;
create policy "own widgets" on widgets to authenticated using (user_id = auth.uid()) with check (user_id = auth.uid());
