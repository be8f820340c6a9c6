"""A run of an unchanged file takes what an earlier one has kept, and prints the same."""

import re

import pytest

from pytest_schemaverify.databases import Dsn
from tests.projects import NUMBER, Project
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project  # a fixture

SAYS_WHAT_IT_IMPORTS = """
import sys

def pytest_unconfigure():
    readers = {"pydantic", "yaml", "postgast", "pytest_schemaverify.kinds.contract"}
    print("imported:", *sorted(readers & sys.modules.keys()))
"""
EVERYTHING = """\
defaults: {clients: [visitor]}
migrations:
  directory: migrations
  at:
    "001": {tables: {notes: absent}}
roles:
  visitor: {login: false}
tables:
  users:
    columns:
      id: bigint not null
      email: {type: {one_of: [text, citext]}, nullable: true}
      born: {type: date, skip: not yet}
    primary_key: [id]
    rls: {enabled: false, xfail: it will be}
    grants: {visitor: [select]}
  notes:
    columns: {body: varchar(80), owner: absent, size: integer default 1}
    indexes: {notes_by_size: {columns: [size]}}
    foreign_keys: {owner_id: users(id)}
    when: {server: ">= 13"}
  gone: {when: {env: NEVER_SET}}
views:
  sizes: {columns: [size]}
functions:
  answer(integer): {security: definer}
data:
  users: {rows: "< 1"}
  notes: {rows: 0, accepted: {size: {between: [0, 0.10]}}}
  queries: {one: {sql: select 1.5, returns: 1.50}}
unmanaged:
  tables: fail
  functions: {report: warn, except: {answer(integer): it is named}}
  details: fail
rules:
  preset: recommended
  primary_key: {except: {notes: {reason: a log, until: 2020-01-01}}}
  naming: {tables: "^[a-z]+$", columns: "^x", severity: warn}
  foreign_keys_indexed: {except: {nothing: it is not needed}}
access:
  identities: {visitor: {role: visitor}}
  tables: {users: {visitor: nothing}}
"""
MORE = """\
create role visitor;
create table notes (body text, size integer default 2, owner_id bigint references users);
create table stray (id integer);
grant select, insert on users to visitor;
create view sizes as select size from notes;
create function answer(integer) returns integer language sql security definer return 42;
"""


@pytest.mark.parametrize("live", [True, False], ids=["live", "built"])
def test_an_unchanged_file_is_read_by_nothing(project: Project, filled: Dsn, live: bool) -> None:
    project.write("conftest.py", SAYS_WHAT_IT_IMPORTS)
    arguments = [f"--schema-dsn={filled}"] if live else []
    first, second = (project.run_apart(*arguments) for _ in range(2))
    assert first.outlines[-1] == "imported: pydantic pytest_schemaverify.kinds.contract yaml"
    assert second.outlines[-1] == "imported:"
    assert _printed(first) == _printed(second)
    # Whether migrations apply is for a database that is built from them.
    second.assert_outcomes(passed=NUMBER - live, skipped=int(live))


def test_a_plan_that_was_kept_prints_what_one_prints_that_was_made(project: Project) -> None:
    project.write("conftest.py", SAYS_WHAT_IT_IMPORTS)
    project.write("migrations/002_notes.sql", MORE)
    project.expect(EVERYTHING)
    first, second = (_printed(project.run_apart("-rA", "-v")) for _ in range(2))
    assert first == second
    assert "internal error" not in second
    for outcome in ("PASSED", "FAILED", "SKIPPED", "XFAIL"):
        assert re.search(rf"^{outcome} .*expectations.yaml", second, re.MULTILINE), outcome


def _printed(result: pytest.RunResult) -> str:
    """Return what a run has printed, without what it has imported and how long it took.

    Fixes are left out, too, because on a slow machine some are offered untried; the pages of the
    checks, whose plans are read back as well, have them all.
    """
    text = "\n".join(line for line in result.outlines if not line.startswith("imported:"))
    text = re.sub(r"^ {4}fix .*\n(?: {16}.*\n)*|^next: .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ +[\d.]+m?s: .*\n", "", text, flags=re.MULTILINE)  # the parts that took long
    # A ruled line with a longer time in it is made of fewer signs.
    return re.sub(r" *[\d.]+ ?m?s\b|={3,}", " …", text)
