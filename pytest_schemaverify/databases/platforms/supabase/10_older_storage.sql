-- What storage had in 2025: a table of folders, kept by triggers. A schema that was pulled then
-- creates these triggers.
create function storage.get_level(name text) returns integer language sql immutable strict as $$
    select array_length(string_to_array($1, '/'), 1)
$$;

create table storage.prefixes (
    bucket_id text not null constraint "prefixes_bucketId_fkey" references storage.buckets (id),
    name text collate "C" not null,
    level integer not null generated always as (storage.get_level(name)) stored,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    constraint prefixes_pkey primary key (bucket_id, level, name)
);
alter table storage.prefixes enable row level security;

create function storage.objects_insert_prefix_trigger() returns trigger language plpgsql as $$
begin
    insert into storage.prefixes (bucket_id, name)
    select new.bucket_id, array_to_string(p.parts[1 : n], '/')
    from (select storage.foldername(new.name) as parts) p
    cross join lateral generate_series(1, cardinality(p.parts)) as n
    on conflict do nothing;
    return new;
end
$$;

create function storage.objects_update_prefix_trigger() returns trigger language plpgsql as $$
begin
    insert into storage.prefixes (bucket_id, name)
    select new.bucket_id, array_to_string(p.parts[1 : n], '/')
    from (select storage.foldername(new.name) as parts) p
    cross join lateral generate_series(1, cardinality(p.parts)) as n
    on conflict do nothing;
    return new;
end
$$;

create function storage.prefixes_insert_trigger() returns trigger language plpgsql as $$
begin
    return new;
end
$$;

create function storage.delete_prefix_hierarchy_trigger() returns trigger language plpgsql as $$
begin
    delete from storage.prefixes p
    where p.bucket_id = old.bucket_id
        and old.name like p.name || '/%'
        and not exists (
            select
            from storage.objects o
            where o.bucket_id = p.bucket_id and o.name like p.name || '/%'
        );
    return old;
end
$$;

alter table storage.prefixes owner to supabase_storage_admin;
alter function storage.get_level(text) owner to supabase_storage_admin;
alter function storage.objects_insert_prefix_trigger() owner to supabase_storage_admin;
alter function storage.objects_update_prefix_trigger() owner to supabase_storage_admin;
alter function storage.prefixes_insert_trigger() owner to supabase_storage_admin;
alter function storage.delete_prefix_hierarchy_trigger() owner to supabase_storage_admin;
grant all on storage.prefixes to postgres, anon, authenticated, service_role;
