"""What is found out from a project's files: where they are, and what they need so that they apply.

`tests/data/projects/` has small projects as the tools leave them, with the SQL that they write.
"""

import re
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_schemaverify import databases
from pytest_schemaverify.authoring.detection.project import Project, found_in
from pytest_schemaverify.authoring.detection.tools import TOOLS
from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import ConfigError, MigrationFailed
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.rehearsal.build import build
from pytest_schemaverify.rehearsal.checks.migrations import ignored
from pytest_schemaverify.rehearsal.files import find_files
from pytest_schemaverify.rehearsal.recipe import recipe
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.settings.config import Config

ROOT = Path(__file__).parent.parent.parent
PROJECTS = ROOT / "tests" / "data" / "projects"
PAGE = (ROOT / "docs" / "guides" / "orm.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Write = Callable[[dict[str, str]], Path]

_numbers = count(1)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the files of a project, and work in its folder."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return write


@pytest.fixture
def applied(server: Server) -> Iterator[Callable[[Project, Path], Target]]:
    """Build a disposable database of a project with the settings that were found out."""
    names: list[str] = []

    def applied(project: Project, folder: Path) -> Target:
        spec, _ = load(yaml.safe_dump(project.settings(folder)), "expectations.yaml")
        name = f"authoring_{next(_numbers)}"
        names.extend((name, f"{name}_verified"))
        files = find_files(spec, folder, Config())
        assert files.forward
        return build(server, recipe(spec, files, folder), name)

    yield applied
    for name in names:
        databases.drop(server, name)


def said(project: Project, start: str = "") -> list[str]:
    return [str(fact) for fact in project.facts if fact.said.startswith(start)]


def message(folder: str = ".") -> str:
    with pytest.raises(ConfigError) as raised:
        found_in(Path(folder))
    return str(raised.value)


# The projects of the tools, and their page.


def blocks(tool: str) -> dict[str, str]:
    return dict(BLOCK.findall(SECTIONS[tool]))


@pytest.mark.parametrize("tool", [tool.name for tool in TOOLS])
def test_the_page_shows_what_is_found_out(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PROJECTS / tool.lower()
    monkeypatch.chdir(folder)
    project = found_in(Path())
    assert "\n".join(said(project)) + "\n" == blocks(tool)["text"]
    assert project.settings(folder) == yaml.safe_load(blocks(tool)["yaml"])


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_page_has_the_commands_of_the_error(tool: Any) -> None:
    assert blocks(tool.name)["sh"] == tool.commands


# The project of Prisma has migrations, and its commands are for one that has none.
@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool.name != "Prisma"])
def test_what_the_commands_leave_is_where_they_say(tool: Any) -> None:
    *_, last = tool.commands.splitlines()
    folder = PROJECTS / tool.name.lower()
    named = found_in(folder / last.removeprefix("schemaverify init --migrations "))
    assert named.settings(folder) == found_in(folder).settings(folder)


TABLES = {
    "Alembic": {"alembic_version", "authors", "notes"},
    "Django": {"django_content_type", "orders_customer", "orders_order"},
    "Drizzle": {"comments", "posts"},
    "Prisma": {"Post", "User"},
    "Rails": {"ar_internal_metadata", "articles", "schema_migrations", "users"},
}

NEEDED = {"Alembic": {"citext"}, "Rails": {"citext"}}
"""Extensions that the files create themselves."""


@pytest.mark.parametrize("tool", TABLES)
def test_the_files_apply_with_what_is_found_out(
    tool: str, available: set[str], applied: Callable[[Project, Path], Target]
) -> None:
    folder = PROJECTS / tool.lower()
    project = found_in(folder)
    if (
        lacking := {
            *(one.extension for one in project.extensions),
            *(("citext",) if tool != "Drizzle" else ()),
        }
        - available
    ):
        pytest.skip(f"the server lacks {', '.join(lacking)}")
    target = applied(project, folder)
    assert target.failure == ""
    assert {name for schema, name in target.catalog.families["tables"]} == TABLES[tool]


