create extension if not exists vector with schema extensions;

create table public.plans (
  id text primary key,
  price_cents integer not null
);
insert into public.plans values ('free', 0), ('pro', 900);
alter table public.plans enable row level security;
create policy "Plans are public" on public.plans for select to anon, authenticated using (true);

create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  name text,
  plan text not null default 'free' references public.plans (id),
  created_at timestamptz not null default now()
);
alter table public.profiles enable row level security;
create policy "People read their own profile" on public.profiles
  for select to authenticated using (user_id = (select auth.uid()));
revoke insert, update, delete on public.profiles from anon, authenticated;

create function public.handle_new_user() returns trigger language plpgsql security definer as $$
begin
  insert into public.profiles (user_id, name) values (new.id, new.raw_user_meta_data ->> 'name');
  return new;
end
$$;
create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();
