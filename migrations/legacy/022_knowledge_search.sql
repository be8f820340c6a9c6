create or replace function search_knowledge(query_embedding vector(1536), match_count int default 5)
returns table (id uuid, title text, similarity float)
language plpgsql stable as $$
begin
  return query
    select k.id, k.title, 1 - (k.embedding <=> query_embedding)
    from knowledge_chunks k
    order by k.embedding <=> query_embedding
    limit match_count;
end;
$$;
