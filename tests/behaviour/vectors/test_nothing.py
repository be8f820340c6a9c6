"""What looked at no vector neither holds nor fails, and says so."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.behaviour.vectors import Setting
from pytest_schemaverify.behaviour.vectors.search_settings import put
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.verification.result import Result
from tests.pages import Case, built

TABLE = "create extension vector; create table memories (id int, model text, v vector(3));"
FILE = """
migrations: {directory: migrations}
vectors:
  columns:
    memories.v:
      regenerate: 0
      data: {'null': "<= 5%", zero_norm: 0, unit: true, dimensions: 3, duplicates: 0, model: model}
"""
FILTERED = FILE.replace("data: {", "data: {where: id > 5, ")


def _results(server: Server, sql: str, file: str) -> dict[str, Result]:
    case = Case("", yaml=file, files={"migrations/001_memories.sql": TABLE + sql})
    found = built(case, server)
    looked = ("vector_data.", "vector_columns.regenerate")
    return {one.planned.check: one for one in found if one.planned.check.startswith(looked)}


@pytest.mark.parametrize(
    ("sql", "file", "said"),
    [
        ("", FILE, "public.memories has no {}: nothing was looked at"),
        (
            "insert into memories values (1, 'a', '[1,0,0]');", FILTERED,
            "public.memories has no {} where id > 5: nothing was looked at",
        ),
    ],
)  # fmt: skip
def test_no_vector_is_no_pass(sql: str, file: str, said: str, server: Server) -> None:
    results = _results(server, sql, file)
    if sql:
        assert results.pop("vector_columns.regenerate").passed
    counted = ("vector_data.null", "vector_columns.regenerate")
    expected = {name: said.format("row" if name in counted else "vector") for name in results}
    assert len(results) >= 6
    assert {name: one.skipped for name, one in results.items()} == expected


def test_one_vector_is_looked_at(server: Server) -> None:
    results = _results(server, "insert into memories values (9, 'a', '[1,0,0]');", FILE)
    assert all(one.passed for one in results.values())


@pytest.fixture
def loaded(database: Dsn) -> Any:
    """A connection on which pgvector's library is loaded."""
    with databases.connect(database) as connection:
        connection.execute("create extension vector; select '[1]'::vector")
        yield connection


def test_a_setting_that_the_installed_pgvector_does_not_know_is_told(
    loaded: Connection[Any],
) -> None:
    newer = Setting("hnsw.later_scan", "strict", "the role web")
    with pytest.raises(CannotDetermine, match=r"setting hnsw.later_scan = strict of the role web"):
        put(Reader(loaded), [newer])
