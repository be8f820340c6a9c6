-- Stand-in for pgmq. Queues work as there; partitioned ones do not exist: asking for one raises 0A000.
\echo Use "create extension" to load this file. \quit

create table pgmq.meta (
    queue_name varchar unique not null,
    is_partitioned boolean not null,
    is_unlogged boolean not null,
    created_at timestamptz not null default now()
);
create type pgmq.message_record as (
    msg_id bigint,
    read_ct integer,
    enqueued_at timestamptz,
    vt timestamptz,
    message jsonb,
    headers jsonb
);
create type pgmq.queue_record as (
    queue_name varchar,
    is_partitioned boolean,
    is_unlogged boolean,
    created_at timestamptz
);
create type pgmq.metrics_result as (
    queue_name text,
    queue_length bigint,
    newest_msg_age_sec integer,
    oldest_msg_age_sec integer,
    total_messages bigint,
    scrape_time timestamptz,
    queue_visible_length bigint
);
grant usage on schema pgmq to pg_monitor;
grant select on all tables in schema pgmq to pg_monitor;

-- A queue's table is q_<name>, its archive a_<name>.
create function pgmq.format_table_name(queue_name text, prefix text) returns text
language plpgsql as $$
begin
    if queue_name ~ '\$|;|--|''' then
        raise exception 'queue name contains invalid characters: $, ;, --, or \''';
    end if;
    return lower(prefix || '_' || queue_name);
end
$$;

create function pgmq._create(queue_name text, unlogged boolean) returns void
language plpgsql as $$
declare
    qtable text := pgmq.format_table_name(queue_name, 'q');
    atable text := pgmq.format_table_name(queue_name, 'a');
begin
    if length(queue_name) > 47 then
        raise exception 'queue name is too long, maximum length is 47 characters';
    end if;
    perform pg_advisory_xact_lock(hashtext('pgmq.queue_' || queue_name));
    if to_regclass(format('pgmq.%I', qtable)) is not null then
        return;
    end if;
    execute format(
        'create %s table pgmq.%I ('
        ' msg_id bigint primary key generated always as identity,'
        ' read_ct integer not null default 0,'
        ' enqueued_at timestamptz not null default now(),'
        ' vt timestamptz not null,'
        ' message jsonb,'
        ' headers jsonb)',
        case when unlogged then 'unlogged' else '' end, qtable
    );
    execute format(
        'create table if not exists pgmq.%I ('
        ' msg_id bigint primary key,'
        ' read_ct integer not null default 0,'
        ' enqueued_at timestamptz not null default now(),'
        ' archived_at timestamptz not null default now(),'
        ' vt timestamptz not null,'
        ' message jsonb,'
        ' headers jsonb)',
        atable
    );
    execute format('create index on pgmq.%I (vt)', qtable);
    execute format('create index on pgmq.%I (archived_at)', atable);
    execute format('alter extension pgmq add table pgmq.%I', qtable);
    execute format('alter extension pgmq add table pgmq.%I', atable);
    insert into pgmq.meta (queue_name, is_partitioned, is_unlogged)
    values (queue_name, false, unlogged)
    on conflict do nothing;
end
$$;

create function pgmq.create(queue_name text) returns void
language sql as $$ select pgmq._create($1, false) $$;

create function pgmq.create_non_partitioned(queue_name text) returns void
language sql as $$ select pgmq._create($1, false) $$;

create function pgmq.create_unlogged(queue_name text) returns void
language sql as $$ select pgmq._create($1, true) $$;

create function pgmq.create_partitioned(
    queue_name text,
    partition_interval text default '10000',
    retention_interval text default '100000'
)
returns void
language plpgsql as $$
begin
    raise exception 'the stand-in for pgmq cannot make partitioned queues'
        using errcode = '0A000', hint = 'Use a server that has the real pgmq and pg_partman.';
end
$$;

create function pgmq.drop_queue(queue_name text) returns boolean
language plpgsql as $$
declare
    target text;
begin
    if not exists (select from pgmq.meta m where m.queue_name = $1) then
        raise notice 'pgmq queue `%` does not exist', queue_name;
        return false;
    end if;
    foreach target in array array['q', 'a'] loop
        target := pgmq.format_table_name(queue_name, target);
        execute format('alter extension pgmq drop table pgmq.%I', target);
        execute format('drop table pgmq.%I', target);
    end loop;
    delete from pgmq.meta m where m.queue_name = $1;
    return true;
end
$$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz)
returns setof bigint
language plpgsql as $$
begin
    return query execute format(
        'insert into pgmq.%I (vt, message, headers) values ($2, $1, $3) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')
    ) using msg, delay, headers;
end
$$;

create function pgmq.send(queue_name text, msg jsonb) returns setof bigint
language sql as $$ select pgmq.send($1, $2, null, clock_timestamp()) $$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb) returns setof bigint
language sql as $$ select pgmq.send($1, $2, $3, clock_timestamp()) $$;

create function pgmq.send(queue_name text, msg jsonb, delay integer) returns setof bigint
language sql as $$
    select pgmq.send($1, $2, null, clock_timestamp() + make_interval(secs => $3))
$$;

create function pgmq.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint
language sql as $$ select pgmq.send($1, $2, null, $3) $$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer)
returns setof bigint
language sql as $$
    select pgmq.send($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
$$;

create function pgmq.send_batch(
    queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz
)
returns setof bigint
language plpgsql as $$
begin
    return query execute format(
        'insert into pgmq.%I (vt, message, headers)'
        ' select $2, m.message, m.headers'
        ' from unnest($1, coalesce($3, array[]::jsonb[]))'
        ' with ordinality as m (message, headers, position)'
        ' order by m.position'
        ' returning msg_id',
        pgmq.format_table_name(queue_name, 'q')
    ) using msgs, delay, headers;
end
$$;

create function pgmq.send_batch(queue_name text, msgs jsonb[]) returns setof bigint
language sql as $$ select pgmq.send_batch($1, $2, null, clock_timestamp()) $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[])
returns setof bigint
language sql as $$ select pgmq.send_batch($1, $2, $3, clock_timestamp()) $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer)
returns setof bigint
language sql as $$
    select pgmq.send_batch($1, $2, null, clock_timestamp() + make_interval(secs => $3))
