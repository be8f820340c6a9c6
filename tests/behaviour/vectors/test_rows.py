"""Rows that searches are tried with: somebody's, as many as are needed, with keys of their own."""

import pytest

from pytest_schemaverify.databases import Server
from tests.pages import Case, built, told

FILE = """
database: {platform: supabase, extensions: {vector: {schema: extensions}}}
migrations: {directory: migrations}
vectors:
  columns:
    passages.v:
      distance: cosine
      search: {function: search, limit: k, at_most: 30, only_visible: true}
"""
SEARCH = """
create index on passages using hnsw (v extensions.vector_cosine_ops);
create function search(q extensions.vector, k int default 5) returns setof passages
language sql stable set search_path = public, extensions
as 'select * from passages order by v <=> q limit least(k, 30)';
"""
OWN = (
    "create policy own on {} to authenticated using ({}); alter table {} enable row level security;"
)


def _own(table: str, condition: str) -> str:
    return OWN.format(table, condition, table)


LIBRARY = """
create table libraries (id int generated always as identity primary key, owner uuid not null
  references auth.users);
""" + _own("libraries", "owner = (select auth.uid())")
THROUGH = "exists (select from {} p where p.id = {})"
TWO_STEPS = (
    LIBRARY
    + "create table books (id int primary key, library_id int references libraries);"
    + _own("books", THROUGH.format("libraries", "library_id"))
    + "create table passages (id int primary key, book_id int references books,"
    " v extensions.vector(3));" + _own("passages", THROUGH.format("books", "book_id"))
)
MEMBERS = """
create table crews (id int generated always as identity primary key, name text not null);
create table sailors (crew_id int references crews, sailor uuid references auth.users,
  primary key (crew_id, sailor));
""" + _own("sailors", "sailor = (select auth.uid())")
ABOARD = "{} in (select crew_id from sailors where sailor = (select auth.uid()))"
SCHEMAS = {
    "a key of two columns": "create table passages (reader uuid references auth.users,"
    " number int, v extensions.vector(3), primary key (reader, number));"
    + _own("passages", "reader = (select auth.uid())"),
    "rows of crews with members": MEMBERS
    + "create table passages (id int primary key, crew_id int not null references crews,"
    " v extensions.vector(3));" + _own("passages", ABOARD.format("crew_id")),
    "what hangs below rows of crews, with two keys": MEMBERS
    + "create table books (crew_id int references crews, number int,"
    " primary key (crew_id, number));"
    + _own("books", ABOARD.format("crew_id"))
    + "create table passages (crew_id int, book int, page int, v extensions.vector(3),"
    " primary key (crew_id, book, page), foreign key (crew_id, book) references books);"
    + _own("passages", "(crew_id, book) in (select crew_id, number from books)"),
    "one parent for each row": LIBRARY
    + "create table passages (library_id int primary key references libraries,"
    " v extensions.vector(3));"
    + _own("passages", THROUGH.format("libraries", "library_id")),
    "two steps, that may be NULL": TWO_STEPS,
    "parents that know a row in turn": TWO_STEPS
    + "alter table books add best int references passages;",
    "one parent for each owner": LIBRARY
    + "alter table libraries add unique (owner);"
    + "create table passages (id int primary key, library_id int not null references libraries,"
    " v extensions.vector(3));"
    + _own("passages", THROUGH.format("libraries", "library_id")),
    "rows that are there, with the next numbers": LIBRARY
    + "create table passages (id int primary key, library_id int references libraries,"
    " v extensions.vector(3));"
    "insert into passages select i, null, array[1, 2, i] from generate_series(1, 2500) as i;"
    + _own("passages", THROUGH.format("libraries", "library_id")),
}  # fmt: skip


def _said(server: Server, migration: str, file: str = FILE) -> list[str]:
    results = built(Case("", yaml=file, files={"migrations/001_passages.sql": migration}), server)
    assert not any(one.skipped for one in results)
    return [text for one in results if (text := told([one]))]


@pytest.fixture(autouse=True)
def _fit(available: set[str]) -> None:
    if "vector" not in available:
        pytest.skip("the server has no vector")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_rows_are_made_for_somebody(schema: str, server: Server) -> None:
    assert _said(server, schema + SEARCH) == []


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_limit_that_is_not_used_is_seen_by_its_owner(schema: str, server: Server) -> None:
    wrong = SEARCH.replace("least(k, 30)", "k").replace(
        "select * from passages", "select * from passages where auth.uid() is not null"
    )
    [said] = _said(server, schema + wrong)
    assert "at most 30 rows with k => 31" in said


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_rows_of_others_are_told(schema: str, server: Server) -> None:
    [said] = _said(server, schema + SEARCH.replace("stable", "stable security definer"))
    assert "search::only_visible" in said
    assert "only rows that alice can read in public.passages" in said


def test_columns_that_tell_rows_apart_are_named(server: Server) -> None:
    schema = (
        "create table passages (reader uuid references auth.users, number int not null,"
        " v extensions.vector(3));" + _own("passages", "reader = (select auth.uid())") + SEARCH
    )
    [*said] = _said(server, schema)
    assert all("it has no primary key" in one for one in said)
    assert said
    assert _said(server, schema, FILE.replace("limit: k", "limit: k, key: [reader, number]")) == []
    [told, *_] = _said(server, schema, FILE.replace("limit: k", "limit: k, key: reader"))
    assert "several have the same reader" in told


def test_whose_rows_are_is_read_from_the_file(server: Server) -> None:
    schema = """
        create table libraries (id int primary key, reader text not null);
        create table passages (id int primary key, library_id int references libraries,
          v extensions.vector(3));
    """ + _own("libraries", "reader = current_setting('app.reader')")
    schema += _own("passages", THROUGH.format("libraries", "library_id"))
    file = (
        FILE
        + """
access:
  identities:
    ann: {role: authenticated, settings: {app.reader: ann}}
    ben: {role: authenticated, settings: {app.reader: ben}}
  tables: {libraries: {owner: {column: reader, setting: app.reader}, ann: {select: own}}}
"""
    )
    assert _said(server, schema + SEARCH, file) == []
