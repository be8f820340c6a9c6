"""What is made of pgTAP's suites is valid, and says of a database what they say."""

import random
from pathlib import Path

import pytest

from pytest_schemaverify.authoring.importing.imported import Imported
from pytest_schemaverify.authoring.pgtap import KNOWN, SAID, imported
from pytest_schemaverify.authoring.pgtap.advice import ASSERTIONS, RUNNING, UNSAID
from pytest_schemaverify.authoring.pgtap.signatures import overloads
from pytest_schemaverify.authoring.pgtap.special import SPECIAL
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.language.yaml import Document
from pytest_schemaverify.verification.planning.expectations import plan
from tests.test_pgtap import CASES, ELSEWHERE, FUNCTIONS, Both, results
from tests.test_pgtap import both as both
from tests.test_pgtap import dsn as dsn

ROOT = Path(__file__).parents[2]
UNTAKEN = {*UNSAID, "has_relation", "relation_owner_is"}
"""Functions that are listed, where nothing else says what the relation is."""
NOT_CONSTANT = {"roles_are", "groups_are"}
"""Functions of which pgtap.yaml has a call that asks the server for a part of its arguments."""
BESIDE = {
    "columns_are": "has_view('public', 'nicks', 'd')",
    "tables_are": "has_foreign_table('public', 'remote', 'd')",
    "table_privs_are": "column_privs_are('public', 'users', 'nick', 'app_writer', "
    "'{SELECT,INSERT,UPDATE}'::name[], 'd')",
}
"""What has to be said beside a call that passes, because pgTAP counts otherwise."""
HOLDS_HERE = {"tablespaces_are fails"}
"""Here the server's own tablespaces need no name."""


def of(*calls: str) -> Imported:
    return imported({"a.sql": "".join(f"select {call};\n" for call in calls)})


def holds(text: str, both: Both) -> bool:
    """Return whether all that a file expects is so on the database of pgtap.sql."""
    found = results(text, both)
    assert [one.undetermined for one in found if one.undetermined] == []
    return all(one.passed or one.skipped for one in found) and any(one.passed for one in found)


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_pgtap_says(case: str, both: Both) -> None:
    name, which = CASES[case]
    call = f"{name}({FUNCTIONS[name]['pgtap'][which]})"
    result = of(call, *([BESIDE[name]] if name in BESIDE else []))
    load(result.text(), "a.yaml")
    if name in UNTAKEN or (name in NOT_CONSTANT and which == 0):
        assert [one.what for one in result.left] == [name]
        assert result.data == {}
    else:
        assert result.left == []
        assert holds(result.text(), both) is (which == 0 or case in HOLDS_HERE)


def test_each_function_of_the_page_is_taken_or_has_its_advice() -> None:
    assert FUNCTIONS.keys() | ELSEWHERE == KNOWN
    assert {*ASSERTIONS, *RUNNING} == ELSEWHERE
    for name in ASSERTIONS:
        [left] = of(f"{name}('a', 'b')").left
        assert (left.what, left.why) == (name, ASSERTIONS[name])
    page = (ROOT / "docs/guides/pgtap.md").read_text(encoding="utf-8")
    assert [name for name in KNOWN if f"`{name}()`" not in page] == []
    assert {advice for advice in ASSERTIONS.values() if plain(advice) not in plain(page)} == set()


def plain(text: str) -> str:
    """Return a text with the title of the page to which its link leads."""
    title = (ROOT / "docs/guides/fixtures.md").read_text(encoding="utf-8").splitlines()[0]
    return text.replace("[fixtures](fixtures.md)", f'fixtures (guide "{title[2:]}")')


def test_the_arguments_are_those_of_pgtap(both: Both) -> None:
    if not both.pgtap:
        pytest.skip("pgTAP is not installed")
    rows = both.connection.execute(
        "select proname::text, proargtypes::regtype[]::text[], pronargdefaults from pg_proc "
        "where pronamespace = 'tap'::regnamespace"
    )
    theirs: dict[str, set[tuple[str, ...]]] = {}
    for name, types, defaults in rows:
        named = tuple("any" if one == "anyelement" else one for one in types)
        theirs.setdefault(name, set()).update({named, named[: len(named) - defaults]})
    for name in (SAID.keys() | SPECIAL.keys()) & theirs.keys():
        arguments = (SAID[name] if name in SAID else SPECIAL[name]).arguments
        ours = {tuple(one.type for one in taken) for taken in overloads(arguments)}
        # Of its two columns fk_ok() takes both as names, or both as lists of names.
        assert name == "fk_ok" or ours <= theirs[name], name
        assert theirs[name] - ours <= TEXTS.get(name, set()), name