$$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay timestamptz)
returns setof bigint
language sql as $$ select pgmq.send_batch($1, $2, null, $3) $$;

create function pgmq.send_batch(
    queue_name text, msgs jsonb[], headers jsonb[], delay integer
)
returns setof bigint
language sql as $$
    select pgmq.send_batch($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
$$;

create function pgmq.read(
    queue_name text, vt integer, qty integer, conditional jsonb default '{}'
)
returns setof pgmq.message_record
language plpgsql as $$
begin
    return query execute format(
        'with next as ('
        ' select msg_id from pgmq.%1$I'
        ' where vt <= clock_timestamp() and ($3 = ''{}'' or message @> $3)'
        ' order by msg_id limit $1 for update skip locked)'
        ' update pgmq.%1$I m'
        ' set vt = clock_timestamp() + make_interval(secs => $2), read_ct = read_ct + 1'
        ' from next where m.msg_id = next.msg_id'
        ' returning m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers',
        pgmq.format_table_name(queue_name, 'q')
    ) using qty, vt, conditional;
end
$$;

create function pgmq.read_with_poll(
    queue_name text,
    vt integer,
    qty integer,
    max_poll_seconds integer default 5,
    poll_interval_ms integer default 100,
    conditional jsonb default '{}'
)
returns setof pgmq.message_record
language plpgsql as $$
declare
    stop_at timestamptz := clock_timestamp() + make_interval(secs => max_poll_seconds);
begin
    while clock_timestamp() < stop_at loop
        return query select r.* from pgmq.read(queue_name, vt, qty, conditional) r;
        if found then
            return;
        end if;
        perform pg_sleep(poll_interval_ms / 1000.0);
    end loop;
end
$$;

create function pgmq.pop(queue_name text) returns setof pgmq.message_record
language plpgsql as $$
begin
    return query execute format(
        'delete from pgmq.%1$I where msg_id = ('
        ' select msg_id from pgmq.%1$I where vt <= clock_timestamp()'
        ' order by msg_id limit 1 for update skip locked)'
        ' returning msg_id, read_ct, enqueued_at, vt, message, headers',
        pgmq.format_table_name(queue_name, 'q')
    );
end
$$;

create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer)
returns setof pgmq.message_record
language plpgsql as $$
begin
    return query execute format(
        'update pgmq.%I set vt = clock_timestamp() + make_interval(secs => $2) where msg_id = $1'
        ' returning msg_id, read_ct, enqueued_at, vt, message, headers',
        pgmq.format_table_name(queue_name, 'q')
    ) using msg_id, vt;
end
$$;

create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql as $$
begin
    return query execute format(
        'delete from pgmq.%I where msg_id = any ($1) returning msg_id',
        pgmq.format_table_name(queue_name, 'q')
    ) using msg_ids;
end
$$;

create function pgmq.delete(queue_name text, msg_id bigint) returns boolean
language sql as $$ select exists (select from pgmq.delete($1, array[$2])) $$;

create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql as $$
begin
    return query execute format(
        'with archived as ('
        ' delete from pgmq.%I where msg_id = any ($1)'
        ' returning msg_id, vt, read_ct, enqueued_at, message, headers)'
        ' insert into pgmq.%I (msg_id, vt, read_ct, enqueued_at, message, headers)'
        ' select msg_id, vt, read_ct, enqueued_at, message, headers from archived'
        ' returning msg_id',
        pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a')
    ) using msg_ids;
end
$$;

create function pgmq.archive(queue_name text, msg_id bigint) returns boolean
language sql as $$ select exists (select from pgmq.archive($1, array[$2])) $$;

create function pgmq.detach_archive(queue_name text) returns void
language plpgsql as $$
begin
    execute format(
        'alter extension pgmq drop table pgmq.%I', pgmq.format_table_name(queue_name, 'a')
    );
end
$$;

create function pgmq.purge_queue(queue_name text) returns bigint
language plpgsql as $$
declare
    purged bigint;
begin
    execute format('select count(*) from pgmq.%I', pgmq.format_table_name(queue_name, 'q'))
        into purged;
    execute format('truncate pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
    return purged;
end
$$;

create function pgmq.list_queues() returns setof pgmq.queue_record
language sql as $$
    select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta order by queue_name
$$;

create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
language plpgsql as $$
declare
    result pgmq.metrics_result;
begin
    execute format(
        'select $1, count(*),'
        ' extract(epoch from now() - max(enqueued_at))::integer,'
        ' extract(epoch from now() - min(enqueued_at))::integer,'
        ' (select case when is_called then last_value else 0 end from pgmq.%I),'
        ' now(), count(*) filter (where vt <= now())'
        ' from pgmq.%I',
        pgmq.format_table_name(queue_name, 'q') || '_msg_id_seq',
        pgmq.format_table_name(queue_name, 'q')
    ) into result using queue_name;
    return result;
end
$$;

create function pgmq.metrics_all() returns setof pgmq.metrics_result
language sql as $$
    select (pgmq.metrics(queue_name)).* from pgmq.meta order by queue_name
$$;

select pg_catalog.pg_extension_config_dump('pgmq.meta', '');
