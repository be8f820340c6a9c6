"""The rule's own judgement of bodies beside that of plpgsql_check, function by function."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config
from tests.behaviour.routines import corpus
from tests.behaviour.routines.corpus import NOTHING, UNCHECKED, Fault

PACKAGED = sorted(Path("/usr/lib/postgresql").glob("*/lib/plpgsql_check.so"))
PAGE = Path(__file__).parents[3] / "pytest_schemaverify/rules/function_bodies.md"
THEIRS = """
select n.nspname || '.' || p.proname, x.sqlstate
from pg_proc as p
join pg_namespace as n on n.oid = p.pronamespace
join pg_language as l on l.oid = p.prolang and l.lanname = 'plpgsql'
left join pg_trigger as t on t.tgfoid = p.oid,
lateral plpgsql_check_function_tb(p.oid::regprocedure, coalesce(t.tgrelid, 0)::regclass,
    oldtable => t.tgoldtable, newtable => t.tgnewtable, other_warnings => false,
    extra_warnings => false, performance_warnings => false) as x
where (n.nspname ~ '^(right|wrong)_' or n.nspname = 'app') and x.level = 'error'
    and (p.prorettype <> 'trigger'::regtype or t.oid is not null)
order by 1, x.lineno desc
"""
VALID = {
    "tables that the function makes": ["v11", "v60", "v86", "v87", "v139", "v140", "v141"],
    "what is computed": ["v67"],
    "records that are arguments": ["v64"],
    "cursors that are moved": ["v68"],
}
"""Valid functions of which plpgsql_check says something, and why."""


@pytest.fixture
def connection() -> Iterator[Connection[Any]]:
    """A connection to a new database of a server that has plpgsql_check."""
    bin_dir = str(PACKAGED[-1].parent.parent / "bin")
    with databases.start(Config(bin_dir=bin_dir)) as server:
        dsn = databases.create(server, name="compared", platform="postgres", extensions={}).dsn
        with databases.connect(dsn, autocommit=True) as connection:
            yield connection


def _kind(said: str) -> str:
    return said if said in (NOTHING, UNCHECKED) else "refused"


@pytest.mark.skipif(not PACKAGED, reason="no server has plpgsql_check")
def test_every_difference_from_plpgsql_check_is_explained(
    connection: Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    version = connection.info.server_version
    listed = corpus.faults(version)
    states = corpus.run(connection, listed)
    schema, *idioms = corpus.idioms(version)
    connection.execute(schema.encode())
    for idiom in idioms:
        connection.execute(f"begin; {idiom}; commit".encode())
    checked = corpus.check(connection, "app", *(one.schema for one in listed))
    found = [(one.function.partition("(")[0], one.state or UNCHECKED) for one in checked.wrong]
    # The first finding of each counts.
    ours = dict(reversed(found))
    connection.execute("create extension plpgsql_check")
    theirs = dict(connection.execute(THEIRS).fetchall())

    def said(one: Fault, by: dict[str, str]) -> str:
        return by.get(f"{one.schema}.f", NOTHING)

    unexpected = [
        (one.made, who, said(one, by))
        for one in listed
        if one.wrong
        for who, by in (("ours", ours), ("theirs", theirs))
        if said(one, by) != one.entry.get(who, states[one.schema])
    ]
    assert unexpected == []
    unexplained = [
        one.made for one in listed
        if _kind(said(one, ours)) != _kind(said(one, theirs)) and "because" not in one.entry
    ]  # fmt: skip
    assert unexplained == []
    told = sorted(name for name in theirs if name.startswith("app."))
    assert told == sorted(f"app.{name}" for names in VALID.values() for name in names)
    faulty = [one for one in listed if one.wrong]
    right = [one for one in listed if not one.wrong]
    assert [
        one.made for one in right
        if said(one, ours) not in (NOTHING, one.entry.get("ours"))
    ] == []  # fmt: skip
    assert [name for name in ours if name.startswith("app.")] == []
    reasons = Counter(one.entry["because"] for one in faulty if "because" in one.entry)
    reasons.update({reason: len(names) for reason, names in VALID.items()})
    table = re.findall(r"^\| ([^|]+) \| (\d+) \| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {reason: int(number) for reason, number in table} == dict(reasons)
    alarms = len(told) + sum(said(one, theirs) != NOTHING for one in right)
    with capsys.disabled():
        print(
            f"\n{len(right) + len(idioms)} valid functions, {len(faulty)} faulty; faulty ones told"
            f" by the rule {_told(faulty, ours)}, by plpgsql_check {_told(faulty, theirs)};"
            f" false alarms of the rule 0, of plpgsql_check {alarms}"
        )


def _told(faulty: list[Fault], by: dict[str, str]) -> int:
    return sum(1 for one in faulty if by.get(f"{one.schema}.f", UNCHECKED) != UNCHECKED)
