"""Migrations that a command of the project prints."""

import os
import sys
import time
from pathlib import Path

import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.rehearsal import programs
from tests.projects import Project, text_of
from tests.projects import filled as filled
from tests.projects import project as project

EXPECTATIONS = """
migrations:
  command: {{run: {run}, inputs: [models]{more}}}
tables: {{users: {{columns: {{id: integer}}}}}}
"""
TOOL = """
import sys
from pathlib import Path

with open("runs", "a") as runs:
    print(*sys.argv[1:], file=runs)
for model in sorted(Path("models").iterdir()):
    print(f"create table {model.read_text().strip()} (id int);")
"""
PRINTED = "python tool.py"


@pytest.fixture
def printing(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a tool that prints a table for each of its models."""
    cache = project.path / "cache" / "pytest-schemaverify"
    cache.mkdir(parents=True)
    (cache / "clusters").symlink_to(Path(os.environ["XDG_CACHE_HOME"]) / cache.name / "clusters")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache.parent))
    (project.path / "migrations/001_users.sql").unlink()
    project.write("tool.py", TOOL)
    project.write("models/users", "users")
    project.expect(EXPECTATIONS.format(run=PRINTED, more=""))
    return project


def runs(project: Project) -> int:
    """Return how often the tool has been run."""
    return len((project.path / "runs").read_text().splitlines())


def test_what_a_command_prints_builds_the_database(printing: Project) -> None:
    result = printing.run()
    text = text_of(result)
    assert result.ret == 0, text
    assert "migrations: what `python tool.py` prints, in cache/pytest-schemaverify/com" in text
    assert printing.run().ret == 0
    assert runs(printing) == 1, "it is kept for the second run"


def test_it_runs_again_when_an_input_has_changed(printing: Project) -> None:
    printing.run()
    printing.write("models/users", "people")
    assert "FAILED expectations.yaml::tables.users::exists" in text_of(printing.run())
    printing.write("models/users", "users")
    printing.write("models/more", "more")
    assert printing.run().ret == 0
    assert runs(printing) == 3


def test_it_runs_again_when_it_says_something_else(printing: Project) -> None:
    printing.run()
    printing.expect(EXPECTATIONS.format(run="[python, tool.py, --other]", more=""))
    assert printing.run().ret == 0
    assert (printing.path / "runs").read_text() == "\n--other\n"


def test_collecting_runs_nothing(printing: Project) -> None:
    assert printing.run("--collect-only").ret == 0
    assert not (printing.path / "runs").exists()


def test_workers_share_what_was_printed(printing: Project) -> None:
    printing.expect(EXPECTATIONS.format(run=PRINTED, more="") + "rules: {no_credentials: true}\n")
    result = printing.run_apart("-n", "2")
    assert result.ret == 0, text_of(result)
    assert runs(printing) == 1


def test_rules_about_files_name_the_place_in_what_is_kept(printing: Project) -> None:
    printing.write(
        "models/zebras", "zebras (id int); create role z password 'Tr0ub4dor8'; create table zoos"
    )
    printing.expect(EXPECTATIONS.format(run=PRINTED, more="") + "rules: {no_credentials: true}\n")
    text = text_of(printing.run("-m", "static"))
    assert "migrations.sql:2:55" in text, text
    kept = next((printing.path / "cache/pytest-schemaverify/commands").glob("*/migrations.sql"))
    assert kept.read_text().splitlines()[0] == "create table users (id int);"


def test_a_live_database_needs_no_command(printing: Project, filled: Dsn) -> None:
    text = text_of(printing.run("-v", f"--schema-dsn={filled}"))
    assert "tables.users::exists PASSED" in text
    assert "migrations::ignored PASSED" in text
    assert not (printing.path / "runs").exists()


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("import sys; print('wrong password for x', file=sys.stderr); sys.exit(3)",
         ["because it ended with exit code 3", "wrong password for x"]),
        ("import sys; print('no such head'); sys.exit(1)", ["exit code 1", "no such head"]),
        ("import os; os.kill(os.getpid(), 15)", ["it ended with signal SIGTERM"]),
        ("import sys; print('nothing to do', file=sys.stderr)",
         ["it printed nothing", "nothing to do", "let it print SQL"]),
        ("print('\\n  ')", ["it printed nothing", "let it print SQL"]),
        ("import sys; sys.stdout.buffer.write(b'select \\xff;')",
         ["migrations.sql:1:8", "not UTF-8"]),
        ("print('INFO  it went well')",
         ["migrations.sql:1:1", 'syntax error at or near "INFO"', "`python tool.py` prints, in"]),
        ("raise SystemExit(\n'dsn postgresql://ann:s3cr3tw0rd@db/x is not reachable')",
         ["postgresql://ann:**********@db/x"]),
    ],
)  # fmt: skip
def test_a_command_that_fails_is_a_migration_that_does_not_apply(
    printing: Project, tool: str, said: list[str]
) -> None:
    printing.write("tool.py", tool)
    result = printing.run()
    text = text_of(result)
    assert result.ret == 1, text
    assert "FAILED expectations.yaml::migrations::applies" in text
    for words in said:
        assert words in text, text
    assert "s3cr3tw0rd" not in text
    assert "Traceback" not in text


def test_rules_about_files_show_what_a_command_has_said(printing: Project) -> None:
    printing.write("tool.py", "raise SystemExit('connecting to nowhere\\nwithout a way')")
    printing.expect(EXPECTATIONS.format(run=PRINTED, more="") + "rules: {no_credentials: true}\n")
    lines = text_of(printing.run("-m", "static")).splitlines()
    said = lines.index("                  because it ended with exit code 1")
    assert [line.strip() for line in lines[said + 1 : said + 3]] == [
        "connecting to nowhere", "without a way",
    ]  # fmt: skip


def test_a_failure_is_tried_once_in_a_run_and_again_in_the_next(printing: Project) -> None:
    printing.write("tool.py", f"{TOOL}\nsys.exit(1)")
    printing.expect(
        EXPECTATIONS.format(run=PRINTED, more="")
        + "rules: {no_credentials: true, no_destructive_statements: true}\n"
    )
    printing.run("-v")
    assert runs(printing) == 1
    printing.run_apart("-n", "2")
    assert runs(printing) == 2


def test_what_takes_too_long_is_ended_with_all_that_it_started(printing: Project) -> None:
    printing.write("slow.sh", "sleep 60 & echo $! > child; echo waiting for a lock >&2; wait")
    printing.expect(EXPECTATIONS.format(run="sh slow.sh", more=", seconds: 0.5"))
    begun = time.monotonic()
    text = text_of(printing.run())
    assert time.monotonic() - begun < 20
    assert "it had not ended after 0.5 s" in text
    assert "waiting for a lock" in text
    assert is_ended(printing)


def test_what_it_leaves_behind_is_ended_and_writes_to_nothing_that_is_kept(
    printing: Project,
) -> None:
    printing.write(
        "late.sh", "python tool.py\n(sleep 60; echo drop table users;) &\necho $! > child"
    )
    printing.expect(EXPECTATIONS.format(run="sh late.sh", more=""))
    result = printing.run()
    assert result.ret == 0, text_of(result)
    assert is_ended(printing)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_prints_without_end_is_ended_before_the_disk_is_full(
    printing: Project, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    monkeypatch.setattr(programs, "MOST", 2**20)
    printing.write("tool.py", f"import sys\nwhile True: print('select 1;', file=sys.{stream})")
    text = text_of(printing.run())
    assert "it printed more than 1 MB" in text, text
    kept = (printing.path / "cache/pytest-schemaverify/commands").rglob("*")
    assert sum(path.stat().st_size for path in kept if path.is_file()) < 2**16


def is_ended(project: Project) -> bool:
    """Return whether the child of a command ends soon."""
    child = int((project.path / "child").read_text())
    for _ in range(50):
        if not is_alive(child):
            return True
        time.sleep(0.1)
    return False


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_program_that_is_not_there_is_named(printing: Project) -> None:
    printing.expect(EXPECTATIONS.format(run="alembik upgrade head --sql", more=""))
    text = text_of(printing.run())
    assert "running `alembik upgrade head --sql`" in text
    assert "there is no program alembik" in text


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o644, "#!/bin/sh", ["./tool may not be run", "`chmod +x ./tool`"]),
        (0o755, "echo 'create table users (id int);'", ["./tool is no program", "`sh ./tool`"]),
    ],
)
def test_a_file_that_cannot_be_run_is_told_from_one_that_is_not_there(
    printing: Project, mode: int, text: str, said: list[str]
) -> None:
    printing.write("tool", text)
    (printing.path / "tool").chmod(mode)
    printing.expect(EXPECTATIONS.format(run="./tool", more=""))
    shown = text_of(printing.run())
    for words in said:
        assert words in shown, shown
    assert "there is no program" not in shown


def test_what_tools_keep_in_a_folder_of_inputs_is_none(printing: Project) -> None:
    printing.expect(EXPECTATIONS.format(run=PRINTED, more="").replace("[models]", "[src]"))
    printing.write("src/models.py", "")
    printing.run()
    for other in (".git/index", ".venv/lib/x.py", "node_modules/x/y.js", "__pycache__/x.pyc"):
        printing.write(f"src/{other}", "changed")
    printing.run()
    assert runs(printing) == 1
    printing.write("src/.env", "SCHEMA=app")
    printing.run()
    assert runs(printing) == 2


def test_a_tool_beside_this_python_is_found_without_its_environment(
    printing: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    printing.write("tool.py", f"{TOOL}\nassert sys.executable == {sys.executable!r}")
    assert printing.run().ret == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("{run: python tool.py > x.sql, inputs: [models]}", "3:13: migrations.command.run: "
         "no shell runs the command, and `>` is for one"),
        ("{run: A=1 python tool.py, inputs: [models]}", "`A=1` is for one"),
        ("{run: 'python \"tool.py', inputs: [models]}", "a quote or a backslash has no end"),
        ("{run: 'python $TOOL', inputs: [models]}", "`$TOOL` is for one"),
        ("{run: 'python `which tool`', inputs: [models]}", "is for one; write [sh, -c"),
        ("{run: python ~/tool.py, inputs: [models]}", "`~/tool.py` is for one"),
        ("{run: python tool.py}", "3:3: migrations.command: `inputs` is missing"),
        ("{run: python tool.py, inputs: []}", "migrations.command.inputs"),
        ("{run: [], inputs: [models]}", "migrations.command.run"),
        ("{run: python tool.py, inputs: [model]}",
         "migrations.command.inputs: looking for model: no file in . matches; name all files"),
        ("{run: python tool.py, inputs: [models]}\n  apply: [x.sql]", "leave `apply` out"),
        ("{run: a, inputs: [models]}\n  ledger: alembic_version", "leave `ledger` out"),
        ("{run: a, back: b, inputs: [models]}\n  rollback: [x.sql]", "leave `rollback` out"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_command_is_an_error_with_its_place(
    printing: Project, command: str, said: str
) -> None:
    printing.expect(f"migrations:\n\n  command: {command}\n")
    result = printing.run()
    assert said in text_of(result), text_of(result)
    assert result.ret == 2


def test_quoted_words_of_a_shell_are_for_the_shell(
    printing: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOWHERE", "/dev/null")
    printing.expect(
        EXPECTATIONS.format(run="\"sh -c 'cat models/* >$NOWHERE; python tool.py | cat'\"", more="")
    )
    assert printing.run().ret == 0


def test_the_way_back_is_printed_too(printing: Project) -> None:
    back = "\"sh -c 'echo drop table users'\""
    printing.expect(f"""
migrations:
  command: {{run: {PRINTED}, back: {back}, inputs: [models]}}
  reversible: true
""")
    result = printing.run("-v")
    assert result.ret == 0, text_of(result)
    assert "migrations::reversible PASSED" in text_of(result)


def test_without_a_way_back_the_key_for_it_is_named(printing: Project) -> None:
    printing.expect(f"""
migrations:
  command: {{run: {PRINTED}, inputs: [models]}}
  reversible: true
""")
    assert "no command that leads back; name one" in text_of(printing.run())


def test_what_is_new_cannot_be_asked(printing: Project) -> None:
    text = text_of(printing.run("--schema-since=HEAD"))
    assert "what is new in the output of `python tool.py` is not known" in text


def test_a_cached_database_is_found_again(printing: Project) -> None:
    assert "kept for the next run" in text_of(printing.run("--schema-cache"))
    assert "from the cache" in text_of(printing.run("--schema-cache"))
    printing.write("models/users", "people")
    assert "FAILED" in text_of(printing.run("--schema-cache"))


def test_names_beside_a_command_start_at_the_file(printing: Project) -> None:
    printing.write("old/old.sql", "create table old (id int);")
    printing.expect(
        EXPECTATIONS.format(run=PRINTED, more="").replace(
            "\ntables:", "\n  before: [old/old.sql]\ntables:"
        )
    )
    result = printing.run()
    assert result.ret == 0, text_of(result)


def test_a_folder_of_an_option_goes_before_it(printing: Project) -> None:
    printing.write("sql/001_users.sql", "create table users (id int);")
    result = printing.run("--schema-migrations=sql")
    assert result.ret == 0, text_of(result)
    assert not (printing.path / "runs").exists()
