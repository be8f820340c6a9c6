create table app_settings (
  key text primary key,
  value text,
  updated_at timestamptz not null default now()
);

insert into app_settings (key, value) values
  ('embedding_model', 'all-MiniLM-L6-v2'),
  ('openai_api_key', 'sk-example-this-was-never-a-real-key-4f1c'),
  ('max_memories_per_user', '5000');
