create table ai_feedback (
  id bigserial primary key,
  message_id bigint references ai_messages (id) on delete set null,
  service_id text,
  rating smallint check (rating between -1 and 1),
  comment text,
  created_at timestamptz not null default now()
);
