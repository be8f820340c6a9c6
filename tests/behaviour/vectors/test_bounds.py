"""Search functions that never end: nobody waits for them, and none passes for it."""

from pathlib import Path

import pytest

from pytest_schemaverify.databases import Server
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

SQL = """
create table memories (
  id int primary key, user_id uuid references auth.users (id), v extensions.vector(2)
);
create index on memories using hnsw (v extensions.vector_cosine_ops);
create function deaf(query extensions.vector, n int default 5) returns table (id int)
language plpgsql stable as $$ begin loop begin perform pg_sleep(1000);
exception when query_canceled then null; end; end loop; end $$;
create function search(query extensions.vector, n int default 5) returns table (id int)
language plpgsql stable as $$ begin perform pg_sleep(1000); end $$;
"""
YAML = """
database: {platform: supabase, extensions: {vector: {schema: extensions}}}
migrations: {directory: migrations}
vectors:
  columns:
    memories.v:
      distance: cosine
"""


@pytest.mark.parametrize(
    ("function", "search"),
    [
        ("search", "limit: n, indexed: true, only_visible: true, ordered: true, at_most: 4"),
        ("deaf", "only_visible: true, indexed: true, ordered: true"),
    ],
)
def test_a_search_that_never_ends_is_not_tried_for_ever(
    function: str, search: str, server: Server, available: set[str], tmp_path: Path
) -> None:
    if "vector" not in available:
        pytest.skip("the server has no vector")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001_all.sql").write_text(SQL)
    path = tmp_path / "expectations.yaml"
    path.write_text(f"{YAML}      search: {{function: {function}, {search}}}\n")
    verification = Verification(path, path.name, Config(statement_timeout="200ms"))
    verification.database.prepare(lambda _: server)
    tried = {
        one.check: verification.results.of(one).undetermined
        for one in verification.contract.planned
        if one.check.startswith("vector_search.") and not one.check.endswith("exists")
    }
    verification.database.close()
    said = ("it ran longer than 200 ms", "not tried: canceling statement due to statement timeout")
    assert len(tried) == search.count(": ")
    untold = [name for name, told in tried.items() if not any(text in told for text in said)]
    assert untold == []
