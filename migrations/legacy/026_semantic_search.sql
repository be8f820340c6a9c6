create or replace function semantic_search(
  query_embedding vector(1536), threshold float default 0.78, how_many int default 10
)
returns table (memory_id uuid, content text, similarity float)
language plpgsql stable security definer as $$
begin
  return query
    select v.memory_id, m.content, 1 - (v.embedding <=> query_embedding)
    from memory_vectors v
    join ai_memories m on m.id = v.memory_id
    where 1 - (v.embedding <=> query_embedding) > threshold
    order by v.embedding <=> query_embedding
    limit how_many;
end;
$$;