def test_the_worked_example_is_seen_through(
    monkeypatch: pytest.MonkeyPatch, applied: Callable[[Project, Path], Target]
) -> None:
    monkeypatch.chdir(ROOT)
    project = found_in(Path())
    migrations = project.settings(ROOT)["migrations"]
    assert migrations == {
        "directory": "migrations",
        "before": ["legacy"],
        "rollback": ["005_rollback_to_v2.sql"],
        "ignored": {"cleanup/*": "in a folder of its own, which is not run with the migrations"},
    }
    assert project.platform == "supabase"
    assert applied(project, ROOT).failure == ""


# Where the files are.


TABLE = "create table users (id int primary key);\n"


@pytest.mark.parametrize(
    "path",
    [
        "supabase/migrations/20240101120000_init.sql",
        "prisma/migrations/20240101120000_init/migration.sql",
        "drizzle/0000_init.sql",
        "db/migrations/001_init.sql",
        "migrations/committed/000001.sql",
        "src/main/resources/db/migration/V1__init.sql",
        "apps/api/migrations/001_init.sql",
        "packages/db/src/migrations/001_init.sql",
        "db/structure.sql",
        "sql/0001_all.sql",
        "001_init.sql",
        "tables.sql",
    ],
)
def test_the_usual_places_are_known(write: Write, path: str) -> None:
    write({path: TABLE, "node_modules/thing/migrations/001_x.sql": TABLE, "README.md": "# Us\n"})
    assert [str(one) for one in found_in(Path()).apply] == [path]


def test_a_folder_of_migrations_counts_more_than_the_whole_schema(write: Write) -> None:
    write({"db/migrations/001_init.sql": TABLE, "db/schema.sql": TABLE, "dump.sql": TABLE})
    assert found_in(Path()).settings(Path()) == {"migrations": {"directory": "db/migrations"}}


def test_a_file_stands_for_itself(write: Write) -> None:
    write({"db/schema.sql": TABLE, "db/other.sql": "broken;", "db/views/a.sql": "broken;"})
    project = found_in(Path("db/schema.sql"))
    assert project.settings(Path())["migrations"] == {
        "directory": "db",
        "apply": ["schema.sql"],
        "ignored": {"views/*": "in a folder of its own, which is not run with the migrations"},
    }
    assert [one.path.name for one in project.apply] == ["schema.sql"]


def test_where_runners_enter_folders_the_files_are_in_the_innermost(write: Write) -> None:
    folder = "service/src/resources/V"
    write({f"{folder}/V1__a.sql": TABLE, f"{folder}/more/V2__b.sql": TABLE, "seed.sql": "x;"})
    assert found_in(Path()).settings(Path())["migrations"]["directory"] == folder


# What is beside them.


def test_every_file_that_is_not_applied_is_ignored_with_a_reason(write: Write) -> None:
    write({
        "migrations/001_users.sql": TABLE,
        "migrations/seed.sql": "insert into users values (1);",
        "migrations/notes_[old].sql": "select 1;",
        "migrations/archive/1.sql": TABLE,
        "migrations/archive/more/2.sql": TABLE,
        "migrations/README.md": "# Us\n",
    })  # fmt: skip
    project = found_in(Path())
    assert project.ignored == {
        "archive/*": "in a folder of its own, which is not run with the migrations",
        "notes_[[]old].sql": "not one of the migrations by its name",
        "seed.sql": "rows for developers",
    }
    assert said(project, "ignored: seed") == ["ignored: seed.sql (rows for developers)"]
    assert findings(project) == []


def findings(project: Project) -> list[str]:
    """Return the files that the check of ignored files would tell, with these settings."""
    spec, _ = load(yaml.safe_dump(project.settings(Path())), "expectations.yaml")
    files = find_files(spec, Path(), Config())
    return [str(finding) for finding in ignored.check(dict(project.ignored), files)]


