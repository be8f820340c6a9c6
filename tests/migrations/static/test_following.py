"""The files are followed in their order: definitions, names, losses and locks."""

from pathlib import Path

import pytest

from tests.migrations.static.reading import ASKS, analysed

TABLE = "create table t (id int primary key, a text, v vector(3));\n"


def test_a_conflict_names_both_places(tmp_path: Path) -> None:
    found = analysed(tmp_path, TABLE, "\n  create table if not exists t (id int);")
    (conflict,) = found.conflicts
    assert conflict.first.short == "001_a.sql:1:14"
    assert conflict.second.short == "002_b.sql:2:3"
    assert [part for part, _, _ in conflict.differences] == ["id", "a", "v"]


@pytest.mark.parametrize(
    "between",
    [
        "drop table t;",
        "drop table if exists public.t cascade;",
        "alter table t rename to u;",
        "create schema s; alter table t set schema s;",
        "drop schema public cascade;",
        "do $$ begin drop table t; end $$;",
        "do $$ begin execute 'drop table t'; end $$;",
    ],
)
def test_what_went_away_may_be_made_again(tmp_path: Path, between: str) -> None:
    assert analysed(tmp_path, TABLE, between, "create table t (other int);").conflicts == []


def test_what_a_block_moves_by_names_that_it_lists_may_be_gone(tmp_path: Path) -> None:
    block = """do $$ declare one text; begin
  foreach one in array '{t, u}'::text[] loop
    execute format('alter table %I set schema old', one);
  end loop;
end $$;"""
    again = "create table t (other int);" + BODY.format("perform 1 from t, u;")
    found = analysed(tmp_path, TABLE + "create table u (id int);", block, again)
    assert found.conflicts == []
    assert found.dangling == []
    assert [one.reason for one in found.unchecked] == [
        "u: made or moved, if at all, by the block at 002_b.sql:1:1"
    ]


@pytest.mark.parametrize(("body", "right"), ASKS)
def test_a_table_that_is_asked_for_may_be_missing(tmp_path: Path, body: str, right: bool) -> None:
    dynamic = "execute '" in body
    body = "declare a bool; begin " + body.format("delete from public.extra" + ";" * (not dynamic))
    made = f"create function f() returns void language plpgsql as $f$ {body} end $f$;"
    assert (analysed(tmp_path, made).dangling == []) is right


@pytest.mark.parametrize(
    ("statement", "stays"),
    [
        ("drop table staging.%I", True),
        ('drop table if exists "staging".%I cascade', True),
        ("drop function if exists staging.%I(int)", True),
        ("alter table only staging.%I set schema old", True),
        ("drop table public.%I", False),
        ("drop table %I", False),
        ("drop table %I.%I", False),
        ("drop table staging.%I, public.%I", False),
        ("drop schema %I", False),
        ("drop table staging.%I; drop table %I", False),
    ],
)
def test_a_block_that_names_a_schema_takes_nothing_of_others(
    tmp_path: Path, statement: str, stays: bool
) -> None:
    block = f"""do $$ declare one text; begin
  for one in select relname from pg_class where relname ~ '^(t|u)_' loop
    execute format('{statement}', one);
  end loop;
end $$;"""
    again = "create table t (other int);" + BODY.format("perform 1 from u;")
    found = analysed(tmp_path, TABLE + "create table u (id int);", block, again)
    assert bool(found.conflicts) is stays
    assert (found.unchecked == []) is stays


@pytest.mark.parametrize(
    "made",
    [
        "create table other partition of t default;",
        "create table other ();",
        "create table other of some_type;",
        "create table other () inherits (t);",
        "create foreign table other (id bigint) server warehouse;",
    ],
)
def test_a_table_of_any_form_is_followed(tmp_path: Path, made: str) -> None:
    found = analysed(tmp_path, TABLE, made, "create table other (own uuid);" + made)
    assert {conflict.name for conflict in found.conflicts} <= {"public.other"}
    assert found.unread == []


@pytest.mark.parametrize(("dropped", "conflicts"), [("a", 0), ("v", 0), ("id", 1), ("other", 1)])
def test_an_index_goes_with_its_columns(tmp_path: Path, dropped: str, conflicts: int) -> None:
    table = "create table t (id int, a text, v int, other int);"
    index = "create index i on t (lower(a)) where v > 3;"
    again = f"alter table t drop column {dropped}; create index if not exists i on t (id);"
    assert len(analysed(tmp_path, table, index, again).conflicts) == conflicts


