-- Stand-in for pg_cron. Jobs are checked, kept, altered and removed as there; none is ever run.
\echo Use "create extension" to load this file. \quit

-- It belongs to pg_catalog. Supabase sees to that whatever schema a migration names; elsewhere another
-- schema is an error, as the real pg_cron has it.
do $$
begin
    if '@extschema@' not in ('pg_catalog', 'public')
        and pg_catalog.to_regnamespace('supabase_functions') is null
    then
        raise exception 'extension "pg_cron" must be installed in schema "pg_catalog"'
            using errcode = '0A000';
    end if;
    update pg_catalog.pg_extension e
    set extnamespace = 'pg_catalog'::pg_catalog.regnamespace
    where e.extname = 'pg_cron';
    delete from pg_catalog.pg_depend d
    using pg_catalog.pg_extension e
    where e.extname = 'pg_cron'
        and d.classid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and d.objid = e.oid
        and d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass;
end
$$;

create schema cron;
grant usage on schema cron to public;

create sequence cron.jobid_seq;
create table cron.job (
    jobid bigint primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport integer not null default coalesce(inet_server_port(), current_setting('port')::integer),
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
grant select, insert, update, delete on cron.job to public;
grant usage on sequence cron.jobid_seq to public;

create sequence cron.runid_seq;
create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid integer,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select, delete on cron.job_run_details to public;

-- One part of a list in a schedule: *, a number or a range of numbers, each with or without a step.
create function cron._part_is_valid(part text, low integer, high integer) returns boolean
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    found text[] := regexp_match(part, '^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,9}))?$');
    first integer := coalesce(found[1]::integer, low);
    last integer := coalesce(found[2]::integer, first);
begin
    return found is not null
        and first between low and high
        and last between first and high
        and coalesce(found[3]::integer, 1) > 0;
end
$$;

create function cron._schedule_is_valid(schedule text) returns boolean
language plpgsql immutable strict parallel safe
set search_path = pg_catalog
as $$
declare
    fields text[] := regexp_split_to_array(btrim(lower(schedule), E' \t'), '[ \t]+');
    names text[] := array['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct',
        'nov', 'dec', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    low integer[] := array[0, 0, 1, 1, 0];
    high integer[] := array[59, 23, 31, 12, 7];
begin
    if fields[1] ~ '^@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)$' then
        return array_length(fields, 1) = 1;
    elsif array_length(fields, 1) = 2 then
        return fields[1] ~ '^([1-9]|[1-5][0-9])$' and fields[2] in ('second', 'seconds');
    elsif array_length(fields, 1) <> 5 then
        return false;
    end if;
    if fields[3] = '$' then
        fields[3] := '*'; -- the last day of the month
    end if;
    for i in 1 .. 12 loop
        fields[4] := regexp_replace(fields[4], '\m' || names[i] || '\M', i::text, 'g');
    end loop;
    for i in 13 .. 19 loop
        fields[5] := regexp_replace(fields[5], '\m' || names[i] || '\M', (i - 13)::text, 'g');
    end loop;
    for i in 1 .. 5 loop
        if exists (
            select from unnest(string_to_array(fields[i], ',')) as p (part)
            where not cron._part_is_valid(p.part, low[i], high[i])
        ) then
            return false;
        end if;
    end loop;
    return true;
end
$$;

create function cron.schedule_in_database(
    job_name text,
    schedule text,
    command text,
    database text,
    username text default null,
    active boolean default true
)
returns bigint
language plpgsql
as $$
declare
    result bigint;
begin
    if not cron._schedule_is_valid(schedule) then
        raise exception 'invalid schedule: %', schedule
            using errcode = '22023', hint = 'Use cron format (e.g. 5 4 * * *), or interval format'
            ' ''[1-59] seconds''';
    end if;
    insert into cron.job as j (jobname, schedule, command, database, username, active)
    values ($1, $2, $3, $4, coalesce($5, current_user), $6)
    on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule,
        command = excluded.command,
        database = excluded.database,
        active = excluded.active
    returning j.jobid into result;
    return result;
end
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql as $$
    select cron.schedule_in_database($1, $2, $3, pg_catalog.current_database())
$$;

create function cron.schedule(schedule text, command text) returns bigint
language sql as $$
    select cron.schedule_in_database(null, $1, $2, pg_catalog.current_database())
$$;

create function cron.unschedule(job_id bigint) returns boolean
language plpgsql as $$
begin
    delete from cron.job j where j.jobid = job_id;
    if not found then
        raise exception 'could not find valid entry for job %', job_id;
    end if;
    return true;
end
$$;

create function cron.unschedule(job_name text) returns boolean
language plpgsql as $$
begin
    delete from cron.job j where j.jobname = job_name and j.username = current_user;
    if not found then
        raise exception 'could not find valid entry for job ''%''', job_name;
    end if;
    return true;
end
$$;

create function cron.alter_job(
    job_id bigint,
    schedule text default null,
    command text default null,
    database text default null,
    username text default null,
    active boolean default null
)
returns void
language plpgsql as $$
begin
    if not cron._schedule_is_valid(coalesce(schedule, '* * * * *')) then
        raise exception 'invalid schedule: %', schedule using errcode = '22023';
    end if;
    update cron.job j
    set schedule = coalesce($2, j.schedule),
        command = coalesce($3, j.command),
        database = coalesce($4, j.database),
        username = coalesce($5, j.username),
        active = coalesce($6, j.active)
    where j.jobid = job_id;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id;
    end if;
end
$$;
