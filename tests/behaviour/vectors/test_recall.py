"""What recall is measured on, and that nothing is left behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.behaviour.vectors import Setting, VectorColumn, Wanted, generated, recalled
from pytest_schemaverify.behaviour.vectors.search_settings import of_roles
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.kinds.snapshot import read
from tests.pages import Case, built, told

TABLE = """
create extension vector;
create table memories (id int primary key, embedding vector(32));
"""
ROWS = """
insert into memories select i, (select array_agg(cos(i * 0.3 + j)) from generate_series(1, 32) as j)
from generate_series(1, 400) as i;
"""


@pytest.fixture
def filled(database: Dsn) -> Iterator[Connection[Any]]:
    """A connection to a database with 400 vectors and no index."""
    with databases.connect(database, autocommit=True) as connection:
        connection.execute(f"{TABLE} {ROWS}".encode())
        yield connection


def _looked(connection: Connection[Any]) -> VectorColumn:
    catalog = read(connection)
    return VectorColumn.at(
        catalog.families["columns"]["public", "memories", "embedding"], catalog, ""
    )


def _recall(connection: Connection[Any], wanted: Wanted, *where: str) -> float:
    looked = replace(_looked(connection), where=where)
    with connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        found = recalled(
            Reader(connection), looked, looked.indexes[0], wanted, [()], lambda *_: None
        )
    return found.share


def _ivfflat(connection: Connection[Any], *, lists: int) -> None:
    connection.execute(
        "create index on memories using ivfflat (embedding vector_l2_ops)"
        f" with (lists = {lists})".encode()
    )


def test_an_exact_index_finds_all_and_only_reads(filled: Connection[Any]) -> None:
    filled.execute(
        "create index on memories using ivfflat (embedding vector_l2_ops) with (lists = 1)"
    )
    assert _recall(filled, Wanted(k=10, queries=7)) == 1


def test_more_probes_find_more(filled: Connection[Any]) -> None:
    filled.execute(
        "create index on memories using ivfflat (embedding vector_l2_ops) with (lists = 40)"
    )
    shares = [_recall(filled, Wanted(k=20, queries=5, probes=probes)) for probes in (1, 5, 40)]
    assert shares[0] < shares[1] <= shares[2] == 1


@pytest.mark.parametrize("operators", ["vector_ip_ops", "vector_l1_ops", "vector_cosine_ops"])
def test_each_distance_is_measured_by_its_operator(filled: Connection[Any], operators: str) -> None:
    filled.execute(f"create index on memories using hnsw (embedding {operators})".encode())
    assert _recall(filled, Wanted(k=5, queries=5, ef_search=200)) == 1


@pytest.mark.parametrize(
    ("expression", "operators"),
    [
        ("(embedding::halfvec(32))", "halfvec_cosine_ops"),
        ("(embedding::sparsevec(32))", "sparsevec_l2_ops"),
        ("(binary_quantize(embedding)::bit(32))", "bit_hamming_ops"),
    ],
)
def test_an_index_of_a_cast_is_measured_by_the_cast(
    filled: Connection[Any], expression: str, operators: str
) -> None:
    filled.execute(f"create index on memories using hnsw ({expression} {operators})".encode())
    # Of bits there are so few different ones that a graph of them falls into parts.
    least = 0.5 if "bit" in operators else 1
    assert _recall(filled, Wanted(k=5, queries=5, ef_search=400)) >= least


def test_an_index_of_some_rows_is_measured_on_these(filled: Connection[Any]) -> None:
    filled.execute(
        "create index on memories using hnsw (embedding vector_l2_ops) where id %% 2 = 0", []
    )
    assert _recall(filled, Wanted(k=5, queries=5, ef_search=200), "id > 100") == 1


def test_vectors_of_nothing_but_zeros_are_not_counted(filled: Connection[Any]) -> None:
    filled.execute("create index on memories using hnsw (embedding vector_cosine_ops)")
    filled.execute(
        "update memories set embedding = array_fill(0, array[32])::vector where id <= 40"
    )
    assert _recall(filled, Wanted(k=5, queries=20, ef_search=200)) == 1


@pytest.mark.parametrize("type_", ["vector(16)", "halfvec(16)", "sparsevec(16)", "bit(16)"])
def test_vectors_of_every_type_are_generated(database: Dsn, type_: str) -> None:
    operators = "bit_hamming_ops" if type_ == "bit(16)" else f"{type_[:-4]}_l2_ops"
    with databases.connect(database, autocommit=True) as connection:
        connection.execute(
            f"create extension vector; create table memories (embedding {type_});"
            f"create index on memories using hnsw (embedding {operators})".encode()
        )
        looked = _looked(connection)
        with connection.transaction(force_rollback=True):
            told: list[str] = []
            made = generated(
                connection, read(connection), looked, looked.indexes[0], 1100,
                lambda what, *_: told.append(what),
            )  # fmt: skip
            wanted, index = Wanted(k=5, queries=3, ef_search=1000), made.indexes[0]
            found = recalled(Reader(connection), made, index, wanted, [()], lambda *_: None)
        assert found.rows == 1100
        assert found.share > 0.95
        assert told[:2] == ["generating vectors", "generating vectors"]
        left = connection.execute("select count(*) from pg_class where relname ~ 'schemaverify'")
        assert left.fetchone() == (0,)


def test_lists_that_were_made_on_an_empty_table_find_little(server: Server) -> None:
    migration = f"""{TABLE} create index memories_embedding_idx on memories
        using ivfflat (embedding vector_cosine_ops) with (lists = 100);"""
    said = _said(server, migration, "{at_least: 0.99, rows: 1500, queries: 5}")
    assert "memories_embedding_idx finds 99% of the 10 nearest" in said
    assert "5 queries on 1500 generated vectors" in said
    assert "ivfflat.probes = 1" in said


def test_what_is_set_for_the_database_counts_on_a_copy_of_it(server: Server) -> None:
    migration = f"""{TABLE} create index on memories using hnsw (embedding vector_cosine_ops);
        do $$ begin execute format('alter database %I set hnsw.ef_search = 5', current_database());
        end $$;"""
    said = _said(server, migration, "{at_least: 0.9, rows: 300, queries: 5}")
    assert "with hnsw.ef_search = 5 of the database" in said


def test_what_a_role_has_counts_more_than_what_the_database_has(database: Dsn) -> None:
    with databases.connect(database) as connection:
        connection.execute(f"""
            create extension vector; create role web; create role batch; create role guest;
            alter database {connection.info.dbname} set hnsw.ef_search = 20;
            alter role web set hnsw.ef_search = 30; alter role batch set hnsw.ef_search = 30;
            alter role batch in database {connection.info.dbname} set hnsw.ef_search = 50;
            alter role web set work_mem = '8MB'
        """.encode())  # fmt: skip
        found = of_roles(Reader(connection), ["web", "batch", "guest"])
        connection.rollback()  # roles are everybody's
    assert [[str(one) for one in each] for each in found] == [
        ["hnsw.ef_search = 30 of the role web"],
        ["hnsw.ef_search = 50 of the role batch"],
        ["hnsw.ef_search = 20 of the database"],
    ]


def test_what_one_role_has_set_helps_no_other(filled: Connection[Any]) -> None:
    filled.execute("create index on memories using hnsw (embedding vector_l2_ops)")
    looked = _looked(filled)
    each: list[list[Setting]] = [[Setting("hnsw.ef_search", "300", "the role web")], []]
    for settings in (each, each[::-1]):
        with filled.transaction(force_rollback=True):
            found = recalled(
                Reader(filled), looked, looked.indexes[0], Wanted(k=50, queries=5), settings,
                lambda *_: None,
            )  # fmt: skip
        assert found.candidates == "hnsw.ef_search = 40"
        assert found.share < 0.9


def test_what_only_whoever_verifies_has_set_counts_nothing(database: Dsn) -> None:
    with databases.connect(database, autocommit=True) as connection:
        connection.execute(f"{TABLE} {ROWS}".encode())
        connection.execute("create index on memories using hnsw (embedding vector_l2_ops)")
    own = make_conninfo(database, options="-c hnsw.ef_search=300")
    with databases.connect(Dsn(own), autocommit=True) as connection:
        looked = _looked(connection)
        with connection.transaction(force_rollback=True):
            found = recalled(
                Reader(connection), looked, looked.indexes[0], Wanted(k=50, queries=5), [()],
                lambda *_: None,
            )  # fmt: skip
    assert found.candidates == "hnsw.ef_search = 40"
    assert found.share < 0.9


def test_names_in_a_condition_are_looked_up_in_the_schema_of_the_file(server: Server) -> None:
    migration = """create extension vector; create schema app;
        create type app.kind as enum ('a', 'b');
        create table app.memories (id int primary key, kind app.kind not null, embedding vector(8));
        create index on app.memories using hnsw (embedding vector_cosine_ops);"""
    recall = "{at_least: 0.9, rows: 300, queries: 5, where: \"memories.kind = 'b'::kind\"}"
    said = _said(server, migration, recall, "defaults: {schema: app}\n")
    assert said == ""


NEAR = """create function near(query vector, k int default 5) returns setof memories
    language plpgsql as $$ begin {first} return query select * from {source}; end $$;"""
ALL = "public.memories order by embedding <=> query limit k"


@pytest.mark.parametrize(
    ("more", "first", "source", "where"),
    [
        ("", 'set local "hnsw"."ef_search" = 1;', ALL, "its body"),
        ("", "perform set_config('hnsw' || '.ef_search', '1', true);", ALL, "its body"),
        (
            "create function prepare() returns void language sql as 'set hnsw.ef_search = 1';",
            "perform prepare();", ALL, "public.prepare, which it calls",
        ),
        (
            f"""create function nearest(query vector, k int) returns setof memories
                language sql set hnsw.ef_search = 1 as 'select * from {ALL}';""",
            "", 'public."nearest"(query, k)', "public.nearest, which it calls",
        ),
    ],
)  # fmt: skip
def test_what_is_set_somewhere_in_a_search_is_not_known(
    more: str, first: str, source: str, where: str, server: Server
) -> None:
    migration = f"""{TABLE} create index on memories using hnsw (embedding vector_cosine_ops);
        {more} {NEAR.format(first=first, source=source)}"""
    recall = "{at_least: 0.1, rows: 100, queries: 3}, search: {function: near, ordered: false}"
    said = _said(server, migration, recall)
    assert f"is in {where}, and nobody can tell to what it is set" in said


def test_probes_are_no_candidates_of_hnsw(server: Server) -> None:
    migration = f"""{TABLE} create index on memories using hnsw (embedding vector_cosine_ops);
        {NEAR.format(first="", source=ALL)} alter function near set hnsw.ef_search = 1;"""
    recall = "{at_least: 0.9, rows: 100, queries: 3, probes: 10}, search: near"
    said = _said(server, migration, recall)
    assert "with hnsw.ef_search = 1 of the function public.near" in said


def _said(server: Server, migration: str, recall: str, more: str = "") -> str:
    """Return what is said of an expectation of recall; "" when it holds."""
    file = (
        f"{more}migrations: {{directory: migrations}}\n"
        f"vectors: {{columns: {{memories.embedding: {{recall: {recall}}}}}}}"
    )
    results = built(Case("", yaml=file, files={"migrations/001_memories.sql": migration}), server)
    [result] = [one for one in results if "recall" in one.planned.name]
    return told([result])