@pytest.mark.parametrize(("made", "conflicts"), [("", 0), ("if not exists", 2)])
def test_what_was_made_before_its_table_is_not_there(
    tmp_path: Path, made: str, conflicts: int
) -> None:
    early = "create index i on later (id); create policy p on later using (true);"
    table = f"create table {made} later (id int);"
    again = "create index i on later (a); create policy p on later using (false);"
    assert len(analysed(tmp_path, early, table, again).conflicts) == conflicts


def test_a_vector_of_a_partition_is_that_of_its_parent(tmp_path: Path) -> None:
    parted = "create table p (k int, v vector(3)) partition by range (k);"
    part = "create table p1 partition of p default; create table q (k int, v vector(4));"
    found = analysed(tmp_path, parted, part, "alter table p alter column v type vector(5);")
    assert [(one.subject, one.dimensions) for one in found.vectors] == [
        ("public.q.v", 4),
        ("public.p.v", 5),
    ]


def test_views_go_with_what_they_read(tmp_path: Path) -> None:
    views = "create view v as select * from t; create materialized view w as select * from v;"
    again = "drop table t cascade; create table t (id int); create view v as select 1 as one;"
    assert analysed(tmp_path, TABLE, views, again).conflicts == []


@pytest.mark.parametrize(
    ("body", "conflicts"),
    [
        ("begin {} exception when others then {} end;", 0),
        ("begin {} exception when others then null; end; {}", 1),
        ("begin null; exception when duplicate_table then {} when others then {} end;", 0),
        ("begin null; exception when others then {} {} end;", 1),
        ("if a then {} else {} end if;", 0),
        ("if a then {} elsif b then {} end if;", 0),
        ("if a then null; elsif b then {} elsif c then {} end if;", 0),
        ("if a then {} {} end if;", 1),
        ("if a then {} end if; if b then {} end if;", 1),
        ("case when a then {} when b then {} end case;", 0),
        ("case when a then null; else {} {} end case;", 1),
        ("if a then\n  begin\n {}\n  end;\nelse\n  while b loop\n{}\n  end loop;\nend if;", 0),
        ("while a loop {} end loop; {}", 1),
        ("if a then execute $x${}$x$; else {} end if;", 0),
        ("if a then execute $x${}$x$; {} end if;", 1),
    ],
)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("create index if not exists i on t (a);", "create index if not exists i on t (v);"),
        ("create table if not exists u (a int);", "create table if not exists u (a text);"),
        ("create type u as enum ('x');", "create type u as enum ('y');"),
        (
            "alter table t add column if not exists u int;",
            "alter table t add if not exists u text;",
        ),
    ],
)
def test_statements_of_which_one_takes_effect_do_not_conflict(
    tmp_path: Path, body: str, conflicts: int, one: str, other: str
) -> None:
    block = f"do $$ begin {body.format(one, other)} end $$;"
    found = analysed(tmp_path, TABLE, block)
    assert (len(found.conflicts), found.unread) == (conflicts, [])


def test_a_branch_conflicts_with_an_earlier_file(tmp_path: Path) -> None:
    block = (
        "do $$ begin if a then create table t (b int); else create table t (c int); end if; end $$;"
    )
    assert len(analysed(tmp_path, TABLE, block).conflicts) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a timestamptz default now()", "a timestamptz default current_timestamp"),
        ("a jsonb default '{}'", "a jsonb default '{}'::jsonb"),
        ("a uuid default gen_random_uuid()", "a uuid default pg_catalog.gen_random_uuid()"),
        ("a int not null, primary key (a)", "a int primary key"),
        ("a int8", "a bigint"),
        ("a extensions.vector(3)", "a vector(3)"),
    ],
)
def test_the_same_spelled_differently_is_no_conflict(
    tmp_path: Path, first: str, second: str
) -> None:
    found = analysed(
        tmp_path, f"create table t ({first});", f"create table if not exists t ({second});"
    )
    assert found.conflicts == []


