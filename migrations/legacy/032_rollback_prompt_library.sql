-- Rollback of 023.
drop table if exists ai_prompts;
