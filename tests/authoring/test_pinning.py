"""How much a file pins is counted by hand here, and what is missing is pasted and pins it all."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from pytest_schemaverify.authoring.coverage.pasting import snippets
from pytest_schemaverify.authoring.coverage.pinning import Coverage, coverage
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.authoring.writing.draft import Wishes, drafted
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.kinds.entries import Depth
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

from .changing import example

ROOT = Path(__file__).parents[2]
SQL = """\
create table notes (
  id bigint primary key,
  owner uuid not null,
  title text not null default '-',
  tags text[]
);
comment on table notes is 'What people wrote';
alter table notes enable row level security;
create policy notes_own on notes for select using (owner = current_setting('app.user')::uuid);
create index notes_owner_idx on notes (owner);
grant select on notes to public;
grant insert on notes to pg_monitor;
create table plain (id bigint);
create table keyed (id bigint constraint by_id primary key);
create view titles as select title from notes;
create function own() returns bigint language sql security definer set search_path = ''
  as 'select count(*) from public.notes';
revoke execute on function own() from public;
create function two() returns integer language sql as 'select 2';
alter default privileges for role postgres in schema public grant select on tables to pg_monitor;
alter default privileges for role postgres in schema public grant usage on types to pg_monitor;
"""
NOTHING = "unmanaged: {tables: warn}"
"""A file must expect something; this says nothing of any object."""
Of = Callable[[str], Verification]


@pytest.fixture
def of(database: Dsn) -> Iterator[Of]:
    """Return the verification of a text on a database with some of everything."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(SQL.encode())
    with ExitStack() as stack:
        yield lambda text: stack.enter_context(verified(text, database))


@contextmanager
def verified(text: str, dsn: Dsn) -> Iterator[Verification]:
    one = Verification(Path("e.yaml"), "e.yaml", Config(dsn=dsn), text=f"version: 1\n{text}")
    one.database.prepare(refused)
    try:
        yield one
    finally:
        one.database.close()


def refused(wish: object) -> Server:
    raise AssertionError("no server is needed for a database that exists")


def pinned(one: Verification, *kinds: str) -> Coverage:
    return coverage(one.results.facts, kinds)


def counted(found: Coverage) -> dict[str, tuple[int, int]]:
    return {kind: (one.said, one.there) for kind, one in found.kinds().items()}


def levels(found: Coverage) -> dict[str, str]:
    return {f"{one.kind} {one.object}": one.level for one in found.objects}


def merged(data: Any, more: Any) -> Any:
    """Return entries with others put into them, as a person pastes them."""
    if isinstance(data, dict) and isinstance(more, dict):
        return data | {key: merged(data.get(key), value) for key, value in more.items()}
    return more


def test_a_file_that_says_nothing_pins_nothing(of: Of) -> None:
    found = pinned(of(NOTHING))
    assert {kind: there for kind, (_, there) in counted(found).items() if kind != "schemas"} == {
        "policies": 4,  # its name, select, public, using
        "rls": 1,  # that of `plain` is off
        "grants": 4,  # of the schema, two of notes, and that nobody may call own()
        "default_privileges": 2,  # the role, and the schema
        "tables": 4 + 3,  # notes, its key, its comment, plain; keyed, columns and name of its key
        "columns": 3 + 3 + 4 + 2 + 2 + 3,  # of the tables; those of a view are its query
        "indexes": 3,
        "views": 2,
        # name, returns, language, text; of own() the rights and the search path, too
        "functions": 4 + 6,
    }
    assert found.whole.percent == 0
    assert {*levels(found).values()} == {"nothing"}


@pytest.mark.parametrize(
    ("entry", "level", "said"),
    [
        ("{}", "nothing", 0),
        ("{title: {}}", "named", 1),
        ("{title: {nullable: false}}", "named", 2),
        ("{title: text not null}", "attributes", 3),
        ("{title: {type: text, default: \"'-'\"}}", "named", 3),
        ("{title: text not null default '-'}", "expressions", 4),
        ("{title: {type: {one_of: [text, varchar]}, nullable: false}}", "attributes", 3),
        ("{'t*': text not null default '-', title: {}}", "expressions", 4),
        ("{'ti*': text not null, title: {default: \"'-'\"}}", "expressions", 4),
        ("{any: {each: [title, owner], nullable: false}}", "named", 2),
    ],
)
def test_an_object_is_said_by_the_keys_of_all_entries_that_name_it(
    of: Of, entry: str, level: str, said: int
) -> None:
    [title] = [
        one
        for one in pinned(of(f"tables: {{notes: {{columns: {entry}}}}}"), "columns").objects
        if one.object == "public.notes.title"
    ]
    assert (title.level, title.said, title.there) == (level, said, 4)


def test_security_counts_double_and_comes_first(of: Of) -> None:
    one = of("tables: {notes: {rls: true, grants: {public: [select]}}}\nfunctions: {own(): {}}")
    found = pinned(one)
    assert [*found.kinds()][:3] == ["policies", "rls", "grants"]
    there = sum(of for _, of in counted(found).values())
    double = 4 + 1 + 4 + 2 + 6
    # rls, the grant, the name of own(); and the name of notes, which counts once
    assert (found.whole.weighed, found.whole.weight) == (3 * 2 + 1, there + double)
    assert [unsaid.key for unsaid in found.missing][:3] == ["policies", "schemas", "grants"]