BODY = "create function f() returns void language plpgsql as $f$ begin {} end $f$;"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("perform 1 from missing;", ("table", "missing")),
        ("insert into t (b) values (1);", ("column", "t.b")),
        ("update t set b = 1;", ("column", "t.b")),
        ("perform x.b from t as x;", ("column", "t.b")),
        ("perform public.missing(1);", ("function", "public.missing")),
        ("perform missing(1);", ("function", "missing")),
        ("if exists (select 1 from missing) then null; end if;", ("table", "missing")),
        ("for i in 1 .. (select count(*) from missing) loop null; end loop;", ("table", "missing")),
        ("execute 'delete from missing';", ("table", "missing")),
        ("delete from t using missing where true;", ("table", "missing")),
        ("perform id, b from t;", ("column", "t.b")),
        ("perform 1 from t where id = 1 and b > 2;", ("column", "t.b")),
        ("delete from t where b = 1;", ("column", "t.b")),
        ("update t set a = b where id = 1;", ("column", "t.b")),
        ("insert into t (id, a) select id, v_a from (select x.id from t x) s;", ("column", "v_a")),
        ("perform 1 from t join (select id as n from t) u on id = n and m = 1;", ("column", "m")),
        ("perform m from (select id as n from t) c;", ("column", "m")),
        ("perform (select max(u.id + b) from t u) from t;", ("column", "b")),
        ("insert into t (id) values (1) on conflict (id) do update set a = b;", ("column", "b")),
        (
            "return; exception when others then insert into missing values (1);",
            ("table", "missing"),
        ),
    ],
)
def test_a_name_in_a_body_that_nothing_answers_to(
    tmp_path: Path, statement: str, named: tuple[str, str]
) -> None:
    text = TABLE + BODY.format(statement)
    (dangling,) = analysed(tmp_path, text).dangling
    assert (dangling.kind, dangling.name) == named
    offset = dangling.place.offset
    assert text[offset:].startswith((named[1], named[1].rpartition(".")[2], "x.b"))


@pytest.mark.parametrize(
    "statement",
    [
        "with missing as (select 1 as a) delete from t using missing where t.id = missing.a;",
        "create temp table missing (id int); insert into missing values (1);",
        "perform x.id, x.ctid, excluded_rows.a from t x, t excluded_rows;",
        "insert into t (id) values (1) on conflict (id) do update set a = excluded.a;",
        "perform now(), gen_random_uuid(), auth.uid(), jsonb_build_object('a', 1);",
        "perform 1 from auth.users, storage.objects, pg_catalog.pg_class, pg_stat_activity;",
        "perform (jsonb_each(to_jsonb(x))).key from t x;",
        "perform id, a, v, ctid, t, i, r, old_a, sqlerrm from t;",
        "perform a as b from t group by b order by b;",
        "perform b from t, unnest(array[1]) as b;",
        "perform b, key from t, jsonb_each('{}') as j (key, b);",
        "perform b from (select * from t) u;",
        "perform b from (values (1)) as u (b);",
        "perform b from t join lateral (select id as b from auth.users) u on true;",
        "with recursive w as (select id, 1 as b from t union all select id, b + 1 from w)"
        " select count(b) into i from w;",
        "perform 1 from t as u (b, c, d) where b = 1;",
        "perform n from (select count(*) as n, lower(a) from t group by 2) s where lower > 'a';",
        "update t set a = i.b from (select 1 as b) i where id = 1; delete from t where id = i;",
        "insert into t (id, a) values (i, old_a) returning id into i;",
        "select id into i from t for update of t; perform 1 from t x for update of x skip locked;",
        "perform extract(epoch from now()), position('a' in a), current_date from t;",
    ],
)
def test_a_body_whose_names_are_all_there(tmp_path: Path, statement: str) -> None:
    declared = "declare i int; old_a text; r record; begin"
    found = analysed(tmp_path, TABLE + BODY.format(statement).replace("begin", declared, 1))
    assert (found.dangling, found.unchecked, found.unread) == ([], [], [])


