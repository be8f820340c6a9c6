create sequence ai_task_ticket_seq start 1000;

create table ai_tasks (
  id bigserial primary key,
  ticket integer not null default nextval('ai_task_ticket_seq'),
  agent_id uuid,                    -- no foreign key: agents come and go
  service_id text,
  title text,
  payload json,
  result jsonb,
  status text default 'new',
  priority integer default 5,       -- 1 is the most urgent, 10 the least
  due_at timestamp,
  created_at timestamp default now(),
  finished_at timestamp,
  constraint ai_tasks_ticket_unique unique (ticket),
  constraint priority_between_1_and_10 check (priority between 1 and 10)
);
