comment on table ai_memories is 'What assistants remember';
comment on table ai_tasks is 'Work for agents';
comment on column ai_tasks.priority is '1 is the most urgent';
comment on view widget_gallery is 'Public widgets with their likes';
alter table ai_widgets alter column is_archived set default false;