TEXTS: dict[str, set[tuple[str, ...]]] = {
    "col_default_is": {
        ("name", "name", "text"),
        ("name", "name", "text", "text"),
        ("name", "name", "name", "text", "text"),
    },
    "fk_ok": {("name", "name", "name", "name", "name", "text")},
}
"""Overloads that take a text where another takes what a text can become."""


def test_a_whole_suite_is_one_file(both: Both) -> None:
    calls = [f"{name}({entry['pgtap'][0]})" for name, entry in FUNCTIONS.items()]
    body = "".join(f"select {call};\n" for call in calls)
    text = f"begin;\nselect plan({len(calls)});\n{body}select * from finish();\nrollback;\n"
    result = imported({"suite.sql": text})
    partly = {one.what for one in result.left if "its names are taken" in one.why}
    whole = {"tables", "views", "materialized_views", "sequences", "functions", "types"}
    assert partly == {f"{one}_are" for one in {*whole, "operators", "opclasses"}}
    unknown = UNTAKEN - {"has_relation", "relation_owner_is"}  # has_table() says what they are
    assert {one.what for one in result.left} - partly == unknown | NOT_CONSTANT
    assert result.summary == (
        f"{len(calls) - len(result.left)} of {len(calls)} assertions taken; "
        f"{len(result.left)} listed at the end as comments"
    )
    assert holds(result.text(), both)
    for change in CHANGES:
        with both.connection.transaction(force_rollback=True):
            both.connection.execute(change.encode())
            changed = both._replace(catalog=read(both.connection))
            assert not holds(result.text(), changed), change


CHANGES = [
    "alter table users alter nick set not null",
    "alter table users alter email drop default",
    "alter table users drop constraint users_pkey cascade",
    "alter table users drop constraint email_given",
    "drop trigger touch on users",
    "alter policy own on users to app_owner",
    "create policy other on users using (true)",
    "drop index users_town_idx",
    "revoke insert on users from app_writer",
    "create or replace function add(integer, integer) returns integer language sql as 'select 1'",
    "drop cast (mood as integer)",
    "insert into users (id) values (1)",
]


