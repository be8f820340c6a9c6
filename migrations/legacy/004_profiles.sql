create table profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username varchar(40) unique,
  full_name varchar(255),
  avatar_url text,
  settings json,
  created_at timestamptz default now(),
  updated_at timestamptz
);

alter table profiles enable row level security;
create policy "Profiles are private" on profiles for all to authenticated
  using (auth.uid() = id) with check (auth.uid() = id);
