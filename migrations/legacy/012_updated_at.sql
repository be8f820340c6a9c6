create or replace function update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end;
$$;

create trigger ai_memories_updated_at before update on ai_memories
  for each row execute function update_updated_at_column();
create trigger ai_agents_updated_at before update on ai_agents
  for each row execute function update_updated_at_column();
create trigger ai_widgets_updated_at before update on ai_widgets
  for each row execute function update_updated_at_column();
