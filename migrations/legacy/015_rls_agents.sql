alter table ai_agents enable row level security;
create policy "agents_select" on ai_agents for select to authenticated using (service_id = auth.uid()::text);
create policy "agents_write" on ai_agents for all to service_role using (true) with check (true);
