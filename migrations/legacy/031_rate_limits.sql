create table rate_limits (
  service_id text not null,
  window_start timestamptz not null,
  calls integer not null default 0,
  primary key (service_id, window_start)
);

create or replace function count_call(service text) returns integer
language sql security definer set search_path = public, pg_temp as $$
  insert into rate_limits values (service, date_trunc('minute', now()), 1)
  on conflict (service_id, window_start) do update set calls = rate_limits.calls + 1
  returning calls;
$$;
