"""Bodies in PL/pgSQL with types of every kind, read without a database."""

from pathlib import Path

import pytest

from tests.migrations.static.reading import analysed

VALID = (Path(__file__).parents[2] / "data/valid_bodies.sql").read_text(encoding="utf-8")
SCHEMA = """
create schema app;
create type app.state as enum ('open');
create table app.jobs (id int primary key, name text, state app.state, tags text[]);
"""


def test_every_idiom_is_read_and_names_what_is_there(tmp_path: Path) -> None:
    found = analysed(tmp_path, VALID)
    assert [(str(one.place), one.reason) for one in found.unread] == []
    assert [(str(one.place), one.reason) for one in found.unchecked] == []
    assert [(str(one.place), one.name) for one in found.dangling] == []


@pytest.mark.parametrize(
    ("head", "body", "wrong"),
    [
        # Two variables are filled, one of which has a type of another schema.
        ("returns text", "declare n text; s app.state; begin"
         " select j.name, j.{} into n, s from app.jobs j; return n; end", "stat"),
        # What stands behind the sign is a query, whatever it names.
        ("returns text", "declare r app.jobs = r from app.{} r where id = 1; begin"
         " return r.name; end", "job"),
        ("returns text", "declare r app.jobs := (select j from app.{} j); begin"
         " return r.name; end", "job"),
        # The places in an array are expressions.
        ("returns text[]", "declare a text[]; begin"
         " a[(select count(j.{}) from app.jobs j)] := 'x'; return a; end", "nam"),
        ("returns text[]", "declare a text[]; begin a[{}(a)] := 'x'; return a; end", "lengthy"),
        ("returns text[]", "declare a text[]; begin"
         " a[1] = (select {} from app.jobs); return a; end",
         "nam"),
        # Rows, arguments and results of types of another schema.
        ("returns app.jobs", "declare r app.jobs; begin"
         " r.tags[1] := (select {} from app.jobs); return r; end", "nam"),
        ("returns setof app.jobs", "declare r app.jobs%rowtype; begin"
         " for r in select * from app.{} loop return next r; end loop; end", "job"),
        ("returns table (id int, s app.state)", "begin"
         " return query select j.id, j.{} from app.jobs j; end", "stat"),
        ("returns trigger", "declare s app.state; begin"
         " select j.name, j.{} into new.name, s from app.jobs j; return new; end", "stat"),
    ],
)  # fmt: skip
def test_a_name_beside_a_type_of_another_schema_is_still_looked_up(
    tmp_path: Path, head: str, body: str, wrong: str
) -> None:
    made = f"create function f(job app.jobs) {head} language plpgsql as $$ {body} $$;"
    (found,) = analysed(tmp_path, SCHEMA + made.replace("{}", wrong)).dangling
    assert wrong in found.name
    line = (SCHEMA + made).count("\n") + 1
    assert found.place.short.startswith(f"001_a.sql:{line}:")


@pytest.mark.parametrize(
    "declared", ["x", "x constant", ";", "c cursor (a int,, b int) for select 1"]
)
def test_a_declaration_that_is_none_is_told_and_harms_nobody(tmp_path: Path, declared: str) -> None:
    body = f"declare {declared}; begin return 1; end"
    found = analysed(tmp_path, f"create function f() returns int language plpgsql as '{body}';")
    assert len(found.unchecked) == 1