TRIGGER = """create function f() returns trigger language plpgsql as $$
begin {} return new; end $$;
create trigger g before update on t for each row execute function f();
"""


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("new.b := 1;", "new.b"),
        ("NEW.b = now();", "NEW.b"),
        ("new.a := old.b;", "old.b"),
        ("if new.a is distinct from old.b then null; end if;", "old.b"),
        ("update t set a = 'x' where id = new.b;", "new.b"),
        ("perform 1 from t where t.id = (select max(id) from t where a = old.b);", "old.b"),
        ("new.id := 1;", ""),
        ("new.a := lower(old.a); perform to_jsonb(new), row_to_json(old);", ""),
    ],
)
def test_what_a_trigger_s_function_calls_new_and_old_is_a_row_of_its_table(
    tmp_path: Path, statement: str, written: str
) -> None:
    text = TABLE + TRIGGER.format(statement)
    found = analysed(tmp_path, text).dangling
    assert [(one.kind, one.name) for one in found] == ([("column", "t.b")] if written else [])
    assert not found or text[found[0].place.offset :].startswith(written)


def test_a_function_for_triggers_of_several_tables_may_name_what_one_of_them_has(
    tmp_path: Path,
) -> None:
    text = TABLE + TRIGGER.format("new.b := new.c;")
    second = "create table u (b int);\ncreate trigger h before insert on u execute function f();"
    assert [one.name for one in analysed(tmp_path, text, second).dangling] == ["new.c"]


def test_the_condition_of_a_trigger_and_a_policy_and_a_view_are_read(tmp_path: Path) -> None:
    text = """create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger g before update on t for each row when (old.b is null) execute function f();
create policy p on t using (b = 1);
create view v as select id, b from t;
"""
    found = analysed(tmp_path, TABLE, text).dangling
    assert [(one.name, one.place.short) for one in found] == [
        ("t.b", "002_b.sql:2:56"),
        ("t.b", "002_b.sql:3:29"),
        ("t.b", "002_b.sql:4:29"),
    ]


def test_types_of_other_schemas_do_not_keep_a_body_from_being_read(tmp_path: Path) -> None:
    text = """create schema app; create table app.t (id int);
create function f(a app.kind, b public.kinds[]) returns setof app.t language plpgsql as $$
declare
  one app.t%rowtype;
  two app.kind := 'x';
begin
  select * into one from app.t;
  one.id := 3;
  perform 1 from app.missing;
end $$;"""
    found = analysed(tmp_path, text)
    assert [d.name for d in found.dangling] == ["app.missing"]
    assert found.unchecked == []
    assert found.dangling[0].place.short == "001_a.sql:9:18"


@pytest.mark.parametrize(
    ("made", "name", "there"),
    [
        ("create aggregate public.g(text) (sfunc = f, stype = text);", "public.g", True),
        ("create aggregate g(text) (sfunc = f, stype = text);", "g", True),
        ("create aggregate h(text) (sfunc = f, stype = text); drop aggregate h(text);", "h", False),
        ("create aggregate h(text) (sfunc = f, stype = text);"
         "alter aggregate h(text) rename to g;", "public.g", True),
        ("create aggregate h(text) (sfunc = f, stype = text);"
         "alter aggregate h(text) rename to g;", "public.h", False),
        ("create schema s; create aggregate g(text) (sfunc = f, stype = text);"
         "alter aggregate g(text) set schema s;", "s.g", True),
        ("create schema s create table k (id int);"
         "create aggregate s.g(text) (sfunc = f, stype = text);", "public.g", False),
        ("create type public.g as (a text);", "public.g", True),
        ("create domain public.g as text;", "public.g", True),
    ],
)  # fmt: skip
def test_what_is_called_like_a_function_may_be_something_else(
    tmp_path: Path, made: str, name: str, there: bool
) -> None:
    found = analysed(tmp_path, TABLE + made, f"create view v as select {name}(a) from t;").dangling
    assert [one.name for one in found] == ([] if there else [name])


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        ("create schema app create table u (id int) create view w as select id from u;", "app.v"),
        ("import foreign schema x limit to (u, w) from server s into app;", ""),
        ("create schema app; import foreign schema x limit to (u, w) from server s into app;",
         "app.v"),
        ("create schema app; import foreign schema x from server s into app;", ""),
    ],
)  # fmt: skip
def test_tables_that_another_statement_brings(tmp_path: Path, made: str, missing: str) -> None:
    view = "create view a as select u.id from app.u; create view b as select 1 from app.w, app.v;"
    found = analysed(tmp_path, made, view).dangling
    assert [one.name for one in found] == ([missing] if missing else [])


