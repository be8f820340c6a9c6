-- The gallery wants more of a widget than the dashboard did.
create table if not exists widgets (
  id uuid primary key default gen_random_uuid(),
  service_id text not null,
  title varchar(200) not null,
  category text not null default 'other',
  config jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamp default now()
);

comment on table widgets is 'Widgets of the gallery';
