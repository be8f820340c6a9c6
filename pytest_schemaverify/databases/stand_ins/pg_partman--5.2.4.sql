-- Stand-in for pg_partman. It makes no partitions: every function raises 0A000.
\echo Use "create extension" to load this file. \quit

create function @extschema@.pg_partman_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for pg_partman cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real pg_partman.';
end
$$;

create function @extschema@.create_parent(
    p_parent_table text,
    p_control text,
    p_interval text,
    p_type text default 'range',
    p_epoch text default 'none',
    p_premake integer default 4,
    p_start_partition text default null,
    p_default_table boolean default true,
    p_automatic_maintenance text default 'on',
    p_constraint_cols text[] default null,
    p_template_table text default null,
    p_jobmon boolean default true,
    p_date_trunc_interval text default null,
    p_control_not_null boolean default true,
    p_time_encoder text default null,
    p_time_decoder text default null
)
returns boolean
language sql return @extschema@.pg_partman_lacks('create_parent') is not null;

create function @extschema@.run_maintenance(
    p_parent_table text default null, p_analyze boolean default false, p_jobmon boolean default true
)
returns void
language plpgsql as $$
begin
    perform @extschema@.pg_partman_lacks('run_maintenance');
end
$$;
