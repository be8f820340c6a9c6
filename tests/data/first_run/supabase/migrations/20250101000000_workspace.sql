-- A workspace application as its dashboard and its developers left it: 15 tables, 40 policies, and the faults that such projects have.
create table profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table workspaces (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table projects (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table tasks (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table comments (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  task_id uuid not null references tasks (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table attachments (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  comment_id uuid not null references comments (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table labels (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table invoices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  total numeric not null,
  created_at timestamptz not null default now()
);
create table payments (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  invoice_id uuid not null references invoices (id) on delete cascade,
  amount numeric not null,
  created_at timestamptz not null default now()
);
create table messages (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table reactions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  message_id uuid not null references messages (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table documents (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  title text not null,
  created_at timestamptz not null default now()
);
create table countries (
  code text primary key,
  name text not null
);
create table audit_log (
  id bigint generated always as identity primary key,
  user_id uuid references auth.users (id),
  action text not null,
  happened_at timestamptz not null default now()
);
alter table profiles enable row level security;
alter table workspaces enable row level security;
alter table projects enable row level security;
alter table tasks enable row level security;
alter table comments enable row level security;
alter table attachments enable row level security;
alter table labels enable row level security;
alter table notifications enable row level security;
alter table invoices enable row level security;
alter table payments enable row level security;
alter table messages enable row level security;
alter table reactions enable row level security;
alter table documents enable row level security;
create policy "Users can view their own profiles" on profiles for select to authenticated using (auth.uid() = user_id);
create policy "Users can create their own profiles" on profiles for insert with check (auth.uid() = user_id);
create policy "Users can update their own profiles" on profiles for update using (auth.uid() = user_id);
create policy "Users can delete their own profiles" on profiles for delete to authenticated using (auth.uid() = user_id);
create policy "Users can view their own workspaces" on workspaces for select using (auth.uid() = user_id);
create policy "Users can create their own workspaces" on workspaces for insert with check (auth.uid() = user_id);
create policy "Users can update their own workspaces" on workspaces for update to authenticated using (auth.uid() = user_id);
create policy "Users can delete their own workspaces" on workspaces for delete using (auth.uid() = user_id);
create policy "Users can view their own projects" on projects for select using (auth.uid() = user_id);
create policy "Users can create their own projects" on projects for insert to authenticated with check (auth.uid() = user_id);
create policy "Users can update their own projects" on projects for update using (auth.uid() = user_id);
create policy "Users can delete their own projects" on projects for delete using (auth.uid() = user_id);
create policy "Users can view their own tasks" on tasks for select to authenticated using (auth.uid() = user_id);
create policy "Users can create their own tasks" on tasks for insert with check (auth.uid() = user_id);
create policy "Users can update their own tasks" on tasks for update using (auth.uid() = user_id);
create policy "Users can delete their own tasks" on tasks for delete to authenticated using (auth.uid() = user_id);
create policy "Users can view their own comments" on comments for select using (auth.uid() = user_id);
create policy "Users can create their own comments" on comments for insert with check (auth.uid() = user_id);
create policy "Users can update their own comments" on comments for update to authenticated using (auth.uid() = user_id);
create policy "Users can delete their own comments" on comments for delete using (auth.uid() = user_id);
create policy "Users can view their own attachments" on attachments for select using (auth.uid() = user_id);
create policy "Users can create their own attachments" on attachments for insert to authenticated with check (auth.uid() = user_id);
create policy "Users can update their own attachments" on attachments for update using (auth.uid() = user_id);
create policy "Users can delete their own attachments" on attachments for delete using (auth.uid() = user_id);
create policy "Users can view their own labels" on labels for select to authenticated using (auth.uid() = user_id);
create policy "Users can create their own labels" on labels for insert with check (auth.uid() = user_id);
create policy "Users can update their own labels" on labels for update using (auth.uid() = user_id);
create policy "Users can delete their own labels" on labels for delete to authenticated using (auth.uid() = user_id);
create policy "Users can view their own notifications" on notifications for select using (auth.uid() = user_id);
create policy "Users can update their own notifications" on notifications for update using (auth.uid() = user_id);
create policy "Users can delete their own notifications" on notifications for delete to authenticated using (auth.uid() = user_id);
create policy "Users can view their own invoices" on invoices for select using (auth.uid() = user_id);
create policy "Users can create their own invoices" on invoices for insert with check (auth.uid() = user_id);
create policy "Users can update their own invoices" on invoices for update to authenticated using (auth.uid() = user_id);
create policy "Users can delete their own invoices" on invoices for delete using (auth.uid() = user_id);
create policy "Users can view their own payments" on payments for select using (auth.uid() = user_id);
create policy "Users can create their own payments" on payments for insert to authenticated with check (auth.uid() = user_id);
create policy "Users can update their own payments" on payments for update using (auth.uid() = user_id);
create policy "Enable all for authenticated users" on messages for all to authenticated using (true) with check (true);
create policy "Enable all for authenticated users" on reactions for all to authenticated using (true) with check (true);
create function handle_new_user() returns trigger language plpgsql security definer as $$
begin
  insert into public.profiles (user_id, title) values (new.id, new.email);
  return new;
end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function handle_new_user();
create function workspace_total(workspace uuid) returns numeric language sql security definer as $$
  select coalesce(sum(total), 0) from public.invoices
$$;
create function log_action(what text) returns void language sql security definer as $$
  insert into public.audit_log (user_id, action) values (auth.uid(), what)
$$;
create function touch() returns trigger language plpgsql as $$
begin
  new.created_at := now();
  return new;
end $$;
create view invoice_totals as select user_id, sum(total) as total from invoices group by user_id;
