alter publication supabase_realtime add table ai_tasks;
alter publication supabase_realtime add table ai_messages;
alter table ai_tasks replica identity full;
