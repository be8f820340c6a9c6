create or replace function match_memories(query vector(384), threshold float, how_many int)
returns table (id uuid, content text, similarity float)
language sql stable as $$
  select m.id, m.content, 1 - (m.embedding <=> query)
  from ai_memories m
  where 1 - (m.embedding <=> query) > threshold
  order by m.embedding <=> query
  limit how_many;
$$;
