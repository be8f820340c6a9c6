create table ai_widgets (
  id uuid primary key default gen_random_uuid(),
  service_id text,
  title varchar(200) not null,
  description text,
  kind text default 'other',
  code text,
  config json,
  is_public boolean default false,
  is_archived boolean,
  created_at timestamptz default now(),
  updated_at timestamptz
);

create index on ai_widgets (service_id);