SUITE = r"""
begin;
create extension if not exists pgtap;
set search_path = app, public, tap;
select plan(40);
-- has_table('comment');
select has_table('open');
select has_table('app', 'a table and why'::text), has_view('app'::name, 'v'::name);
select tap.col_type_is('app', 'users', 'api_key', 'numeric(10,2)', 'd');
select * from policies_are('app', 'users', array['own', 'all of them'], 'd');
set search_path to app, tap;
select columns_are('users', '{id,"Name, x",api_key}'::name[]);
select col_not_null('app'::name, 'users'::name, 'id'::name), col_default_is('users', 'id', 7);
select has_table(x) from unnest(array['a', 'b']) x;
select case when true then has_table('app', 'a', 'b') else skip('x', 1) end;
select todo('later', 2);
select has_view('app', 'v1', 'x');
select has_view('app', 'v2', 'x');
select has_view('app', 'v3', E'it\'s');
prepare numbers as select 1;
select results_eq('numbers', $$values (1, 'a'), (2, null)$$, 'In order!');
select is_empty($q$select 1 -- why
$q$, 'In order!');
create function test_a() returns setof text language plpgsql as $f$ begin
  return next has_table('app', 'in_body', 'x');
end $f$;
create function test_b() returns setof text language plpgsql as $f$ begin
  if true then return next has_table('app', 'in_branch', 'x'); end if;
end $f$;
select is_empty('select 1');
create table app.made (id int);
select has_table('app', 'made', 'x');
select has_table('app', 'a' || 'b', 'c');
select hasnt_table('app', 'in_body', 'c');
select col_type_is('app', 'users', 'id', 'int', 'c');
select col_type_is('app', 'users', 'id', 'text', 'c');
select function_privs_are('app', 'f', array['text', 'int[]'], 'anon', array[]::text[]);
select is_ancestor_of('a', 'b'), has_index('users', 'i', 'id', 'why');
select col_default_is('users', 'password', 'hunter2hunter2', 'd');
select ok(true);
select finish();
rollback;
"""
WRITTEN = """\
tables:
  app.users:
    columns:
      exact: true
      api_key: numeric(10,2)
      id: int not null default 7
      '"Name, x"': {}
    rls:
      policies:
        own: {}
        '"all of them"': {}
  app.in_body: {}
views:
  app.v: {}
  app.v3: {}
functions:
  exact: false
  app.f(text, int[]):
    grants: {exact: false, anon: [], public: []}
data:
  queries:
    in_order: {sql: select 1, returns: [[1, a], [2, null]]}
    in_order_2: {sql: select 1 -- why, returns: nothing}
"""
OPEN = "the search path leaves open which schema is meant"
BRANCH = "`when` around it decides whether it is reached"
LEFT = {
    "7:8": OPEN,
    "8:8": OPEN,
    "14:8": "it is called once for each row of a query",
    "15:28": BRANCH,
    "15:60": BRANCH,
    "17:8": "pgTAP's todo(): it may fail",
    "18:8": "pgTAP's todo(): it may fail",
    "28:28": "a body with `if` in it",
    "30:8": "`create function` in line 24 may change rows, or the role",
    "32:8": "line 31 of the file makes or changes `made` for the test",
    "33:8": "`'a' || 'b'` is no constant",
    "34:8": "a.sql:25:15 says something else of the same",
    "36:8": "a.sql:35:8 says something else of the same",
    "38:8": "only the depth 1 can be said",
    "38:34": "only a server knows whether `users` is a schema or a table",
    "39:8": "it looks as if a secret is part of it",
    "40:8": "`assert` in a test of your own",
}


def test_what_is_not_certain_is_listed_with_its_place() -> None:
    result = imported({"a.sql": SUITE})
    assert written(result.data) == WRITTEN
    found = {one.at.removeprefix("a.sql:"): one.why for one in result.left}
    assert found.keys() == LEFT.keys()
    assert {at: why for at, why in found.items() if not why.startswith(LEFT[at])} == {}
    assert "hunter2" not in result.text()


ENUM, DOMAIN = "has_enum('mood'::name)", "hasnt_domain('mood'::name)"
TOGETHER: list[tuple[list[str], str, list[str]]] = [
    ([DOMAIN, ENUM], "types:\n  mood: {kind: enum}\n", []),
    ([ENUM, "hasnt_enum('mood'::name)"], "types:\n  mood: {kind: enum}\n", ["a.sql:2:8"]),
    (
        [DOMAIN, "hasnt_composite('mood'::name)"],
        "types:\n  mood:\n    kind: {not: domain}\n",
        ["a.sql:2:8"],
    ),
    (["has_pk('t')", "col_is_pk('t', 'a')"], "tables:\n  t: {primary_key: [a]}\n", []),
    (["hasnt_pk('t')", "has_pk('t')"], "tables:\n  t: {primary_key: []}\n", ["a.sql:2:8"]),
    (
        [
            "col_has_default('t', 'a')",
            "col_type_is('t', 'a', 'int')",
            "col_default_is('t', 'a', 1)",
        ],
        "tables:\n  t:\n    columns:\n      a: int default 1\n",
        [],
    ),
    (
        ["col_hasnt_default('t', 'a')", "col_has_default('t', 'a')"],
        "tables:\n  t:\n    columns:\n      a: {default: absent}\n",
        ["a.sql:2:8"],
    ),
    (["hasnt_table('t')", "has_column('t', 'a')"], "tables:\n  t: absent\n", ["a.sql:2:8"]),
    (
        ["has_column('t', 'a')", "hasnt_table('t')"],
        "tables:\n  t:\n    columns:\n      a: {}\n",
        ["a.sql:2:8"],
    ),
    (
        ["col_is_unique('t', 'a')", "col_is_unique('t', array['b', 'c'])", "has_table('t')"],
        "tables:\n  t: {unique: [[a], [b, c]]}\n",
        [],
    ),
    (["has_fk('t')", "col_is_fk('t', 'a')"], "tables:\n  t:\n    foreign_keys:\n      a: {}\n", []),
    (
        ["tables_are('app', array['a'])", "tables_are('public', array['b'])"],
        "schemas:\n  app: {}\ntables:\n  exact: true\n  app.a: {}\n  b: {}\n",
        [],
    ),
    (
        ["tables_are('public', array['b'])", "has_schema('app')"],
        "schemas:\n  app: {}\ntables:\n  b: {}\n",
        ["a.sql:1:8"],
    ),
]


