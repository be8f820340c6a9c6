-- New documents are embedded by OpenAI; the old column stays until somebody has embedded the old ones again.
alter table ai_knowledge_base add column embedding_openai vector(1536);
alter table ai_knowledge_base enable row level security;
create policy "knowledge is shared" on ai_knowledge_base for select to authenticated using (true);
