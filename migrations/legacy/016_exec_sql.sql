-- So that the deploy script can run migrations through the REST API.
create or replace function exec_sql(sql text) returns void
language plpgsql security definer as $$
begin
  execute sql;
end;
$$;