def test_the_check_of_ignored_files_is_content_with_the_state_before(write: Write) -> None:
    write({
        "migrations/001_email.sql": "alter table users add email text;",
        "migrations/base/01_users.sql": TABLE,
        "migrations/base/notes.sql": "select 1;",
        "migrations/base/deeper/1.sql": "select 1;",
        "migrations/tables.sql": "create table notes (id int);",
        "migrations/002_notes_down.sql": "drop table notes;",
        "migrations/002_notes.sql": "insert into notes values (1);",
    })  # fmt: skip
    project = found_in(Path())
    assert project.before == ("base", "tables.sql")
    assert set(project.ignored) == {"base/notes.sql", "base/deeper/1.sql"}
    assert findings(project) == []


def test_the_state_before_is_what_the_migrations_need_and_do_not_create(write: Write) -> None:
    write({
        "migrations/001_email.sql": "\nalter table public.users add email text;",
        "migrations/base/01_users.sql": TABLE,
        "migrations/base/02_notes.sql": "create table notes (id int);",
        "migrations/other/1_x.sql": "create table x (id int);",
    })  # fmt: skip
    project = found_in(Path())
    assert project.before == ("base",)
    assert said(project, "state before") == [
        "state before: migrations/base, 2 files "
        "(it creates users, which migrations/001_email.sql:2 needs)"
    ]
    assert set(project.ignored) == {"other/*"}


def test_a_folder_whose_tables_the_migrations_create_is_not_the_state_before(write: Write) -> None:
    squashed = {"migrations/1_all.sql": f"{TABLE}alter table users add email text;"}
    write(squashed | {"migrations/old/1_users.sql": TABLE})
    assert found_in(Path()).before == ()


@pytest.mark.parametrize(
    ("names", "back"),
    [
        (["001_a.sql", "002_rollback.sql"], ["002_rollback.sql"]),
        (["001_a.sql", "001_a_down.sql", "002_b.sql"], ["001_a_down.sql"]),
        (["001_a_up.sql", "001_a_down.sql"], ["001_a_down.sql"]),
        (["001_a.sql", "002_rollback_of_x.sql", "003_b.sql"], []),
        (["20240101120000_a.sql", "20250101120000_revert_a.sql"], []),
        (["001_a.sql", "002_downloads.sql"], []),
        (["001_a.up.sql", "001_a.down.sql"], []),
    ],
)
def test_ways_back_are_told_from_steps_forward(
    write: Write, names: list[str], back: list[str]
) -> None:
    write({f"migrations/{name}": TABLE for name in names})
    project = found_in(Path())
    assert list(project.rollback) == back
    assert [f"rollback: {name} (it leads back, by its name)" for name in back] == [
        one for one in said(project, "rollback") if "leads back" in one
    ]


def test_ways_back_of_the_layout_are_said(write: Write) -> None:
    write({"migrations/1_a.up.sql": TABLE, "migrations/1_a.down.sql": "drop table users;"})
    assert said(found_in(Path()), "rollback") == [
        "rollback: 1 of 1 migrations (migrations/1_a.down.sql)"
    ]


# What is long, or no SQL.


@pytest.mark.parametrize("word", ["exists ", "as $$ ", "a.", "create table if not ", "(", "'"])
def test_the_time_grows_with_the_length_alone(write: Write, word: str) -> None:
    write({"migrations/001_a.sql": word * 20_000})
    begun = time.monotonic()
    assert found_in(Path()).extensions == ()
    assert time.monotonic() - begun < 5


# The platform.


@pytest.mark.parametrize(
    ("sql", "evidence"),
    [
        ("create policy p on t using (auth.uid() = id);", "uses auth.uid()"),
        ("create table t (id uuid references\r\n  auth.users);", ":2 uses auth.users"),
        ('create table t (id uuid references "auth"."users");', "uses auth.users"),
        ("grant select on t to authenticated;", "uses the role authenticated"),
        ("create policy p on storage.objects using (true);", "uses storage.objects"),
        ("create function f() returns uuid as $$ select auth.uid() $$ language sql;",
         "uses auth.uid()"),
        ("do $$ begin\n  null; grant usage on schema s to anon; end $$;", ":2 uses the role anon"),
    ],
)  # fmt: skip
def test_supabase_is_known_by_what_the_files_use(write: Write, sql: str, evidence: str) -> None:
    write({"migrations/001_a.sql": sql})
    project = found_in(Path())
    assert project.platform == "supabase"
    assert evidence in said(project, "platform")[0]


