-- The schema storage: buckets, objects and the functions that policies on them use.
create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
    id text not null constraint buckets_pkey primary key,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype not null default 'STANDARD'
);
create unique index bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Field is deprecated, use owner_id instead';

create table storage.objects (
    id uuid not null default gen_random_uuid() constraint objects_pkey primary key,
    bucket_id text constraint "objects_bucketId_fkey" references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index name_prefix_search on storage.objects (name text_pattern_ops);
comment on column storage.objects.owner is 'Field is deprecated, use owner_id instead';

create table storage.migrations (
    id integer not null constraint migrations_pkey primary key,
    name varchar(100) not null constraint migrations_name_key unique,
    hash varchar(40) not null,
    executed_at timestamp default current_timestamp
);

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
    parts text[] := string_to_array(name, '/');
begin
    return parts[1 : array_length(parts, 1) - 1];
end
$$;

create function storage.filename(name text) returns text language plpgsql immutable as $$
declare
    parts text[] := string_to_array(name, '/');
begin
    return parts[array_length(parts, 1)];
end
$$;

-- What follows the last dot of the file's name; without a dot, the name itself.
create function storage.extension(name text) returns text language plpgsql immutable as $$
begin
    return reverse(split_part(reverse(storage.filename(name)), '.', 1));
end
$$;

create function storage.operation() returns text language plpgsql stable as $$
begin
    return current_setting('storage.operation', true);
end
$$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language sql stable as $$
    select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id
    from storage.objects o
    group by o.bucket_id
    order by o.bucket_id
$$;

create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
    new.updated_at = now();
    return new;
end
$$;

create trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();

do $$
declare
    target record;
begin
    for target in
        select c.relname as name
        from pg_catalog.pg_class c
        where c.relnamespace = 'storage'::regnamespace and c.relkind = 'r'
        order by c.relname
    loop
        execute pg_catalog.format(
            'alter table storage.%I owner to supabase_storage_admin', target.name
        );
        execute pg_catalog.format('alter table storage.%I enable row level security', target.name);
    end loop;
    for target in
        select p.oid::regprocedure::text as signature
        from pg_catalog.pg_proc p
        where p.pronamespace = 'storage'::regnamespace
        order by 1
    loop
        execute pg_catalog.format(
            'alter function %s owner to supabase_storage_admin', target.signature
        );
    end loop;
end
$$;
grant all on storage.buckets, storage.objects
    to postgres, anon, authenticated, service_role, dashboard_user;
