create table ai_knowledge_base (
  id uuid primary key default gen_random_uuid(),
  service_id text,
  title text,
  body text,
  source text,
  doc_type text default 'document',
  tags text,                        -- comma-separated
  embedding vector(384),
  is_published boolean default false,
  created_at timestamptz default now(),
  updated_at timestamptz
);

create index ai_knowledge_base_body_idx on ai_knowledge_base using gin (to_tsvector('english', coalesce(body, '')));
