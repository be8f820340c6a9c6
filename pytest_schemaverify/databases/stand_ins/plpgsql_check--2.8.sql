-- Stand-in for plpgsql_check. It checks nothing: being asked about a function raises 0A000.
\echo Use "create extension" to load this file. \quit

create function plpgsql_check_lacks(what text) returns text
language plpgsql
set search_path = pg_catalog
as $$
begin
    raise exception 'the stand-in for plpgsql_check cannot do %', what
        using errcode = '0A000', hint = 'Use a server that has the real plpgsql_check.';
end
$$;

create function plpgsql_check_function(
    funcoid regprocedure,
    relid regclass default 0,
    format text default 'text',
    fatal_errors boolean default true,
    other_warnings boolean default true,
    performance_warnings boolean default false,
    extra_warnings boolean default true,
    security_warnings boolean default false,
    compatibility_warnings boolean default false,
    oldtable name default null,
    newtable name default null,
    anyelememttype regtype default 'int',
    anyenumtype regtype default '-',
    anyrangetype regtype default 'int4range',
    anycompatibletype regtype default 'int',
    anycompatiblerangetype regtype default 'int4range',
    without_warnings boolean default false,
    all_warnings boolean default false,
    use_incomment_options boolean default true,
    incomment_options_usage_warning boolean default false,
    constant_tracing boolean default true
)
returns setof text
language sql return plpgsql_check_lacks('plpgsql_check_function');

create function plpgsql_check_function_tb(
    funcoid regprocedure,
    relid regclass default 0,
    fatal_errors boolean default true,
    other_warnings boolean default true,
    performance_warnings boolean default false,
    extra_warnings boolean default true,
    security_warnings boolean default false,
    compatibility_warnings boolean default false,
    oldtable name default null,
    newtable name default null,
    anyelememttype regtype default 'int',
    anyenumtype regtype default '-',
    anyrangetype regtype default 'int4range',
    anycompatibletype regtype default 'int',
    anycompatiblerangetype regtype default 'int4range',
    without_warnings boolean default false,
    all_warnings boolean default false,
    use_incomment_options boolean default true,
    incomment_options_usage_warning boolean default false,
    constant_tracing boolean default true
)
returns table (
    functionid regproc,
    lineno integer,
    statement text,
    sqlstate text,
    message text,
    detail text,
    hint text,
    level text,
    "position" integer,
    query text,
    context text
)
language sql
begin atomic
    select
        null::regproc, null::integer, null::text, null::text,
        plpgsql_check_lacks('plpgsql_check_function_tb'),
        null::text, null::text, null::text, null::integer, null::text, null::text;
end;

create function plpgsql_show_dependency_tb(
    funcoid regprocedure, relid regclass default 0
)
returns table (type text, oid oid, schema text, name text, params text)
language sql
begin atomic
    select
        plpgsql_check_lacks('plpgsql_show_dependency_tb'),
        null::oid, null::text, null::text, null::text;
end;

create function plpgsql_check_function(
    name text,
    relid regclass default 0,
    format text default 'text',
    fatal_errors boolean default true,
    other_warnings boolean default true,
    performance_warnings boolean default false,
    extra_warnings boolean default true,
    security_warnings boolean default false,
    compatibility_warnings boolean default false,
    oldtable name default null,
    newtable name default null,
    anyelememttype regtype default 'int',
    anyenumtype regtype default '-',
    anyrangetype regtype default 'int4range',
    anycompatibletype regtype default 'int',
    anycompatiblerangetype regtype default 'int4range',
    without_warnings boolean default false,
    all_warnings boolean default false,
    use_incomment_options boolean default true,
    incomment_options_usage_warning boolean default false,
    constant_tracing boolean default true
)
returns setof text
language sql return plpgsql_check_lacks('plpgsql_check_function');

create function plpgsql_check_function_tb(
    name text,
    relid regclass default 0,
    fatal_errors boolean default true,
    other_warnings boolean default true,
    performance_warnings boolean default false,
    extra_warnings boolean default true,
    security_warnings boolean default false,
    compatibility_warnings boolean default false,
    oldtable name default null,
    newtable name default null,
    anyelememttype regtype default 'int',
    anyenumtype regtype default '-',
    anyrangetype regtype default 'int4range',
    anycompatibletype regtype default 'int',
    anycompatiblerangetype regtype default 'int4range',
    without_warnings boolean default false,
    all_warnings boolean default false,
    use_incomment_options boolean default true,
    incomment_options_usage_warning boolean default false,
    constant_tracing boolean default true
)
returns table (
    functionid regproc,
    lineno integer,
    statement text,
    sqlstate text,
    message text,
    detail text,
    hint text,
    level text,
    "position" integer,
    query text,
    context text
)
language sql
begin atomic
    select
        null::regproc, null::integer, null::text, null::text,
        plpgsql_check_lacks('plpgsql_check_function_tb'),
        null::text, null::text, null::text, null::integer, null::text, null::text;
end;

create function plpgsql_show_dependency_tb(
    fnname text, relid regclass default 0
)
returns table (type text, oid oid, schema text, name text, params text)
language sql
begin atomic
    select
        plpgsql_check_lacks('plpgsql_show_dependency_tb'),
        null::oid, null::text, null::text, null::text;
end;

-- Nobody listens to what it would set for the checks and the tracer.
create function plpgsql_check_pragma(variadic name text[]) returns integer
language sql return 1;