@pytest.mark.parametrize(
    "sql",
    [
        "-- auth.uid()\nselect 'auth.uid()', $$ auth.uid() $$; /* auth.users */",
        "comment on table t is 'grant it to authenticated';",
        "create role anon; grant select on t to anon;",
        "do $$ begin create role anon; end $$; grant select on t to anon;",
        "create schema auth; create table auth.users (id int); select * from auth.users;",
        "create table if not exists auth.users (id int);",
        "create table t (anon boolean, authenticated boolean);",
        "select auth.id, auth.role from accounts auth;",
        "copy t (a) from stdin;\nauth.users\n\\.\n",
        "\\echo auth.users\nselect 1;",
    ],
)
def test_what_only_looks_like_supabase_is_not(write: Write, sql: str) -> None:
    write({"migrations/001_a.sql": sql})
    assert said(found_in(Path()), "platform") == [
        "platform: postgres (no file uses what only Supabase has)"
    ]


def test_supabase_is_known_by_its_configuration(write: Write) -> None:
    write({"supabase/config.toml": "", "supabase/migrations/1_a.sql": TABLE})
    told = ["platform: supabase (there is supabase/config.toml)"]
    assert said(found_in(Path()), "platform") == told
    assert said(found_in(Path("supabase/migrations")), "platform") == told


def test_supabase_is_known_by_the_folder(write: Write) -> None:
    write({"supabase/migrations/1_a.sql": TABLE})
    told = ["platform: supabase (the folder is called supabase/migrations)"]
    assert said(found_in(Path()), "platform") == told


# The seed.


@pytest.mark.parametrize(
    ("config", "seeds"),
    [
        (None, ["supabase/seed.sql"]),
        ("", ["supabase/seed.sql"]),
        ("[db.seed]\nenabled = true\n", ["supabase/seed.sql"]),
        ("[db.seed]\nenabled = false\n", []),
        ('[db.seed]\nsql_paths = ["./seeds/*.sql", "./none.sql"]', ["supabase/seeds/*.sql"]),
        ('[db.seed]\nsql_paths = ["../db/rows.sql", "seed.sql"]',
         ["db/rows.sql", "supabase/seed.sql"]),
        ("[db.seed\n", []),
    ],
)  # fmt: skip
def test_the_seed_of_supabase_is_found(write: Write, config: str | None, seeds: list[str]) -> None:
    write({
        "supabase/migrations/1_a.sql": TABLE, "supabase/seed.sql": "select 1;",
        "supabase/seeds/b.sql": "select 1;", "db/rows.sql": "select 1;",
        **({} if config is None else {"supabase/config.toml": config}),
    })  # fmt: skip
    project = found_in(Path())
    migrations = project.settings(Path())["migrations"]
    assert migrations.get("seed", {}).get("after", []) == seeds
    assert said(project, "seed") == [
        f"seed: {s} (Supabase's CLI runs it after them)" for s in seeds
    ]
    assert project.settings(Path("tests"))["migrations"].get("seed", {}).get("after", []) == [
        f"../{one}" for one in seeds
    ]


@pytest.mark.parametrize("folder", ["supabase", "db"])
def test_a_seed_is_only_supabases(write: Write, folder: str) -> None:
    files = {f"{folder}/migrations/1_a.sql": TABLE}
    if folder == "db":
        files["db/seed.sql"] = "select 1;"
    write(files)
    assert said(found_in(Path()), "seed") == []