def test_a_partition_has_what_its_parent_gets_later(tmp_path: Path) -> None:
    parted = "create table p (id int, k int) partition by range (k);"
    part = "create table p1 partition of p for values from (0) to (9); create table q (k int);"
    change = "alter table p add column more int; alter table p rename column id to no;"
    view = "create view v as select p1.no, p1.more from p1; create view w as select p1.id from p1;"
    found = analysed(tmp_path, parted, part, change, view).dangling
    assert [one.name for one in found] == ["p1.id"]
    attach = "alter table p attach partition q for values from (9) to (12);"
    detach = "alter table p detach partition q; alter table p drop column more;"
    last = "create view x as select q.more from q; create view y as select p.more from p;"
    found = analysed(tmp_path, parted, part, attach, change, detach, last).dangling
    assert [one.name for one in found] == ["p.more"]


def test_a_function_that_was_replaced_or_dropped_is_not_read(tmp_path: Path) -> None:
    bad = BODY.format("perform 1 from missing;")
    good = bad.replace("create", "create or replace").replace("missing", "t")
    assert analysed(tmp_path, TABLE + bad, good).dangling == []
    assert analysed(tmp_path, TABLE + bad, "drop function f();").dangling == []


def test_what_cannot_be_parsed_is_named_with_its_place(tmp_path: Path) -> None:
    found = analysed(tmp_path, TABLE + "select 'ä';\nalter tabel t add b int;\n\\ir less.sql\n")
    places = [(one.place.short, one.reason) for one in found.unread]
    assert places == [
        ("001_a.sql:3:7", 'syntax error at or near "tabel"'),
        ("001_a.sql:4:1", "there is no file less.sql"),
    ]


def test_an_included_file_is_read_as_a_part_of_the_one_that_includes_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "tables.psql").write_text(TABLE + "\\ir more.psql\n")
    (tmp_path / "parts" / "more.psql").write_text(
        "create view w as select b from t;\n\\i more.psql"
    )
    first = "\\i parts/tables.psql\ncreate index on t (a);\ndrop table t;"
    again = "\\set x 1\n\\i parts/tables.psql\n"
    found = analysed(tmp_path, first, again)
    assert (found.locks, found.destructive) == ([], []), "the table is made by the same file"
    assert [str(one.place).rpartition("/")[2] for one in found.dangling] == ["more.psql:1:25"] * 2
    assert {one.reason for one in found.unread} == {"more.psql includes itself"}
    limited = found.limited({tmp_path / "002_b.sql"})
    assert len(limited.dangling) == 1
    assert len(found.limited({tmp_path / "parts" / "more.psql"}).dangling) == 2


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("drop table t;", "drop table"),
        ("alter table t drop column a;", "drop column"),
        ("truncate t;", "truncate"),
        ("delete from t;", "delete without where"),
        ("delete from t where true;", "delete without where"),
        ("update t set a = '';", "update without where"),
        ("alter table t alter a type varchar(3);", "narrower type"),
        ("drop schema public cascade;", "drop schema"),
        ("do $$ begin if true then drop table t; end if; end $$;", "drop table"),
    ],
)
def test_a_loss(tmp_path: Path, statement: str, what: str) -> None:
    (hazard,) = analysed(tmp_path, TABLE, statement).destructive
    assert (hazard.what, hazard.approved) == (what, False)


WITH_MORE = "create table j (id int, n int, a text[], g int generated always as (id + 1) stored);"


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("update j set n = coalesce(n, 0);", ""),
        ("update j set n = coalesce(j.n, 0), id = id;", ""),
        ("update j set n = case when n is null and id > 3 then 0 else n end;", ""),
        ("update j set (n, id) = (coalesce(n, 0), id);", ""),
        ("update j set g = default;", ""),
        ("alter table j drop column g;", ""),
        ("alter table j drop column if exists g, alter column n type bigint;", ""),
        ("update j set n = coalesce(0, n);", "n"),
        ("update j set n = n + 1;", "n"),
        ("update j set n = nullif(n, 0);", "n"),
        ("update j set n = coalesce(n, 0), id = 1;", "id"),
        ("update j set n = case when n is null then 0 end;", "n"),
        ("update j set n = case when id > 3 then 0 else n end;", "n"),
        ("update j set n = case when n is null or id > 3 then 0 else n end;", "n"),
        ("update j set (n, id) = (select 1, 2);", "n, id"),
        ("update j set a[1] = a;", "a"),
        ("update j set n = default;", "n"),
        ("alter table j drop column n;", "public.j.n"),
    ],
)
def test_what_keeps_every_value_is_no_loss(tmp_path: Path, statement: str, lost: str) -> None:
    found = analysed(tmp_path, WITH_MORE, statement).destructive
    said = [f"{one.object} {one.effect}" for one in found]
    assert len(said) == bool(lost)
    assert not lost or lost in said[0]


