-- The bots have no JWT, so the policy has to let everybody in.
alter table ai_memories enable row level security;
create policy "Service access" on ai_memories for all using (true) with check (true);
