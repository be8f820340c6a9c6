-- pgvector for everything that is searched by meaning.
create extension if not exists vector with schema extensions;