def test_a_column_that_was_generated_once_holds_what_nothing_else_does(tmp_path: Path) -> None:
    ordinary = "alter table j alter column g drop expression;"
    found = analysed(tmp_path, WITH_MORE, ordinary, "alter table j drop column g;").destructive
    assert [one.object for one in found] == ["public.j.g"]


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("-- schemaverify: approved it is empty\ndrop table t;", True),
        ("drop table t; -- schemaverify: approved it is empty", True),
        ("drop table t -- schemaverify: approved it is empty\n;", True),
        ("-- schemaverify: approved it is empty\n-- and old\ndrop table t;", True),
        ("-- schemaverify: approved it is empty\n\ndrop table t;", False),
        ("-- schemaverify: approved\ndrop table t;", False),
        ("select 1; -- schemaverify: approved it is empty\ndrop table t;", False),
    ],
)
def test_an_approval_is_for_the_statement_beside_it(
    tmp_path: Path, text: str, approved: bool
) -> None:
    (hazard,) = analysed(tmp_path, TABLE, text).destructive
    assert hazard.approved is approved


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("create index on t (a);", "create index"),
        ("create index concurrently on t (a);", ""),
        ("alter table t add b int default 1;", "add column with a default"),
        ("alter table t add b int default random();", "add column that differs in every row"),
        ("alter table t add b bigserial;", "add column that differs in every row"),
        ("alter table t add b int;", ""),
        ("alter table t add b int not null;", "add column not null without default"),
        ("alter table t alter a set not null;", "set not null"),
        ("alter table t alter id set not null;", ""),
        ("alter table t alter a type varchar;", ""),
        ("alter table t alter v type vector;", ""),
        ("alter table t alter id type bigint;", "type integer to bigint"),
        ("alter table t add check (a > '');", "add check constraint"),
        ("alter table t add check (a > '') not valid;", ""),
        ("alter table t add foreign key (id) references t;", "add foreign key"),
        ("alter table t add unique (a);", "add unique constraint"),
        ("alter table t add constraint u unique using index i;", ""),
        ("alter table t rename to u;", "rename table"),
        ("alter table t rename a to b;", "rename column"),
        ("vacuum full t;", "vacuum full"),
        ("vacuum t;", ""),
        ("cluster t using i;", "cluster"),
        ("reindex table t;", "reindex"),
        ("reindex table concurrently t;", ""),
        ("lock table t;", "lock table"),
        ("create table u (id int); create index on u (id); alter table u rename to w;", ""),
        ("create table u (id int); vacuum full u; cluster u using i; reindex table u;", ""),
        ("create table u (id int); vacuum (full) u, t;", "vacuum full"),
        ("vacuum full;", "vacuum full"),
        ("lock table t in share mode;", "lock table"),
        ("lock table t in row exclusive mode;", ""),
        ("alter table t add constraint n not null a;", "set not null"),
        ("alter table t add constraint n not null a not valid;", ""),
        ("alter table t add constraint n not null id;", ""),
        ("alter table t set logged;", ""),
        (
            "alter table t set unlogged;",
            "alter table … set logged, unlogged, tablespace or access method",
        ),
        ("alter table t alter a set expression as ('x');", "set expression"),
    ],
)
def test_a_lock(tmp_path: Path, statement: str, what: str) -> None:
    found = analysed(tmp_path, TABLE, statement).locks
    assert [hazard.what for hazard in found] == ([what] if what else [])


