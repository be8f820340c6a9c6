-- The token says which organisation somebody belongs to, as what, and how they have signed in.
create schema private;
grant usage on schema private to authenticated;
create function private.org_id() returns uuid language sql stable set search_path = '' as
$$ select nullif((select auth.jwt()) -> 'app_metadata' ->> 'org_id', '')::uuid $$;
create function private.role() returns text language sql stable set search_path = '' as
$$ select coalesce((select auth.jwt()) -> 'app_metadata' ->> 'role', 'none') $$;
revoke execute on all functions in schema private from public;
grant execute on all functions in schema private to authenticated;

create table organisations (
    id uuid primary key default gen_random_uuid(),
    name text not null
);
create table patients (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null default private.org_id() references organisations (id),
    name text not null,
    born date not null check (born > '1900-01-01'),
    unique (org_id, id)
);
create table visits (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null default private.org_id(),
    patient_id uuid not null,
    at tstzrange not null check (not isempty(at)),
    notes text not null default '',
    foreign key (org_id, patient_id) references patients (org_id, id) on delete cascade
);
create table prescriptions (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null default private.org_id(),
    patient_id uuid not null,
    drug text not null,
    dose_mg numeric not null check (dose_mg > 0),
    signed boolean not null default false,
    foreign key (org_id, patient_id) references patients (org_id, id) on delete cascade
);
create table invoices (
    id bigint generated always as identity primary key,
    org_id uuid not null default private.org_id() references organisations (id),
    number text not null,
    cents bigint not null check (cents >= 0),
    unique (org_id, number)
);
create table settings (
    org_id uuid primary key default private.org_id() references organisations (id),
    opening_hours jsonb not null default '{}',
    logo text
);
create table events (
    id bigint generated always as identity,
    org_id uuid not null,
    at timestamptz not null default now(),
    kind text not null,
    primary key (id, at)
) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_rest partition of events default;
create index on visits (org_id, patient_id);
create index on prescriptions (org_id, patient_id);
create index on events (org_id);

alter table organisations enable row level security;
alter table patients enable row level security;
alter table visits enable row level security;
alter table prescriptions enable row level security;
alter table invoices enable row level security;
alter table settings enable row level security;
alter table events enable row level security;
alter table events_2024 enable row level security;
alter table events_2025 enable row level security;
alter table events_rest enable row level security;

create policy own on organisations for select to authenticated using (id = (select private.org_id()));
create policy own on patients to authenticated using (org_id = (select private.org_id())) with check (org_id = (select private.org_id()));
create policy own on visits to authenticated using (org_id = (select private.org_id())) with check (org_id = (select private.org_id()));
create policy own_read on prescriptions for select to authenticated using (org_id = (select private.org_id()));
create policy doctors_add on prescriptions for insert to authenticated
    with check (org_id = (select private.org_id()) and (select private.role()) = 'doctor');
create policy doctors_change on prescriptions for update to authenticated
    using (org_id = (select private.org_id()) and (select private.role()) = 'doctor')
    with check (org_id = (select private.org_id()) and (select private.role()) = 'doctor');
create policy second_factor on prescriptions as restrictive to authenticated using ((select auth.jwt()) ->> 'aal' = 'aal2');
create policy own on invoices to authenticated
    using (org_id = (select private.org_id()) and (select private.role()) in ('doctor', 'office'))
    with check (org_id = (select private.org_id()) and (select private.role()) in ('doctor', 'office'));
create policy second_factor on invoices as restrictive for all to authenticated using ((select auth.jwt()) ->> 'aal' = 'aal2');
create policy own on settings to authenticated using (org_id = (select private.org_id())) with check (org_id = (select private.org_id()));
create policy own on events for select to authenticated using (org_id = (select private.org_id()));

create function busy_hours(day date) returns table (at tstzrange) language sql stable set search_path = '' as
$$ select v.at from public.visits v where v.at && tstzrange(day, day + 1) $$;
create view patient_list with (security_invoker = true, security_barrier = true) as select id, org_id, name from patients;

revoke all on all tables in schema public from anon, authenticated;
grant select on all tables in schema public to authenticated;
revoke all on events_2024, events_2025, events_rest from authenticated;
grant insert, update, delete on patients, visits to authenticated;
grant insert, update (drug, dose_mg, signed) on prescriptions to authenticated;
grant insert, update, delete on invoices to authenticated;
grant insert, update (opening_hours, logo) on settings to authenticated;
revoke all on all sequences in schema public from anon, authenticated;
revoke execute on all functions in schema public from public, anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
