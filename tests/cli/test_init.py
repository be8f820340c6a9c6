"""`schemaverify init` writes a file that holds at once, and says what is not good yet."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn, connect
from tests.projects import surroundings

ROOT = Path(__file__).parent.parent.parent

NOTES = """\
create extension if not exists vector;
create type mood as enum ('good', 'bad');
create table notes (
  id bigint generated always as identity primary key,
  title varchar(80) not null default '-',
  mood mood not null default 'good',
  embedding vector(3),
  written_at timestamptz not null default now(),
  constraint titled check (title <> '' and length(title) > 1)
);
create index notes_mood_idx on notes (mood) where mood = 'bad';
alter table notes enable row level security;
create policy readable on notes for select using (mood in ('good', 'bad'));
create view good_notes as select id, title from notes where mood = 'good';
create function newest() returns bigint language sql stable as 'select max(id) from notes';
"""
SET_HERE = """\
do $$ begin
  execute format('alter database %I set lock_timeout = %L', current_database(), '3s');
end $$
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one migration, in which the command is run."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    folder.joinpath("001_notes.sql").write_text(NOTES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


Run = Callable[..., str]


@pytest.fixture
def verified(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What pytest prints in a folder; it comes first, because it begins in one of its own."""
    surroundings(monkeypatch)

    def run(folder: Path, *arguments: str) -> str:
        monkeypatch.chdir(folder)
        asked = ("-q", "-p", "no:cacheprovider", *arguments)
        result = pytester.runpytest_inprocess(*asked)
        assert result.ret in (0, 1)  # it has verified something
        return result.stdout.str()

    return run


def test_what_it_writes_is_what_a_person_would_write(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init"]) == 0
    text = (project / "expectations.yaml").read_text()
    assert text == (ROOT / "tests/data/written.yaml").read_text()
    # Editors find it by the first line, and it is that of this version.
    assert text.startswith("# yaml-language-server: $schema=expectations.schema.json\n")
    schema = (project / "expectations.schema.json").read_text()
    told = capsys.readouterr()
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema
    assert "platform: postgres" in told.err
    assert re.search(r"wrote expectations.yaml: .*1 table, 5 columns", told.out)


@pytest.mark.parametrize(
    ("seed", "written"),
    [
        ("insert into notes (title) values ('first');", True),
        ("insert into nots values (1);", False),
    ],
)
def test_supabases_seed_is_written_where_it_applies(
    verified: Run, project: Path, capsys: pytest.CaptureFixture[str], seed: str, written: bool
) -> None:
    (project / "supabase").mkdir()
    (project / "migrations").rename(project / "supabase/migrations")
    (project / "supabase/seed.sql").write_text(seed)
    assert main(["init", "--platform=postgres"]) == 0
    said = yaml.safe_load((project / "expectations.yaml").read_text())["migrations"]
    assert said.get("seed") == ({"after": ["supabase/seed.sql"]} if written else None)
    told = capsys.readouterr().err
    assert ("the seed is left out, because it does not apply:" in told) is not written
    assert ('relation "nots" does not exist' in told) is not written
    assert " failed" not in verified(project)


def test_a_migration_that_fails_is_told_where_there_is_a_seed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "supabase").mkdir()
    (project / "migrations").rename(project / "supabase/migrations")
    (project / "supabase/migrations/002_b.sql").write_text("select 1/0;")
    (project / "supabase/seed.sql").write_text("select 1;")
    assert main(["init"]) == 1
    told = capsys.readouterr().err
    assert "division by zero" in told
    assert "the seed is left out" not in told
    assert not (project / "expectations.yaml").exists()


def test_the_first_run_is_green_and_says_what_is_not_good_yet(verified: Run, project: Path) -> None:
    main(["init", "-q"])
    known = json.loads((project / "expectations.baseline.json").read_text())["findings"]
    items = {one["item"] for one in known}
    assert "expectations.yaml::rules::views_security_invoker" in items
    # No client comes to this database, so only what nearly every database should keep is asked.
    assert "expectations.yaml::rules::function_search_path" not in items
    run = verified(project)
    assert re.search(r"\d+ passed, \d+ xfailed in", run)
    assert re.search(rf"\b{len(known)} findings? known\n", run)


def test_right_behind_it_nothing_differs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "-q"])
    capsys.readouterr()
    assert main(["diff", "-q"]) == 0
    assert main(["update", "-q"]) == 0
    # What is known does not hold either, and nobody is to look for it.
    assert "do not hold" not in capsys.readouterr().out


def test_a_change_of_what_was_written_is_found(verified: Run, project: Path) -> None:
    main(["init", "-q"])
    change = "alter table notes alter column title set storage external;"
    (project / "migrations/002_storage.sql").write_text(change)
    assert "actual      {storage: external}" in verified(project)


def test_nothing_is_overwritten(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = project / "expectations.yaml"
    there.write_text("tables: {}\n")
    assert main(["init"]) == 4
    assert there.read_text() == "tables: {}\n"
    assert "it is there already" in capsys.readouterr().err
    assert {one.name for one in project.iterdir()} == {"expectations.yaml", "migrations"}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--kinds=tabels"], 4, "did you mean tables?"),
        (["--migrations=nowhere"], 4, "nowhere"),
        (["--dsn=postgresql://nobody@127.0.0.1:1/none"], 6, "127.0.0.1"),
        (["--dsn=host=x", "--migrations=migrations"], 4, "--dsn"),
        (["-o", "nowhere/none/e.yaml"], 0, ""),
    ],
)
def test_bad_input_gets_a_message_and_no_file(
    arguments: list[str], code: int, told: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", *arguments]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert "Traceback" not in captured.err
    assert code == 0 or not list(project.glob("*.yaml"))


def test_a_migration_that_fails_is_told_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "migrations/002_wrong.sql").write_text("create table notes ();")
    assert main(["init"]) == 1
    assert "migrations/002_wrong.sql:1" in capsys.readouterr().err
    assert not list(project.glob("*.yaml"))


def test_an_existing_database_is_only_read(
    verified: Run, database: Dsn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database) as connection:
        connection.execute("create table notes (id bigint primary key)")
        connection.execute(SET_HERE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", str(database))
    assert main(["init", "-q"]) == 0
    written = yaml.safe_load((tmp_path / "expectations.yaml").read_text())
    assert written["tables"]["notes"]["columns"] == {"id": "bigint not null"}
    assert "migrations" not in written
    assert written["database"]["grants"] == {"public": ["temporary", "connect"]}
    assert written["database"]["settings"] == {"lock_timeout": "3s"}
    assert "owner" in written["database"]
    assert " failed" not in verified(tmp_path)
    with connect(database) as connection:
        connection.execute(SET_HERE.replace("lock_timeout", "work_mem").replace("3s", "8MB"))
    assert "work_mem: 8MB" in verified(tmp_path)
    assert main(["update", "-q", "--create", "--accept-loosening", "database.settings"]) == 0
    written = yaml.safe_load((tmp_path / "expectations.yaml").read_text())
    assert written["database"]["settings"] == {"lock_timeout": "3s", "work_mem": "8MB"}


def test_few_large_objects_are_written_and_of_many_it_is_said_that_they_are_there(
    database: Dsn, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(database, autocommit=True) as connection:
        connection.execute("select lo_create(oid) from generate_series(901, 1000) as oid")
        connection.execute("comment on large object 901 is 'A picture'")
        assert main(["init", "-q", f"--dsn={database}", "-o", "few.yaml"]) == 0
        connection.execute("select lo_create(1001)")
        assert main(["init", "-q", f"--dsn={database}", "-o", "many/many.yaml"]) == 0
    few = yaml.safe_load((project / "few.yaml").read_text())
    owners = [one.pop("owner") for one in few["large_objects"].values()]
    assert len(owners) == 100
    assert few["large_objects"].pop("901") == {"comment": "A picture"}
    assert few["large_objects"] == {str(number): {} for number in range(902, 1001)}
    assert few["unmanaged"]["large_objects"] == "fail"
    text = (project / "many/many.yaml").read_text()
    many = yaml.safe_load(text)
    assert "large_objects" not in {*many, *many["unmanaged"]}
    left = "ot written: large objects: there are more than 100, as where an application stores them"
    assert f"# N{left}.\n" in text
    assert f"\nn{left}\n" in capsys.readouterr().out


def test_of_a_database_that_is_built_only_what_migrations_set_is_written(
    verified: Run, project: Path
) -> None:
    project.joinpath("migrations/002_settings.sql").write_text(
        f"{SET_HERE};do $$ begin "
        "execute format('revoke all on database %I from public', current_database());end $$;"
    )
    assert main(["init", "-q", "--platform=supabase"]) == 0
    written = yaml.safe_load((project / "expectations.yaml").read_text())
    settings = {"platform": "supabase", "settings": {"lock_timeout": "3s"}}
    assert {**written["database"], **settings} == written["database"]
    assert not {"grants", "owner", "comment"} & written["database"].keys()
    assert " failed" not in verified(project)


def test_known_findings_are_named_as_pytest_names_them_here(
    verified: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pytest.ini").write_text("[pytest]\naddopts = -q\n")
    folder = project / "database"
    folder.mkdir()
    (project / "migrations").rename(folder / "migrations")
    monkeypatch.chdir(folder)
    main(["init", "-q"])
    known = json.loads((folder / "expectations.baseline.json").read_text())["findings"]
    assert {one["item"].partition("::")[0] for one in known} == {"database/expectations.yaml"}
    assert " failed" not in verified(folder)


def test_secrets_are_never_written(
    verified: Run, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "migrations/002_secrets.sql").write_text(
        "create table keys (id bigint primary key, api_key text default 'hunter2-hunter2');"
        "create function call() returns void language sql set app.jwt_secret = 'hunter3-hunter3'"
        " as 'select';"
        "comment on table notes is 'postgresql://app:hunter4-hunter4@db/app';"
    )
    main(["init"])
    told = capsys.readouterr()
    files = "".join(one.read_text() for one in project.glob("expectations*"))
    assert "hunter" not in f"{files}{told.out}{told.err}"
    assert "tables.keys.columns.api_key.default: it holds a secret" in told.out
    assert " failed" not in verified(project)


@pytest.mark.parametrize("command", ["init", "diff", "update", "coverage"])
def test_a_role_without_rights_is_told_and_nothing_is_written(
    command: str, database: Dsn, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = project / "expectations.yaml"
    if command != "init":
        spec.write_text("tables: {notes: {}}\n")
    with connect(database, autocommit=True) as connection:
        connection.execute("create role stranger login")
        connection.execute(f"revoke connect on database {database.dbname} from public".encode())
        try:
            assert main([command, "-q", f"--dsn={database} user=stranger"]) == 6
        finally:
            connection.execute("drop role stranger")
    told = capsys.readouterr()
    assert "permission denied for database" in told.err
    assert "  do      " in told.err
    assert spec.exists() is (command != "init")
    assert command == "init" or spec.read_text() == "tables: {notes: {}}\n"


@pytest.mark.parametrize("depth", ["names", "shape"])
def test_less_than_all_holds_too(verified: Run, depth: str, project: Path) -> None:
    assert main(["init", "-q", f"--depth={depth}"]) == 0
    written = yaml.safe_load((project / "expectations.yaml").read_text())
    notes = written["tables"]["notes"]
    assert notes == {} if depth == "names" else "default" not in str(notes)
    assert " failed" not in verified(project)


@pytest.mark.parametrize("split", ["kind", "schema"])
def test_several_files_say_the_same(verified: Run, split: str, project: Path) -> None:
    (project / "migrations/002_app.sql").write_text(
        "create schema app; create table app.logs (id bigint primary key);"
    )
    assert main(["init", "-q", f"--split={split}", "-o", "whole.yaml"]) == 0
    names = {one.name for one in (project / "whole").iterdir()}
    assert names >= ({"tables.yaml"} if split == "kind" else {"app.yaml", "public.yaml"})
    run = verified(project, "--schema-spec=whole.yaml", "whole.yaml")
    assert " passed" in run
    assert " failed" not in run


def test_what_three_tables_have_in_common_is_said_once(verified: Run, project: Path) -> None:
    (project / "migrations/002_more.sql").write_text(
        "".join(
            f"create table {name} (id bigint primary key, written_at timestamptz not null);"
            for name in ("logs", "events", "visits")
        )
    )
    assert main(["init", "-q", "--each"]) == 0
    tables = yaml.safe_load((project / "expectations.yaml").read_text())["tables"]
    assert tables["common"] == {
        "each": ["events", "logs", "visits"],
        "columns": {"id": "bigint not null", "written_at": "timestamptz not null"},
    }
    assert " failed" not in verified(project)


@pytest.mark.parametrize("tool", [one.name for one in (ROOT / "tests/data/projects").iterdir()])
def test_the_migrations_of_other_tools_are_enough(
    verified: Run, tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / tool
    shutil.copytree(ROOT / "tests/data/projects" / tool, folder)
    monkeypatch.chdir(folder)
    assert main(["init", "-q"]) == 0
    run = verified(folder)
    assert " passed" in run
    assert " failed" not in run


def test_the_worked_example_is_written_and_holds(
    verified: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    shutil.rmtree(tmp_path / "migrations/cleanup")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "-q"]) == 0
    run = verified(tmp_path)
    assert " failed" not in run
    assert int(re.findall(r"(\d+) passed", run)[0]) > 2000
