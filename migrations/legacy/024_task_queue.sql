create index ai_tasks_open_idx on ai_tasks (priority, created_at) where status in ('new', 'open');

create or replace function claim_task(worker text) returns setof ai_tasks
language plpgsql security definer as $$
begin
  return query
    update ai_tasks set status = 'in_progress'
    where id = (
      select id from ai_tasks where status in ('new', 'open')
      order by priority, created_at limit 1 for update skip locked
    )
    returning *;
end;
$$;
