-- No unique constraint: the front end promised to ask only once.
create table ai_widget_likes (
  id serial primary key,
  widget_id uuid,
  service_id text,
  created_at timestamptz default now()
);

create index likes_by_widget on ai_widget_likes (widget_id);
