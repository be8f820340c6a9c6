-- Search asks for the cosine distance; this index answers the Euclidean one and is never used.
create index memory_embeddings_embedding_idx on memory_embeddings using hnsw (embedding vector_l2_ops);
create index ai_knowledge_base_embedding_idx on ai_knowledge_base
  using ivfflat (embedding vector_cosine_ops) with (lists = 10);
