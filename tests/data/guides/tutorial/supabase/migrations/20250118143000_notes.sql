create table public.folders (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null
);
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  folder_id uuid references public.folders (id) on delete set null,
  title text,
  body text not null default '',
  created_at timestamptz not null default now()
);
create table public.note_chunks (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  note_id uuid not null references public.notes (id) on delete cascade,
  content text not null,
  embedding extensions.vector(384)
);
create table public.tags (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null,
  unique (user_id, name)
);
create table public.note_tags (
  note_id uuid references public.notes (id) on delete cascade,
  tag_id uuid references public.tags (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (note_id, tag_id)
);
create table public.attachments (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  note_id uuid not null references public.notes (id) on delete cascade,
  path text not null
);

create index on public.folders (user_id);
create index on public.notes (user_id);
create index on public.notes (folder_id);
create index on public.note_chunks (user_id);
create index on public.note_chunks (note_id);
create index on public.note_chunks using hnsw (embedding extensions.vector_cosine_ops);
create index on public.note_tags (tag_id);
create index on public.note_tags (user_id);
create index on public.attachments (user_id);
create index on public.attachments (note_id);

do $$
declare name text;
begin
  foreach name in array array['folders', 'notes', 'note_chunks', 'tags', 'note_tags', 'attachments'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format(
      'create policy "People use their own rows" on public.%I to authenticated '
      'using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()))', name);
  end loop;
end
$$;