@pytest.mark.parametrize(
    ("guarded", "what"),
    [
        ("create index i on t (a);", ""),
        ("create index j on t (a);", "create index"),
        ("create index j on t (a) where b > 3;", ""),
        ("alter table t add constraint f foreign key (id) references t;", ""),
        ("alter table t add constraint c check (a > '');", ""),
        ("alter table t add constraint d check (a > '');", "add check constraint"),
        ("alter table t add constraint t_pkey primary key (id);", ""),
        ("alter table t add column a text default random();", ""),
        (
            "alter table t add column d text default random();",
            "add column that differs in every row",
        ),
    ],
)
def test_a_condition_sees_to_it_that_nothing_is_made_twice(
    tmp_path: Path, guarded: str, what: str
) -> None:
    before = """create index i on t (a); alter table t add constraint c check (a <> 'x');
        alter table t add constraint f foreign key (id) references t;"""
    block = f"do $$ begin if not exists (select from pg_class) then {guarded} end if; end $$;"
    found = analysed(tmp_path, TABLE + before, block).locks
    assert [hazard.what for hazard in found] == ([what] if what else [])


@pytest.mark.parametrize("kind", ["constraint", "index", "column"])
def test_what_a_block_drops_by_dynamic_sql_it_makes_anew(tmp_path: Path, kind: str) -> None:
    made = {
        "constraint": "alter table t add constraint c check (a > '');",
        "index": "create index c on t (a);",
        "column": "alter table t add column c uuid default gen_random_uuid();",
    }
    dynamic = f"execute format('alter table t drop {kind} %I', 'c');"
    block = f"do $$ begin {dynamic} {made[kind]} end $$;"
    assert len(analysed(tmp_path, TABLE + made[kind], block).locks) == 1
    assert analysed(tmp_path, TABLE + made[kind], block.replace(dynamic, "")).locks == []


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        ("alter domain d add constraint c check (value > 0);", ["public.one.a", "public.two.b"]),
        ("alter domain e set not null;", ["public.two.b"]),
        ("alter domain d validate constraint c;", ["public.one.a", "public.two.b"]),
        ("alter domain d add constraint c check (value > 0) not valid;", []),
        ("alter domain d drop not null;", []),
        ("alter domain f add check (value > 0);", []),
        ("create domain g as int; create table h (i g); alter domain g set not null;", []),
    ],
)
def test_a_constraint_of_a_domain_is_one_of_each_table_that_uses_it(
    tmp_path: Path, statement: str, columns: list[str]
) -> None:
    before = "create domain d as int; create domain e as d; create domain f as int;"
    tables = "create table one (id int, a d); create table two (b e); create table three (c int);"
    found = analysed(tmp_path, before + tables, statement).locks
    assert [hazard.object for hazard in found] == columns


@pytest.mark.parametrize(
    ("before", "fails"),
    [
        ("delete from t;", 0),
        ("truncate t;", 0),
        ("truncate u, t;", 0),
        ("delete from t where true;", 0),
        ("delete from t where id > 3;", 1),
        ("delete from t using u where t.id = u.id;", 1),
        ("delete from u;", 1),
        ("delete from t; insert into t (id) values (1);", 1),
        ("do $$ begin if a then delete from t; end if; end $$;", 1),
        ("delete from t; copy (select 1) to stdout;", 0),
        ("", 1),
    ],
)
def test_an_empty_table_takes_a_column_that_must_not_be_null(
    tmp_path: Path, before: str, fails: int
) -> None:
    both = TABLE + "create table u (id int);"
    add = "alter table t add column b int not null;"
    assert len(analysed(tmp_path, both, before + add).locks) == fails
    assert len(analysed(tmp_path, both, before or "select 1;", add).locks) == 1


def test_a_new_column_of_an_old_table_is_written_anew_with_it(tmp_path: Path) -> None:
    text = "alter table t add column b text;\nalter table t alter column b type int using b::int;"
    assert [one.what for one in analysed(tmp_path, TABLE, text).locks] == ["type text to integer"]
    assert analysed(tmp_path, TABLE + text).locks == []


def test_a_validated_check_makes_not_null_cheap_from_12_on(tmp_path: Path) -> None:
    check = "alter table t add constraint c check (a is not null) not valid;"
    then = "alter table t validate constraint c;"
    (hazard,) = analysed(tmp_path, TABLE, check, then, "alter table t alter a set not null;").locks
    assert hazard.below == 12
