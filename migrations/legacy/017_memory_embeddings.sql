-- Embeddings get a table of their own: text-embedding-ada-002 has 1536 dimensions.
create table memory_embeddings (
  id bigserial primary key,
  memory_id uuid,                   -- no foreign key: filled by a queue that may run ahead
  model text not null default 'text-embedding-ada-002',
  embedding vector(1536),
  created_at timestamptz not null default now()
);

create index memory_embeddings_memory_id_idx on memory_embeddings (memory_id);