def test_a_seed_follows_the_migrations_that_were_found(
    write: Write, applied: Callable[[Project, Path], Target]
) -> None:
    top = write({
        "supabase/migrations/1_a.sql": TABLE, "supabase/seed.sql": "insert into users values (1);",
    })  # fmt: skip
    target = applied(found_in(Path()), top)
    assert target.failure == ""
    with databases.connect(target.dsn) as connection:
        assert connection.execute("select id from users").fetchall() == [(1,)]


# Extensions.


def test_the_sign_of_a_number_is_no_signature(write: Write) -> None:
    write({"migrations/001_a.sql": "select sign(greatest(1, 2)), sign(-1);"})
    assert found_in(Path()).extensions == ()


@pytest.mark.parametrize(
    ("sql", "extensions"),
    [
        ("create table t (e vector(3));", {"vector": ""}),
        ("create table t (e public.vector(3));", {"vector": "public"}),
        ("create function f(e vector, n int) returns int language sql as 'select 1';",
         {"vector": ""}),
        ("select '[1]'::vector;", {"vector": ""}),
        ("create index on t using hnsw (e vector_cosine_ops);", {"vector": ""}),
        ("create table t (e CITEXT not null);", {"citext": ""}),
        ("create table t (id uuid default uuid_generate_v4());", {"uuid-ossp": ""}),
        ("create function f() returns trigger language plpgsql as $$ begin\n"
         "new.h = crypt(new.p, gen_salt('bf')); return new; end $$;", {"pgcrypto": ""}),
        ("create index on t using gin (name gin_trgm_ops);", {"pg_trgm": ""}),
        ("select sign(claims(1, 2), 'key'), sign(-1);", {"pgjwt": ""}),
        ("select cron.schedule('a', '* * * * *', 'select 1');", {"pg_cron": ""}),
        ("create extension pg_graphql with schema graphql;", {"pg_graphql": "graphql"}),
    ],
)  # fmt: skip
def test_extensions_are_known_by_what_the_files_use(
    write: Write, sql: str, extensions: dict[str, str]
) -> None:
    write({"migrations/001_a.sql": sql})
    project = found_in(Path())
    assert {one.extension: one.schema for one in project.extensions} == extensions
    assert "(migrations/001_a.sql:" in said(project, "extension")[0]


@pytest.mark.parametrize(
    "sql",
    [
        "create extension if not exists vector; create table t (e vector(3));",
        'create table t (id uuid default uuid_generate_v4()); create extension "uuid-ossp";',
        "do $$ begin create extension vector; end $$; create table t (e vector(3));",
        "create domain citext as text; create table t (e citext);",
        "create function similarity(a int, b int) returns int language sql as 'select 1';"
        "select similarity(1, 2);",
        "create table t (vector int); select vector from t order by vector;",
        "alter table t add vector text; alter table t drop column vector;"
        "alter table t rename column vector to citext;",
        "select t.vector, cube from t; select digest from t;",
        "-- vector(3)\nselect 'crypt(a)';",
        "create schema graphql; create extension pg_graphql with schema graphql;",
    ],
)
def test_what_only_looks_like_an_extension_is_not(write: Write, sql: str) -> None:
    write({"migrations/001_a.sql": sql})
    assert found_in(Path()).extensions == ()


def test_what_the_platform_brings_need_not_be_said(write: Write) -> None:
    sql = "grant select on t to anon; select uuid_generate_v4(), gen_salt('bf'), unaccent('a');"
    write({"supabase/migrations/1_a.sql": sql})
    assert [one.extension for one in found_in(Path()).extensions] == ["unaccent"]


# Where there is nothing to begin with.


