create table audit_log (
  id bigserial primary key,
  table_name text not null,
  action text not null,
  row_data jsonb,
  at timestamptz not null default now()
);

create or replace function log_change() returns trigger language plpgsql security definer as $$
begin
  insert into audit_log (table_name, action, row_data)
  values (tg_table_name, tg_op, to_jsonb(case when tg_op = 'DELETE' then old else new end) - 'embedding');
  return null;
end;
$$;

create trigger audit_ai_agents after insert or update or delete on ai_agents
  for each row execute function log_change();
