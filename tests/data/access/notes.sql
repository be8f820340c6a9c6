-- Personal notes that are searched by meaning: documents and their chunks, conversations, keys for programs.
create table profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    username text not null unique check (username ~ '^[a-z0-9_]{3,20}$'),
    display_name text,
    plan text not null default 'free' check (plan in ('free', 'pro')),
    created_at timestamptz not null default now()
);
create table models (
    id text primary key,
    label text not null
);
insert into models values ('small', 'The small one'), ('large', 'The large one');
create table documents (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    title text not null check (length(title) between 1 and 200),
    body text not null default '',
    model_id text not null default 'small' references models (id),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, id)
);
create table chunks (
    id bigint generated always as identity primary key,
    document_id uuid not null references documents (id) on delete cascade,
    position integer not null check (position >= 0),
    content text not null,
    embedding extensions.vector(8),
    unique (document_id, position)
);
create table tags (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    name text not null,
    unique (user_id, name),
    unique (user_id, id)
);
create table document_tags (
    user_id uuid not null default auth.uid(),
    document_id uuid not null,
    tag_id uuid not null,
    primary key (document_id, tag_id),
    foreign key (user_id, document_id) references documents (user_id, id) on delete cascade,
    foreign key (user_id, tag_id) references tags (user_id, id) on delete cascade
);
create table conversations (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    document_id uuid,
    title text,
    foreign key (user_id, document_id) references documents (user_id, id)
);
create table messages (
    id uuid primary key default gen_random_uuid(),
    conversation_id uuid not null references conversations (id) on delete cascade,
    author text not null check (author in ('user', 'assistant')),
    content text not null,
    created_at timestamptz not null default now()
);
create table api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    name text not null,
    token_hash text not null unique,
    last_used_at timestamptz
);
create table usage_events (
    id bigint generated always as identity primary key,
    user_id uuid not null references auth.users (id) on delete cascade,
    tokens integer not null check (tokens > 0),
    at timestamptz not null default now()
);
create index on documents (model_id);
create index on document_tags (user_id, document_id);
create index on document_tags (user_id, tag_id);
create index on conversations (user_id, document_id);
create index on messages (conversation_id);
create index on api_keys (user_id);
create index on usage_events (user_id);

alter table profiles enable row level security;
alter table models enable row level security;
alter table documents enable row level security;
alter table chunks enable row level security;
alter table tags enable row level security;
alter table document_tags enable row level security;
alter table conversations enable row level security;
alter table messages enable row level security;
alter table api_keys enable row level security;
alter table usage_events enable row level security;

create policy read_own on profiles for select to authenticated using (id = (select auth.uid()));
create policy change_own on profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create policy read_all on models for select to anon, authenticated using (true);
create policy read_own on documents for select to authenticated using (user_id = (select auth.uid()));
create policy add_own on documents for insert to authenticated with check (user_id = (select auth.uid()));
create policy change_own on documents for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy remove_own on documents for delete to authenticated using (user_id = (select auth.uid()));
create policy own on chunks to authenticated
    using (exists (select from documents d where d.id = document_id and d.user_id = (select auth.uid())))
    with check (exists (select from documents d where d.id = document_id and d.user_id = (select auth.uid())));
create policy own on tags to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own on document_tags to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy read_own on conversations for select to authenticated using (user_id = (select auth.uid()));
create policy add_own on conversations for insert to authenticated with check (user_id = (select auth.uid()));
create policy change_own on conversations for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy remove_own on conversations for delete to authenticated using (user_id = (select auth.uid()));
create policy read_own on messages for select to authenticated
    using (exists (select from conversations c where c.id = conversation_id and c.user_id = (select auth.uid())));
create policy ask on messages for insert to authenticated
    with check (author = 'user' and exists (select from conversations c where c.id = conversation_id and c.user_id = (select auth.uid())));
create policy read_own on api_keys for select to authenticated using (user_id = (select auth.uid()));
create policy remove_own on api_keys for delete to authenticated using (user_id = (select auth.uid()));
create policy read_own on usage_events for select to authenticated using (user_id = (select auth.uid()));

create function keep_owner() returns trigger language plpgsql set search_path = '' as $$
begin
    new.user_id := old.user_id;
    new.updated_at := now();
    return new;
end $$;
create trigger keep_owner before update on documents for each row execute function keep_owner();

create schema private;
create function private.add_profile() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.profiles (id, username) values (new.id, 'user_' || substr(md5(new.id::text), 1, 12));
    return new;
end $$;
revoke execute on function private.add_profile() from public;
create trigger add_profile after insert on auth.users for each row execute function private.add_profile();

create function search_chunks(query extensions.vector(8), count integer default 5)
returns table (id bigint, document_id uuid, content text, similarity double precision)
language sql stable set search_path = '' as $$
    select c.id, c.document_id, c.content, 1 - (c.embedding operator(extensions.<=>) query)
    from public.chunks c
    where c.embedding is not null
    order by c.embedding operator(extensions.<=>) query
    limit least(count, 50)
$$;
create view document_sizes with (security_invoker = true) as
    select d.id, d.user_id, d.title, count(c.id) as chunks
    from documents d left join chunks c on c.document_id = d.id
    group by d.id;

-- What no client needs.
revoke all on all tables in schema public from anon;
revoke truncate, references, trigger on all tables in schema public from authenticated;
revoke insert, update, delete on models, usage_events, document_sizes from authenticated;
revoke insert, update on api_keys from authenticated;
revoke insert, delete, update on profiles from authenticated;
grant update (username, display_name) on profiles to authenticated;
revoke update, delete on messages from authenticated;
revoke select on api_keys from authenticated;
grant select (id, user_id, name, last_used_at) on api_keys to authenticated;
revoke update on all sequences in schema public from anon, authenticated;
grant select on models to anon;
revoke execute on all functions in schema public from public, anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
alter publication supabase_realtime add table messages;
