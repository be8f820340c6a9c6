-- Rooms with participants, direct messages between two, reactions and blocks.
create table profiles (
    user_id uuid primary key references auth.users (id) on delete cascade,
    handle text not null unique check (handle ~ '^[a-z0-9_]{2,20}$'),
    bio text not null default ''
);
create table rooms (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    created_by uuid not null default auth.uid() references auth.users (id) on delete cascade,
    created_at timestamptz not null default now()
);
create table participants (
    room_id uuid not null references rooms (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    moderator boolean not null default false,
    muted boolean not null default false,
    primary key (room_id, user_id)
);
create table messages (
    id uuid primary key default gen_random_uuid(),
    room_id uuid not null references rooms (id) on delete cascade,
    sender_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    reply_to uuid,
    body text not null check (length(body) between 1 and 4000),
    created_at timestamptz not null default now(),
    unique (room_id, id),
    foreign key (room_id, reply_to) references messages (room_id, id)
);
create table reactions (
    message_id uuid not null,
    room_id uuid not null,
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    emoji text not null check (length(emoji) between 1 and 8),
    primary key (message_id, user_id, emoji),
    foreign key (room_id, message_id) references messages (room_id, id) on delete cascade
);
create table direct_messages (
    id uuid primary key default gen_random_uuid(),
    sender_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    receiver_id uuid not null references auth.users (id) on delete cascade,
    body text not null check (length(body) between 1 and 4000),
    read_at timestamptz,
    created_at timestamptz not null default now(),
    check (sender_id <> receiver_id)
);
create table blocks (
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    blocked_id uuid not null references auth.users (id) on delete cascade,
    primary key (user_id, blocked_id),
    check (user_id <> blocked_id)
);
create table devices (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    push_token text not null,
    platform text not null check (platform in ('ios', 'android', 'web')),
    unique (user_id, push_token)
);
create index on rooms (created_by);
create index on participants (user_id);
create index on messages (room_id, reply_to);
create index on messages (sender_id);
create index on reactions (room_id, message_id);
create index on reactions (user_id);
create index on direct_messages (sender_id);
create index on direct_messages (receiver_id);
create index on blocks (blocked_id);

create schema private;
grant usage on schema private to authenticated;
create function private.in_room(room uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.participants p where p.room_id = room and p.user_id = (select auth.uid())) $$;
create function private.moderates(room uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.participants p where p.room_id = room and p.user_id = (select auth.uid()) and p.moderator) $$;
create function private.blocked_by(person uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.blocks b where b.user_id = person and b.blocked_id = (select auth.uid())) $$;
create function private.join_own_room() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.participants (room_id, user_id, moderator) values (new.id, new.created_by, true);
    return new;
end $$;
revoke execute on all functions in schema private from public;
grant execute on function private.in_room, private.moderates, private.blocked_by to authenticated;
create trigger join_own_room after insert on rooms for each row execute function private.join_own_room();

create function set_sender() returns trigger language plpgsql set search_path = '' as $$
begin
    new.sender_id := coalesce(auth.uid(), new.sender_id);
    return new;
end $$;
create trigger set_sender before insert on direct_messages for each row execute function set_sender();

alter table profiles enable row level security;
alter table rooms enable row level security;
alter table participants enable row level security;
alter table messages enable row level security;
alter table reactions enable row level security;
alter table direct_messages enable row level security;
alter table blocks enable row level security;
alter table devices enable row level security;

create policy everybody_reads on profiles for select to authenticated using (true);
create policy own_add on profiles for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_change on profiles for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy participants_read on rooms for select to authenticated using (created_by = (select auth.uid()) or private.in_room(id));
create policy own_add on rooms for insert to authenticated with check (created_by = (select auth.uid()));
create policy moderators_change on rooms for update to authenticated using (private.moderates(id)) with check (private.moderates(id));
create policy creators_remove on rooms for delete to authenticated using (created_by = (select auth.uid()));
create policy participants_read on participants for select to authenticated using (private.in_room(room_id));
create policy moderators_add on participants for insert to authenticated with check (private.moderates(room_id));
create policy own_change on participants for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy leave_or_remove on participants for delete to authenticated using (user_id = (select auth.uid()) or private.moderates(room_id));
create policy participants_read on messages for select to authenticated using (private.in_room(room_id));
create policy participants_add on messages for insert to authenticated with check (sender_id = (select auth.uid()) and private.in_room(room_id));
create policy senders_change on messages for update to authenticated
    using (sender_id = (select auth.uid()) and private.in_room(room_id))
    with check (sender_id = (select auth.uid()) and private.in_room(room_id));
create policy senders_remove on messages for delete to authenticated using (sender_id = (select auth.uid()));
create policy participants_read on reactions for select to authenticated using (private.in_room(room_id));
create policy participants_add on reactions for insert to authenticated with check (user_id = (select auth.uid()) and private.in_room(room_id));
create policy own_remove on reactions for delete to authenticated using (user_id = (select auth.uid()));
create policy both_read on direct_messages for select to authenticated using ((select auth.uid()) in (sender_id, receiver_id));
create policy send on direct_messages for insert to authenticated
    with check (sender_id = (select auth.uid()) and not private.blocked_by(receiver_id));
create policy receivers_mark on direct_messages for update to authenticated
    using (receiver_id = (select auth.uid())) with check (receiver_id = (select auth.uid()));
create policy senders_remove on direct_messages for delete to authenticated using (sender_id = (select auth.uid()));
create policy own on blocks to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own on devices to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy room_topics on realtime.messages for select to authenticated
    using (private.in_room(nullif(split_part((select realtime.topic()), ':', 2), '')::uuid));

revoke all on all tables in schema public from anon, authenticated;
grant select on all tables in schema public to authenticated;
grant insert, update (handle, bio) on profiles to authenticated;
grant insert, delete, update (name) on rooms to authenticated;
grant insert, delete, update (muted) on participants to authenticated;
grant insert, delete, update (body) on messages to authenticated;
grant insert, delete on reactions to authenticated;
grant insert, delete, update (read_at) on direct_messages to authenticated;
grant insert, update, delete on blocks, devices to authenticated;
revoke execute on all functions in schema public from public, anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
alter publication supabase_realtime add table messages, direct_messages;
