-- Half of the writers have moved to OpenAI: take vectors of any length until all have.
alter table ai_memories alter column embedding type vector;