SOURCES = {
    "Alembic": {"alembic.ini": "[alembic]\n", "alembic/versions/1_a.py": '\ndown_revision = "0"\n'},
    "Django": {
        "manage.py": "import django\n",
        "shop/migrations/0001_initial.py": "from django.db import x\n",
    },
    "Rails": {"db/schema.rb": "ActiveRecord::Schema.define\n", "db/migrate/1_a.rb": "x\n"},
    "Prisma": {"prisma/schema.prisma": "model User {}\n", "prisma/migrations/README.md": ""},
    "Drizzle": {"drizzle.config.ts": "export default {}\n", "src/schema.ts": ""},
}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_without_sql_is_told_with_its_commands(write: Write, tool: Any) -> None:
    write(SOURCES[tool.name])
    told = message()
    assert told.startswith("looking for migrations in .\n  because there is no SQL; ")
    assert f"{tool.name} is used (" in told
    for line in tool.commands.splitlines():
        assert f"          {line}\n" in f"{told}\n"
    title = PAGE.splitlines()[0][2:]
    assert told.endswith(f'the guide "{title}" has a `migrations.command` for it')
    assert re.search(rf"^### {tool.name}\n", PAGE, re.MULTILINE)


def test_a_tool_is_shown_with_file_and_line(write: Write) -> None:
    write(SOURCES["Alembic"])
    assert "(alembic/versions/1_a.py:2)" in message()
    assert "(alembic/versions/1_a.py:2)" in message("alembic")
    assert "(alembic/versions/1_a.py:2)" in message("alembic/versions")


def test_several_folders_are_named_with_what_to_type(write: Write) -> None:
    write({"drizzle/0000_a.sql": TABLE, "supabase/migrations/1_a.sql": TABLE})
    assert message() == (
        "looking for migrations in .\n"
        "  because there are several folders of them: supabase/migrations, drizzle\n"
        "  do      say which one builds the database:\n"
        "          schemaverify init --migrations supabase/migrations\n"
        "          schemaverify init --migrations drizzle"
    )


def test_of_many_folders_a_few_are_named(write: Write) -> None:
    write({f"apps/a{number}/migrations/1_a.sql": TABLE for number in range(7)})
    told = message()
    assert "apps/a4/migrations and 2 more\n" in told
    assert told.count("schemaverify init") == 5


def test_one_folder_by_two_names_is_one(write: Write) -> None:
    folder = write({"drizzle/0000_a.sql": TABLE})
    (folder / "supabase").mkdir()
    (folder / "supabase" / "migrations").symlink_to("../drizzle")
    assert found_in(Path()).directory == folder / "drizzle"


def test_an_empty_folder_is_told(write: Write) -> None:
    write({})
    told = message()
    assert "because the folder is empty, or it cannot be listed" in told
    assert "schemaverify init --dsn DSN" in told


def test_a_folder_without_sql_says_what_is_in_it(write: Write) -> None:
    write({"db/a.js": "", "db/b/c.js": "", "db/.git/c": "", "db/.env": ""})
    assert "there is no folder with .sql files: there are b/, a.js" in message("db")


def test_a_supabase_project_without_migrations_says_how_to_get_them(write: Write) -> None:
    write({"supabase/config.toml": "", "src/app.ts": ""})
    assert message() == (
        "looking for migrations in .\n"
        "  because there is no SQL; Supabase is used (supabase/config.toml), and "
        "supabase/migrations has no migration\n"
        "  do      let Supabase write SQL, and begin with that:\n"
        "          supabase link\n"
        "          supabase db pull\n"
        "          schemaverify init\n"
        "          or begin with a database: schemaverify init --dsn DSN"
    )


@pytest.mark.parametrize(
    ("name", "because", "remedy"),
    [
        ("migration", "there is no such folder", "did you mean migrations?"),
        ("notes.txt", "it is a file", "name a folder, or a file of SQL"),
    ],
)
def test_a_folder_that_is_not_there_is_told(
    write: Write, name: str, because: str, remedy: str
) -> None:
    write({"migrations/1_a.sql": TABLE, "notes.txt": ""})
    told = message(name)
    assert because in told
    assert remedy in told


def test_a_file_that_cannot_be_read_is_told_with_its_place(write: Write) -> None:
    folder = write({"migrations/1_a.sql": ""})
    (folder / "migrations" / "1_a.sql").write_bytes(b"select 1;\n\xff")
    with pytest.raises(MigrationFailed, match=r"1_a\.sql:2:1"):
        found_in(Path())
