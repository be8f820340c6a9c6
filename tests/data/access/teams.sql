-- Organisations that share nothing: members with roles, their projects, tasks, files, and a log of what was done.
create table profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    name text not null default '',
    avatar_path text
);
create table orgs (
    id uuid primary key default gen_random_uuid(),
    name text not null check (length(name) > 0),
    slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{2,30}$'),
    plan text not null default 'free' check (plan in ('free', 'team')),
    created_at timestamptz not null default now()
);
create table members (
    org_id uuid not null references orgs (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    role text not null default 'member' check (role in ('owner', 'admin', 'member')),
    joined_at timestamptz not null default now(),
    primary key (org_id, user_id)
);
create table invitations (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references orgs (id) on delete cascade,
    email text not null check (email like '%@%'),
    role text not null default 'member' check (role in ('admin', 'member')),
    invited_by uuid not null default auth.uid() references auth.users (id),
    accepted_at timestamptz,
    unique (org_id, email)
);
create table projects (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references orgs (id) on delete cascade,
    name text not null,
    archived boolean not null default false,
    unique (org_id, id)
);
create type task_status as enum ('open', 'doing', 'done');
create table tasks (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null,
    project_id uuid not null,
    assignee_id uuid,
    title text not null,
    status task_status not null default 'open',
    due date,
    unique (org_id, id),
    foreign key (org_id, project_id) references projects (org_id, id) on delete cascade,
    foreign key (org_id, assignee_id) references members (org_id, user_id)
);
create table comments (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null,
    task_id uuid not null,
    author_id uuid not null default auth.uid() references auth.users (id),
    body text not null check (body <> ''),
    created_at timestamptz not null default now(),
    foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade
);
create table attachments (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null,
    task_id uuid not null,
    uploaded_by uuid not null default auth.uid() references auth.users (id),
    path text not null,
    bytes bigint not null default 0 check (bytes >= 0),
    foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade
);
create table audit_log (
    id bigint generated always as identity primary key,
    org_id uuid not null references orgs (id) on delete cascade,
    actor_id uuid,
    action text not null,
    at timestamptz not null default now()
);
create index on members (user_id);
create index on invitations (invited_by);
create index on tasks (org_id, project_id);
create index on tasks (org_id, assignee_id);
create index on comments (org_id, task_id);
create index on comments (author_id);
create index on attachments (org_id, task_id);
create index on attachments (uploaded_by);
create index on audit_log (org_id);

create schema private;
grant usage on schema private to authenticated;
create function private.is_member(org uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.members m where m.org_id = org and m.user_id = (select auth.uid())) $$;
create function private.has_role(org uuid, variadic roles text[]) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.members m where m.org_id = org and m.user_id = (select auth.uid()) and m.role = any (roles)) $$;
create function private.is_colleague(person uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (
    select from public.members mine join public.members theirs on theirs.org_id = mine.org_id
    where mine.user_id = (select auth.uid()) and theirs.user_id = person
) $$;
create function private.log_change() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into public.audit_log (org_id, actor_id, action)
    select coalesce(new.org_id, old.org_id), auth.uid(), lower(tg_op) || ' ' || tg_table_name
    where exists (select from public.orgs o where o.id = coalesce(new.org_id, old.org_id));
    return coalesce(new, old);
end $$;
revoke execute on all functions in schema private from public;
grant execute on function private.is_member, private.has_role, private.is_colleague to authenticated;

create trigger log_change after insert or update or delete on members for each row execute function private.log_change();
create trigger log_change after delete on tasks for each row execute function private.log_change();

alter table profiles enable row level security;
alter table orgs enable row level security;
alter table members enable row level security;
alter table invitations enable row level security;
alter table projects enable row level security;
alter table tasks enable row level security;
alter table comments enable row level security;
alter table attachments enable row level security;
alter table audit_log enable row level security;

create policy colleagues on profiles for select to authenticated using (id = (select auth.uid()) or private.is_colleague(id));
create policy own on profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create policy members_read on orgs for select to authenticated using (private.is_member(id));
create policy owners_change on orgs for update to authenticated
    using (private.has_role(id, 'owner')) with check (private.has_role(id, 'owner'));
create policy owners_remove on orgs for delete to authenticated using (private.has_role(id, 'owner'));
create policy members_read on members for select to authenticated using (private.is_member(org_id));
create policy owners_add on members for insert to authenticated with check (private.has_role(org_id, 'owner'));
create policy owners_change on members for update to authenticated
    using (private.has_role(org_id, 'owner')) with check (private.has_role(org_id, 'owner'));
create policy owners_remove_or_leave on members for delete to authenticated
    using (private.has_role(org_id, 'owner') or user_id = (select auth.uid()));
create policy admins_read on invitations for select to authenticated using (private.has_role(org_id, 'owner', 'admin'));
create policy admins_invite on invitations for insert to authenticated
    with check (private.has_role(org_id, 'owner', 'admin') and invited_by = (select auth.uid()));
create policy admins_remove on invitations for delete to authenticated using (private.has_role(org_id, 'owner', 'admin'));
create policy members_read on projects for select to authenticated using (private.is_member(org_id));
create policy admins_add on projects for insert to authenticated with check (private.has_role(org_id, 'owner', 'admin'));
create policy admins_change on projects for update to authenticated
    using (private.has_role(org_id, 'owner', 'admin')) with check (private.has_role(org_id, 'owner', 'admin'));
create policy admins_remove on projects for delete to authenticated using (private.has_role(org_id, 'owner', 'admin'));
create policy members on tasks to authenticated using (private.is_member(org_id)) with check (private.is_member(org_id));
create policy members_read on comments for select to authenticated using (private.is_member(org_id));
create policy members_add on comments for insert to authenticated
    with check (private.is_member(org_id) and author_id = (select auth.uid()));
create policy authors_change on comments for update to authenticated
    using (private.is_member(org_id) and author_id = (select auth.uid()))
    with check (private.is_member(org_id) and author_id = (select auth.uid()));
create policy authors_remove on comments for delete to authenticated
    using (private.is_member(org_id) and author_id = (select auth.uid()));
create policy members_read on attachments for select to authenticated using (private.is_member(org_id));
create policy members_add on attachments for insert to authenticated
    with check (private.is_member(org_id) and uploaded_by = (select auth.uid()));
create policy uploaders_remove on attachments for delete to authenticated
    using (private.is_member(org_id) and uploaded_by = (select auth.uid()));
create policy admins_read on audit_log for select to authenticated using (private.has_role(org_id, 'owner', 'admin'));

insert into storage.buckets (id, name, public) values ('attachments', 'attachments', false);
create policy members_read_files on storage.objects for select to authenticated
    using (bucket_id = 'attachments' and private.is_member(nullif((storage.foldername(name))[1], '')::uuid));
create policy members_add_files on storage.objects for insert to authenticated
    with check (bucket_id = 'attachments' and private.is_member(nullif((storage.foldername(name))[1], '')::uuid));

create function create_org(name text, slug text) returns uuid language plpgsql security definer set search_path = '' as $$
declare made uuid;
begin
    if (select auth.uid()) is null then
        raise exception 'sign in first' using errcode = '42501';
    end if;
    insert into public.orgs (name, slug) values (create_org.name, create_org.slug) returning id into made;
    insert into public.members (org_id, user_id, role) values (made, auth.uid(), 'owner');
    return made;
end $$;
create view open_tasks with (security_invoker = true) as
    select t.id, t.org_id, t.title, p.name as project from tasks t join projects p on p.id = t.project_id where t.status <> 'done';

revoke all on all tables in schema public from anon, authenticated;
grant select on all tables in schema public to authenticated;
grant update (name, avatar_path) on profiles to authenticated;
grant update (name), delete on orgs to authenticated;
grant insert, delete, update (role) on members to authenticated;
grant insert, delete on invitations to authenticated;
grant insert, update, delete on projects, tasks to authenticated;
grant insert, delete, update (body) on comments to authenticated;
grant insert, delete on attachments to authenticated;
revoke all on all sequences in schema public from anon, authenticated;
revoke execute on all functions in schema public from public, anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
alter publication supabase_realtime add table tasks, comments;
