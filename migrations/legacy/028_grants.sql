-- "permission denied for table ai_widgets" in production; this helped.
grant all on all tables in schema public to anon, authenticated;
alter default privileges in schema public grant all on tables to anon;
