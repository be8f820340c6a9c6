create or replace function agent_stats(agent uuid)
returns table (conversations bigint, messages bigint, tokens bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select count(distinct c.id), count(m.id), coalesce(sum(m.tokens), 0)
  from ai_conversations c
  left join ai_messages m on m.conversation_id = c.id
  where c.agent_id = agent;
$$;

revoke execute on function agent_stats(uuid) from public, anon;