def test_roles_of_privileges_are_counted_one_by_one(of: Of) -> None:
    assert levels(pinned(of("tables: {notes: {grants: {public: [insert]}}}"), "grants")) == {
        "grants public: public": "nothing",
        "grants public.notes: pg_monitor": "nothing",
        "grants public.notes: public": "expressions",
        "grants public.own: public": "nothing",
    }


def test_what_has_no_rows_of_its_own_is_not_missing(of: Of) -> None:
    """Row-level security that is off is nothing to pin, as other values that are the usual ones."""
    found = pinned(of("tables: {plain: {columns: {id: bigint}}, notes: absent}"), "rls", "columns")
    assert "rls public.plain" not in levels(found)
    assert levels(found)["columns public.plain.id"] == "expressions"
    assert levels(found)["rls public.notes"] == "nothing"


@pytest.mark.parametrize("depth", ["names", "shape", "all"])
def test_what_init_writes_pins_as_much_as_it_is_deep(of: Of, depth: Depth) -> None:
    draft = drafted(of(NOTHING), Wishes(Chosen(), depth))
    found = pinned(of(draft.text.partition("version: 1\n")[2]))
    if depth == "all":
        assert (found.whole.percent, found.missing) == (100, [])
        return
    assert 0 < found.whole.percent < 100
    unnamed = {one.kind for one in found.objects if one.level == "nothing"}
    assert unnamed == UNNAMED[depth]
    if depth == "shape":
        assert {one.key for one in found.missing} == {"default", "using", "definition", "body"}


UNNAMED = {
    "names": {"columns", "default_privileges", "grants", "indexes", "policies", "rls"},
    "shape": set[str](),
}
"""Kinds of which a file of a depth names nothing."""


@pytest.mark.parametrize(
    "text",
    [
        NOTHING,
        "tables: {notes: {}}",
        'tables: {"n*": {columns: {id: bigint not null}, rls: true}}',
        "tables: {any: {each: [notes, plain], columns: {id: bigint}}}",
        "tables: {public.notes: {columns: {title: text}, grants: {public: [select]}}}",
        "tables: {keyed: {primary_key: [id]}}",
        "default_privileges: {postgres: {in: {public: {tables: {pg_monitor: [select]}}}}}",
        "functions: {two: {}, own(): {security: definer}}\nviews: {titles: {}}",
    ],
)
def test_all_that_is_missing_can_be_pasted_holds_and_pins_everything(of: Of, text: str) -> None:
    one = of(text)
    before = pinned(one)
    missing, notes = snippets(before, one)
    assert notes == []
    data, last = yaml.safe_load(text), before.whole.weighed
    for snippet in missing:
        data = merged(data, yaml.safe_load(snippet.yaml))
        after = of(yaml.safe_dump(data))
        weighed = pinned(after).whole.weighed
        assert weighed > last, snippet.yaml
        last = weighed
    results = [after.results.of(planned) for planned in after.contract.planned]
    assert [str(result) for result in results if not result.passed] == []
    assert pinned(after).whole.percent == 100


def test_the_worked_example_says_less_than_all_and_what_it_lacks_holds(server: Server) -> None:
    example = Verification(ROOT / "expectations.yaml", "expectations.yaml", Config())
    example.database.prepare(lambda _: server)
    try:
        found = pinned(example)
        assert 50 <= found.whole.percent < 60
        assert found.left_out["schemas"] == 13
        missing, notes = snippets(found, example)
        assert notes == []
        assert {one.kind for one in missing} >= {"policies", "grants", "tables", "functions"}
    finally:
        example.database.close()


@pytest.fixture(scope="module")
def everything(server: Server) -> Iterator[Dsn]:
    """The worked example with an object of each kind."""
    with example(server) as one:
        yield one.dsn


def test_of_every_kind_all_that_is_missing_can_be_pasted(everything: Dsn) -> None:
    head = "database: {platform: supabase}\n"
    with verified(f"{head}{NOTHING}", everything) as one:
        before = pinned(one)
        missing, notes = snippets(before, one)
        data = yaml.safe_load(head)
        for snippet in missing:
            data = merged(data, snippet.data)
    with verified(written(data), everything) as after:
        found = pinned(after)
        assert (notes, [one.key for one in found.missing]) == ([], [])
        assert (before.whole.percent, found.whole.percent) == (0, 100)
        results = [after.results.of(planned) for planned in after.contract.planned]
        assert [one.planned.name for one in results if not one.passed] == []
        assert {one.kind for one in found.objects} >= {"operators", "casts", "publications"}


def test_what_init_writes_of_every_kind_pins_all_of_it(everything: Dsn) -> None:
    head = {"database": {"platform": "supabase"}}
    with verified(NOTHING, everything) as one:
        text = drafted(one, Wishes(Chosen("supabase"), head=head)).text
    with verified(text.partition("version: 1\n")[2], everything) as after:
        found = pinned(after)
        assert [(one.subject, one.key, one.name) for one in found.missing] == []
        assert found.whole.percent == 100