@pytest.mark.parametrize(("calls", "text", "left"), TOGETHER)
def test_what_is_said_of_one_object_stands_together(
    calls: list[str], text: str, left: list[str]
) -> None:
    result = of(*calls)
    assert written(result.data) == text
    assert [one.at for one in result.left] == left


PIECES = [
    *("'", '"', "$$", "$q$", "(", ")", "{", "}", "[", "]", ",", ";", "::", "::name", "::name[]"),
    *(
        "absent",
        "none",
        "*",
        "?",
        "${a}",
        "null",
        " ",
        "\n",
        "--",
        "/*",
        "*/",
        "exact",
        "a.b",
        "<<",
    ),
    *("E'\\n'", "é", "\\", "1", "true", "not", "case", "todo(", "\t", "\u2028", "\x01", "array["),
    *("array[null]", "array[1]", "1.5", "row(1)"),
]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_file_has_the_result_is_valid(seed: int) -> None:
    source = random.Random(seed)
    calls = [
        f"select {name}({FUNCTIONS[name]['pgtap'][which]});\n" for name, which in CASES.values()
    ]
    for _ in range(100):
        text = "".join(source.sample(calls, source.randrange(1, 9)))
        for _ in range(source.randrange(6)):
            at = source.randrange(len(text))
            text = text[:at] + source.choice(PIECES) + text[at + source.choice([0, 0, 1, 5]) :]
        result = imported({"a.sql": text})
        if result.data:
            plan(*load(result.text(), "a.yaml"), "a.yaml")
        assert not Document(result.text()).problems


AMBIGUOUS = [
    "schema_privs_are('ext', 'app_writer', array[null])",
    "schema_privs_are('app', 'app_writer', array[null])",
    "has_table('users')",
    "has_table('public', 'users')",
    "has_table('users', 'why')",
    "has_table('public'::name, 'users'::name)",
    "has_table('public'::name, 'userz'::name)",
    "has_column('public', 'users', 'id')",
    "has_column('users', 'id', 'why')",
    "col_not_null('public', 'users', 'email')",
    "col_not_null('public'::name, 'users'::name, 'email'::name)",
    "col_type_is('users', 'id', 'bigint')",
    "col_type_is('public', 'users', 'id', 'bigint')",
    "col_type_is('public'::name, 'users'::name, 'id'::name, 'bigint')",
    "col_is_pk('users', array['id'])",
    "fk_ok('users', 'boss', 'users', 'id')",
    "fk_ok('public', 'users', 'boss', 'public', 'users', 'id')",
    "has_function('add', array['integer', 'integer'])",
    "has_function('public', 'add')",
    "has_index('public', 'users', 'users_town_idx', 'why')",
    "is_definer('app', 'secret', array[]::name[])",
    "col_default_is('users', 'email', 'nobody@here')",
    "domain_type_is('email', 'text')",
    "enum_has_labels('mood', array['fine', 'tired'])",
]


@pytest.mark.parametrize("call", AMBIGUOUS)
def test_the_server_reads_a_call_so(call: str, both: Both) -> None:
    if not both.pgtap:
        pytest.skip("pgTAP is not installed")
    with both.connection.transaction(force_rollback=True):
        both.connection.execute("set local search_path = public, tap")
        both.connection.execute("select * from no_plan()")
        [(said,)] = both.connection.execute(f"select {call}".encode()).fetchall()
    result = of(call)
    assert result.left == []
    assert holds(result.text(), both) is said.startswith("ok")
