-- Posts that are drafts or published, for everybody or for followers; what somebody likes, keeps and reports.
create type visibility as enum ('everybody', 'followers', 'nobody');
create table profiles (
    user_id uuid primary key references auth.users (id) on delete cascade,
    name text not null,
    bio text not null default '',
    verified boolean not null default false
);
create table follows (
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    followed_id uuid not null references auth.users (id) on delete cascade,
    since timestamptz not null default now(),
    primary key (user_id, followed_id),
    check (user_id <> followed_id)
);
create table posts (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    title text not null,
    body text not null default '',
    published boolean not null default false,
    visible_to visibility not null default 'everybody',
    likes integer not null default 0,
    created_at timestamptz not null default now()
);
create table comments (
    id uuid primary key default gen_random_uuid(),
    post_id uuid not null references posts (id) on delete cascade,
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    body text not null check (length(body) between 1 and 500),
    hidden boolean not null default false
);
create table likes (
    post_id uuid not null references posts (id) on delete cascade,
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    primary key (post_id, user_id)
);
create table bookmarks (
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    post_id uuid not null references posts (id) on delete cascade,
    note text,
    primary key (user_id, post_id)
);
create table notifications (
    id bigint generated always as identity primary key,
    user_id uuid not null references auth.users (id) on delete cascade,
    text text not null,
    read boolean not null default false
);
create table reports (
    id bigint generated always as identity primary key,
    post_id uuid not null references posts (id) on delete cascade,
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    reason text not null,
    unique (user_id, post_id)
);
create table staff (
    user_id uuid primary key references auth.users (id) on delete cascade
);
create index on follows (followed_id);
create index on posts (user_id);
create index on comments (post_id);
create index on comments (user_id);
create index on likes (user_id);
create index on bookmarks (post_id);
create index on notifications (user_id);
create index on reports (post_id);

create schema private;
grant usage on schema private to authenticated, anon;
create function private.follows(person uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.follows f where f.followed_id = person and f.user_id = (select auth.uid())) $$;
create function private.is_staff() returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.staff s where s.user_id = (select auth.uid())) $$;
create function private.count_likes() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.posts p set likes = (select count(*) from public.likes l where l.post_id = p.id)
    where p.id = coalesce(new.post_id, old.post_id);
    return null;
end $$;
create function private.notify_author() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.notifications (user_id, text)
    select p.user_id, 'somebody has commented on ' || p.title from public.posts p where p.id = new.post_id;
    return null;
end $$;
revoke execute on all functions in schema private from public;
grant execute on function private.follows, private.is_staff to authenticated;
create trigger count_likes after insert or delete on likes for each row execute function private.count_likes();
create trigger notify_author after insert on comments for each row execute function private.notify_author();

alter table profiles enable row level security;
alter table follows enable row level security;
alter table posts enable row level security;
alter table comments enable row level security;
alter table likes enable row level security;
alter table bookmarks enable row level security;
alter table notifications enable row level security;
alter table reports enable row level security;
alter table staff enable row level security;

create policy everybody_reads on profiles for select to anon, authenticated using (true);
create policy own_add on profiles for insert to authenticated with check (user_id = (select auth.uid()) and not verified);
create policy own_change on profiles for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own on follows to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy visitors_read on posts for select to anon using (published and visible_to = 'everybody');
create policy own_or_published on posts for select to authenticated using (
    user_id = (select auth.uid())
    or published and visible_to = 'everybody'
    or published and visible_to = 'followers' and private.follows(user_id)
);
create policy own_add on posts for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_change on posts for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_remove on posts for delete to authenticated using (user_id = (select auth.uid()));
create policy of_seen_posts on comments for select to authenticated
    using (not hidden and exists (select from posts p where p.id = post_id) or user_id = (select auth.uid()));
create policy own_add on comments for insert to authenticated
    with check (user_id = (select auth.uid()) and exists (select from posts p where p.id = post_id));
create policy own_remove on comments for delete to authenticated using (user_id = (select auth.uid()));
create policy own_read on likes for select to authenticated using (user_id = (select auth.uid()));
create policy own_add on likes for insert to authenticated
    with check (user_id = (select auth.uid()) and exists (select from posts p where p.id = post_id));
create policy own_remove on likes for delete to authenticated using (user_id = (select auth.uid()));
create policy own on bookmarks to authenticated using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()) and exists (select from posts p where p.id = post_id));
create policy own_read on notifications for select to authenticated using (user_id = (select auth.uid()));
create policy own_change on notifications for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_or_staff on reports for select to authenticated using (user_id = (select auth.uid()) or (select private.is_staff()));
create policy own_add on reports for insert to authenticated
    with check (user_id = (select auth.uid()) and exists (select from posts p where p.id = post_id));
create policy own_read on staff for select to authenticated using (user_id = (select auth.uid()));

create view feed with (security_invoker = true) as
    select p.id, p.user_id, p.title, p.body, p.likes from posts p where p.published order by p.created_at desc;
create view my_drafts with (security_invoker = true) as
    select p.id, p.user_id, p.title from posts p where not p.published and p.user_id = (select auth.uid());

insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('drafts', 'drafts', false);
create policy own_folder_read on storage.objects for select to authenticated
    using (bucket_id in ('avatars', 'drafts') and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy own_folder_add on storage.objects for insert to authenticated
    with check (bucket_id in ('avatars', 'drafts') and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy own_folder_remove on storage.objects for delete to authenticated
    using (bucket_id in ('avatars', 'drafts') and (storage.foldername(name))[1] = (select auth.uid())::text);

revoke all on all tables in schema public from anon, authenticated;
grant select on profiles, posts, feed to anon;
grant select on all tables in schema public to authenticated;
grant insert (user_id, name, bio), update (name, bio) on profiles to authenticated;
grant insert (followed_id), delete on follows to authenticated;
grant insert (title, body, published, visible_to), update (title, body, published, visible_to), delete on posts to authenticated;
grant insert (post_id, body), delete on comments to authenticated;
grant insert (post_id), delete on likes to authenticated;
grant insert (post_id, note), update (note), delete on bookmarks to authenticated;
grant update (read) on notifications to authenticated;
grant insert (post_id, reason) on reports to authenticated;
revoke all on all sequences in schema public from anon, authenticated;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
alter publication supabase_realtime add table notifications;
