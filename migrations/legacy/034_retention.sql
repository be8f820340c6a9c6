create or replace function purge_old_memories(older_than interval default '2 years') returns integer
language plpgsql security definer as $$
declare
  purged integer;
begin
  delete from ai_memories where created_at < now() - older_than and importance < 0.2;
  get diagnostics purged = row_count;
  return purged;
end;
$$;

comment on function purge_old_memories(interval) is 'Called by the nightly job';
