"""The 41 files are as wrong as their README says."""

import re
from collections import Counter

import psycopg
import pytest

from pytest_schemaverify.migrations.read import read
from tests.example.worked_example import LEGACY, Connection

README = (LEGACY / "README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<what>.+) \| `(?P<file>[^`]+):(?P<line>\d+)` \| `(?P<text>[^`]+)` \|$", re.M
)
DEFECTS = [match.groups() for match in ROW.finditer(README)]


def test_there_are_forty_one_and_their_names_sort_as_their_versions() -> None:
    found = read(LEGACY)
    names = [migration.path.name for migration in found.migrations]
    assert len(names) == 41
    assert names == sorted(path.name for path in LEGACY.glob("*.sql"))


def test_three_numbers_are_given_twice() -> None:
    versions = Counter(migration.version for migration in read(LEGACY).migrations)
    assert sorted(v for v, n in versions.items() if n > 1) == ["013", "024", "031"]


def test_every_row_of_the_readme_is_read() -> None:
    rows = [line for line in README.splitlines() if re.match(r"\| (?!What|---)", line)]
    assert len(DEFECTS) == len(rows) > 40


@pytest.mark.parametrize(
    ("what", "file", "line", "text"), DEFECTS, ids=[f"{d[1]}:{d[2]}" for d in DEFECTS]
)
def test_a_defect_is_where_the_readme_says(what: str, file: str, line: str, text: str) -> None:
    lines = (LEGACY / file).read_text(encoding="utf-8").splitlines()
    assert text in lines[int(line) - 1], f"{what}: {file}:{line} is {lines[int(line) - 1]!r}"


def test_every_definer_function_is_listed() -> None:
    found = {
        (path.name, str(number))
        for path in LEGACY.glob("*.sql")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "security definer" in line
    }
    assert found == {(file, line) for _, file, line, text in DEFECTS if "security definer" in text}


def test_every_vector_column_is_listed(legacy: Connection) -> None:
    columns = legacy.execute(
        """
        select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            and a.atttypid = 'vector'::regtype
        """
    ).fetchone()
    assert columns == (len([d for d in DEFECTS if re.search(r"embedding\w* vector\(", d[3])]),)


def test_the_second_definition_of_a_table_is_skipped_and_its_policies_are_not(
    legacy: Connection,
) -> None:
    columns = legacy.execute(
        "select attname from pg_attribute where attrelid = 'memories'::regclass and attnum > 0"
    ).fetchall()
    policies = legacy.execute("select policyname from pg_policies where tablename = 'memories'")
    assert ("user_id",) in columns
    assert ("importance",) not in columns
    assert ("Bots write memories",) in policies.fetchall()


@pytest.mark.parametrize("call", ["search_knowledge(null)", "semantic_search(null)"])
def test_a_search_fails_at_its_first_call(legacy: Connection, call: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable, match=r"knowledge_chunks|memory_vectors"):
        legacy.execute(f"select * from {call}")


def test_anybody_can_run_any_sql(legacy: Connection) -> None:
    legacy.execute("set role anon")
    legacy.execute("select exec_sql('create table taken_over ()')")
    legacy.execute("reset role")
    assert legacy.execute("select 'taken_over'::regclass").fetchone()


def test_embeddings_have_two_lengths(legacy: Connection) -> None:
    lengths = legacy.execute(
        "select distinct vector_dims(embedding) from ai_memories where embedding is not null"
    )
    assert sorted(lengths.fetchall()) == [(384,), (1536,)]
