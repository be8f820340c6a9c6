"""Settings that say nothing or contradict each other, and the table of exit codes."""

import argparse
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.cli.arguments import every
from pytest_schemaverify.cli.command import parser as whole_parser
from pytest_schemaverify.cli.sources import spelled
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.plugin.options import _TO_USE
from pytest_schemaverify.settings.config import KINDS, Config, settings
from pytest_schemaverify.settings.reading import CONTRADICTIONS, RENAMED, read, require_consistent
from pytest_schemaverify.verification.preflight import _REQUIRED
from tests.projects import EXPECTATIONS, WRONG, Project, shows_no_traceback, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

TABLE = Path(__file__).parents[2] / "docs/reference/exit-codes.md"
BLANK = ["", "  "]
NOTHING: dict[str, Any] = {}
AWAY = "host=127.0.0.1 port=1 user=me dbname=app"


# What says nothing


def given(name: str, value: str, source: str) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Return how a setting is called in a source, arguments that give it, and variables."""
    if source == "option":
        return (
            f"--schema-{name.replace('_', '-')}",
            (f"--schema-{name.replace('_', '-')}={value}",),
            {},
        )
    if source == "ini":
        return f"-o schema_{name}", ("-o", f"schema_{name}={value}"), {}
    variable = f"PYTEST_SCHEMA_{name.upper()}"
    return variable, (), {variable: value}


EVERY = [
    pytest.param(name, description, source, value, id=f"{source}-{name}-{len(value)}")
    for name, kind, description, _ in settings()
    for source in ("option", "ini", "environment")
    if kind is not bool or source != "option"  # such an option takes no value
    for value in BLANK
    if not value or name in ("dsn", "spec", "bin_dir")  # read in one way, but for paths and lists
]


@pytest.mark.parametrize(("name", "description", "source", "value"), EVERY)
def test_a_setting_that_says_nothing_is_a_mistake(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    description: str,
    source: str,
    value: str,
) -> None:
    called, arguments, variables = given(name, value, source)
    for variable, text in variables.items():
        monkeypatch.setenv(variable, text)
    result = project.run(*arguments)
    text = text_of(result)
    assert result.ret == 4, text
    assert text.strip().startswith(f"ERROR: reading {called}\n"), text
    assert description in text
    assert re.search(rf"write {called} ?= ?\S", text), text
    assert "expectations.yaml →" not in text
    assert shows_no_traceback(text)


def test_one_of_several_that_says_nothing_is_a_mistake_too(project: Project) -> None:
    result = project.run("--schema-var=a=b", "--schema-var=")
    assert result.ret == 4
    assert "reading --schema-var\n" in text_of(result)


@pytest.mark.parametrize("value", BLANK)
def test_a_value_of_a_variable_that_says_nothing_is_a_mistake(project: Project, value: str) -> None:
    project.expect("vars: {text: users}\ntables: {users: {comment: {matches: '${text}'}}}")
    result = project.run(f"--schema-var=text={value}")
    assert result.ret == 4
    assert "because its value is empty (perhaps a variable that is not set)" in text_of(result)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PYTEST_SCHEMA_DNS", "did you mean PYTEST_SCHEMA_DSN? or unset PYTEST_SCHEMA_DNS"),
        ("pytest_schema_dsn", "did you mean PYTEST_SCHEMA_DSN?"),
        ("PYTEST_SCHEMA_BIN-DIR", "did you mean PYTEST_SCHEMA_BIN_DIR?"),
        ("PYTEST_SCHEMA_X", "do      "),
    ],
)
def test_a_variable_that_begins_like_ours_and_is_none_is_a_mistake(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    told: str,
) -> None:
    monkeypatch.setenv(name, AWAY)
    result = project.run()
    assert result.ret == 4
    text = text_of(result)
    assert f"reading {name}\n  because there is no setting of this name" in text
    assert told in text
    assert main(["checklist"]) == 4
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("value", ["before.dump", ""])
@pytest.mark.parametrize("source", ["option", "ini", "environment"])
@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_the_old_name_of_a_setting_is_refused_with_the_new_one(
    project: Project, monkeypatch: pytest.MonkeyPatch, old: str, new: str, source: str, value: str
) -> None:
    called, arguments, variables = given(old, value, source)
    now = given(new, value, source)[0].removeprefix("-o ")
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    result = project.run(*arguments)
    assert result.ret == 4
    told = f"reading {called}\n  because it is now {now}\n  do      write {now} instead"
    assert told in text_of(result)


def test_the_old_name_is_refused_in_an_ini_file_and_of_the_command_too(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("pytest.ini", "[pytest]\nschema_baseline_dump = before.dump\n")
    assert "because it is now schema_backup" in text_of(project.run())
    assert main(["checklist", "--baseline-dump=before.dump"]) == 4
    told = capsys.readouterr().err
    assert "reading --baseline-dump\n  because it is now --backup" in told
    monkeypatch.setenv("PYTEST_SCHEMA_BASELINE_DUMP", "before.dump")
    assert main(["checklist"]) == 4
    assert "because it is now PYTEST_SCHEMA_BACKUP" in capsys.readouterr().err
    assert main(["checklist", "--help"]) == 0
    of_command = capsys.readouterr().out
    assert "--backup" in of_command
    for old in RENAMED:
        assert old.replace("_", "-") not in of_command
        assert f"--schema-{old.replace('_', '-')}" not in text_of(project.run("--help"))


def test_what_is_written_down_in_the_ini_file_and_empty_is_a_mistake(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nschema_bin_dir =\n")
    result = project.run()
    assert result.ret == 4
    assert "pytest.ini:2:1: reading schema_bin_dir\n" in text_of(result)


def test_what_another_source_says_stands_in_for_nothing(filled: Dsn) -> None:
    empty: dict[str, Any] = {"schema_dsn": "", "PYTEST_SCHEMA_DSN": ""}
    said: dict[str, Any] = {"schema_dsn": filled, "PYTEST_SCHEMA_DSN": filled}
    with pytest.raises(ConfigError, match="reading --schema-dsn"):
        read(empty.get, said.get, said.get)
    assert read(said.get, empty.get, empty.get).dsn == filled


def test_a_switch_that_is_off_is_off() -> None:
    ini: dict[str, Any] = {"schema_rollback": False}
    on = {"PYTEST_SCHEMA_ROLLBACK": "1"}
    assert read(NOTHING.get, NOTHING.get, on.get).rollback
    assert not read(NOTHING.get, ini.get, on.get).rollback


def commands() -> Iterator[tuple[str, argparse.Action]]:
    """Yield each argument of each command that takes a value, but those of old names."""
    for name, parser in every(whole_parser()).items():
        for action in parser._actions:
            if action.nargs != 0 and action.help != argparse.SUPPRESS:
                yield name, action


def called(action: argparse.Action) -> str:
    return action.option_strings[0] if action.option_strings else str(action.metavar)


def before(command: str, action: argparse.Action) -> list[str]:
    """Return values for the arguments that stand in front of one without a name."""
    given = []
    for one in every(whole_parser())[command]._actions:
        if one.dest == action.dest:
            break
        if not one.option_strings and one.nargs != 0:
            given.append(next(iter(one.choices or ["x"])))
    return given


@pytest.mark.parametrize(
    ("command", "action"),
    [pytest.param(name, one, id=f"{name}-{called(one)}") for name, one in commands()],
)
@pytest.mark.parametrize("value", BLANK)
def test_an_argument_of_the_command_that_says_nothing_is_a_mistake(
    capsys: pytest.CaptureFixture[str], command: str, action: argparse.Action, value: str
) -> None:
    option = called(action)
    given = [f"{option}={value}"] if action.option_strings else [*before(command, action), value]
    assert main([command, *given]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    names = "/".join(action.option_strings) or option
    assert f"argument {names}: it is empty" in err
    if action.option_strings:
        assert f"write {option}={action.metavar}, or leave {option} out" in err
    else:
        assert f"write {option}; " in err
    assert f"it is for: {action.help}" in err


@pytest.mark.parametrize("name", [name for name, *_ in settings()])
def test_a_variable_that_says_nothing_is_a_mistake_for_the_command_too(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv(f"PYTEST_SCHEMA_{name.upper()}", "")
    assert main(["checklist"]) == 4
    assert f"reading PYTEST_SCHEMA_{name.upper()}\n" in capsys.readouterr().err


def test_the_command_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"schemaverify \d+\.\d+\S*\n", capsys.readouterr().out)


# What contradicts


VALUES = {
    "database": "embedded", "access_matrix": "true", "costs": "true", "rollback": "true",
    "dsn": AWAY, "server": AWAY,
}  # fmt: skip
PAIRS = [(one, other) for one, other, _ in CONTRADICTIONS] + [(one, "database") for one in KINDS]
SOURCES = ("option", "ini", "environment")


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_settings_that_contradict_each_other_are_refused_wherever_they_come_from(
    pair: tuple[str, str],
) -> None:
    for first in SOURCES:
        for second in SOURCES:
            sources: dict[str, dict[str, str]] = {source: {} for source in SOURCES}
            called = []
            for name, source in zip(pair, (first, second), strict=True):
                called.append(given(name, "", source)[0].removeprefix("-o "))
                front = "PYTEST_SCHEMA_" if source == "environment" else "schema_"
                key = f"{front}{name}" if front.islower() else f"{front}{name.upper()}"
                sources[source][key] = VALUES.get(name, "x")
            chosen = read(*(sources[source].get for source in SOURCES))
            with pytest.raises(ConfigError) as caught:
                require_consistent(chosen)
            for name in called:
                assert name in str(caught.value)


def test_no_pair_is_needed_to_contradict(filled: Dsn) -> None:
    """What only says how a disposable database comes to be may stay in the ini file."""
    for name, kind, *_ in settings():
        others = ("dsn", "dsn_env", "database")
        if (name, "dsn") not in PAIRS and kind is not bool and name not in others:
            known = {"fail_on": "warn", "shard": "1/2", "statement_timeout": "5s", "var": "a=b"}
            known |= {"coverage_fail_under": "90", "items": "object"}
            value = known.get(name, "x")
            ini: dict[str, Any] = {f"schema_{name}": (value,) if kind is tuple else value}
            dsn: dict[str, Any] = {"schema_dsn": filled}
            require_consistent(read(dsn.get, ini.get, NOTHING.get))


@pytest.mark.parametrize("name", KINDS)
def test_a_setting_that_names_a_server_also_chooses_its_kind(name: str) -> None:
    named: dict[str, Any] = {f"schema_{name}": "x"}
    assert read(named.get, NOTHING.get, NOTHING.get).kind == KINDS[name]
    other = named | {"schema_database": "embedded"}
    assert read(other.get, NOTHING.get, NOTHING.get).kind == "embedded"
    assert Config().kind == "auto"


def test_what_can_be_found_wrong_without_a_database_is_looked_at() -> None:
    assert ["dsn_env", *(name for name, _ in _REQUIRED)] == list(_TO_USE)


# The table of exit codes


class Row(NamedTuple):
    """A way to come to an exit code."""

    code: int
    text: str
    """The file of expectations."""
    told: str
    """What is printed."""
    settings: Mapping[str, str] = {}
    by_command: bool = True
    """Whether `schemaverify checklist` takes the setting."""


HERE = "expectations.yaml"
FOLDER = "migrations: {{directory: migrations, {}}}\ntables: {{users: {{}}}}"
ROWS = {
    "holds": Row(0, EXPECTATIONS, ""),
    "wrong": Row(1, WRONG, f"{HERE}:6:7: tables.users.columns.email::type"),
    "a migration that fails": Row(1, FOLDER.format("apply: [../bad.sql]"), "bad.sql:1:1", {}),
    "a key": Row(2, "tables: {users: {colums: {}}}", f"{HERE}:1:18: tables.users.colums: unknown"),
    "no YAML": Row(2, "tables: {", "not YAML"),
    "a folder": Row(
        2,
        "migrations:\n  directory: migration\ntables: {users: {}}",
        f"{HERE}:2:3: migrations.directory: reading migrations from migration: there is no such "
        "folder; did you mean migrations?",
    ),
    "a layout": Row(
        2,
        FOLDER.format("layout: gose"),
        f"{HERE}:1:37: migrations.layout: reading migrations as 'gose': there is no such layout; "
        "did you mean goose? choose one of sqitch",
    ),
    **{
        key: Row(
            2,
            FOLDER.format(f"{key}: [nothing.sql]"),
            f"{HERE}:1:37: migrations.{key}: looking for nothing.sql: no file in migrations",
        )
        for key in ("apply", "before", "rollback", "seed")
    },
    "a version": Row(
        2,
        FOLDER.format("at: {7: {tables: {users: {}}}}"),
        f"{HERE}:1:42: migrations.at.7: looking for migrations.at: 7: no migration",
    ),
    "a script": Row(
        2,
        "database:\n  prepare: [nothing.sql]\ntables: {users: {}}",
        f"{HERE}:2:3: database.prepare: looking for nothing.sql: no file in",
    ),
    "a script of a platform": Row(
        2,
        "database:\n  platform: {supabase: {extra: nothing.sql}}\ntables: {users: {}}",
        f"{HERE}:2:3: database.platform: looking for platform.extra: nothing.sql: no file in",
    ),
    "a script of access": Row(
        2,
        FOLDER.format("seed: []") + "\naccess: {isolate: id, given: {sql: nothing.sql}}",
        f"{HERE}:3:23: access.given: looking for nothing.sql: no file in",
    ),
    "an include": Row(
        2, "include: [nothing.yaml]\ntables: {users: {}}", f"{HERE}:1:11: include.0: nothing.yaml"
    ),
    "a variable": Row(2, "tables: {'${name}': {}}", f"{HERE}:1:10: tables: there is no variable"),
    "a type": Row(
        2,
        FOLDER.format("").replace("{}}", "{columns: {id: bigint bigint}}}"),
        f"{HERE}:2:28: tables.users.columns.id.type: `bigint bigint` is no type as SQL writes it",
    ),
    "a signature": Row(
        2,
        "functions:\n  'size(of text, variadic int[])': {language: sql}",
        f"{HERE}:2:3: functions.size(of text, variadic int[]): `of text` is no type; a signature "
        "has the types of arguments and nothing else: size(text, int[])",
    ),
    "an open bracket": Row(
        2,
        "functions:\n  'size(text': {}",
        f"{HERE}:2:3: functions.size(text: 'size(text' is no signature: a bracket is not closed",
    ),
    "a name": Row(
        2,
        FOLDER.format("").replace("{}}", "{primary_key: [a.b]}}"),
        "because 'a.b' has a dot, and no schema can stand here",
    ),
    **{
        f"option {name} {value}": Row(
            4, EXPECTATIONS, f"reading {{{name}}}{told}", {name: value}, used
        )
        for name, value, told, used in (
            ("dsn", "production", " (not shown, it may hold a password)", True),
            ("server", "mysql://db/app", " (not shown", True),
            ("migrations", "nowhere", "=nowhere: reading migrations from nowhere", True),
            ("backup", "nowhere.dump", ": reading the backup nowhere.dump", True),
            ("bin_dir", "nowhere", "=nowhere\n  because it has no initdb", True),
            ("since", "999", "=999\n  because", True),
            ("var", "name", "=name\n  because it has no value", True),
            ("var", "name=users", "=name=users\n  because no file of expectations", True),
            ("shard", "3/2", "=3/2\n  because a part is N/M", True),
            ("fail_on", "never", "=never\n  because there is no such severity", True),
            ("items", "table", "=table\n  because an item cannot be that", True),
            ("database", "oracle", "=oracle\n  because there is no such kind", True),
            ("database", "server", "=server\n  because --schema-server names none", True),
            ("statement_timeout", "soon", "=soon\n  because it is not a time", True),
        )
    },
    "option spec": Row(4, EXPECTATIONS, "nowhere.yaml", {"spec": "nowhere.yaml"}),
    "option baseline": Row(
        4,
        EXPECTATIONS,
        "--schema-baseline: reading the known findings in",
        {"baseline": "bad.sql"},
        False,
    ),
    "no database": Row(6, EXPECTATIONS, "Connection refused", {"dsn": AWAY}),
    "nobody can tell": Row(
        6,
        FOLDER.format("").replace("{}}", "{columns: {id: bigintt}}}"),
        'type "bigintt" does not exist',
    ),
}
"""Each is tried in one process, in two workers, and by the command, by variables."""


def test_the_table_of_exit_codes_is_walked() -> None:
    codes = re.findall(r"^\| (\d) \|", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in codes] == sorted({row.code for row in ROWS.values()})


@pytest.fixture
def where(project: Project, server: Server) -> Project:
    project.write("bad.sql", "crate table users (id int);")
    return project


def options(row: Row, server: Server) -> list[str]:
    """Return the settings of a row as options; without any, the server that is there is used."""
    chosen = dict(row.settings)
    if row.code in (0, 1) or not chosen:
        chosen |= {"server": server.dsn}
    return [f"--schema-{name.replace('_', '-')}={value}" for name, value in chosen.items()]


def expected(row: Row, called: str) -> str:
    """Return what is told, with the settings as they were given."""
    names = {
        name: called.format(name, name.upper(), name.replace("_", "-")) for name in row.settings
    }
    return row.told.format(**names) if row.code == 4 else row.told


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_exit_code_of_one_process(where: Project, server: Server, row: Row) -> None:
    where.expect(row.text)
    result = where.run(*options(row, server))
    text = text_of(result)
    assert result.ret == row.code, text
    assert expected(row, "--schema-{2}") in text
    assert shows_no_traceback(text), text


WORKERS = (
    "holds", "wrong", "a migration that fails", "a key", "a folder", "a type", "a name",
    "option dsn production", "option since 999", "no database", "nobody can tell",
)  # fmt: skip
"""Rows for each way in which a code comes from a worker: two of them take seconds to start."""


@pytest.mark.parametrize("row", [ROWS[name] for name in WORKERS], ids=WORKERS)
def test_exit_code_of_two_workers(where: Project, server: Server, row: Row) -> None:
    where.expect(row.text)
    result = where.run("-n2", *options(row, server))
    text = text_of(result)
    assert result.ret == row.code, text
    assert expected(row, "--schema-{2}") in text
    assert shows_no_traceback(text), text


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=name) for name, row in ROWS.items() if row.by_command]
)
def test_exit_code_of_the_command(
    where: Project,
    server: Server,
    row: Row,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    where.expect(row.text)
    if "server" not in row.settings and "database" not in row.settings:
        monkeypatch.setenv("PYTEST_SCHEMA_SERVER", server.dsn)
    if "bin_dir" in row.settings:
        monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    for name, value in row.settings.items():
        monkeypatch.setenv(f"PYTEST_SCHEMA_{name.upper()}", value)
    code = main(["checklist"])
    out, err = capsys.readouterr()
    assert code == row.code, out + err
    assert spelled(expected(row, "PYTEST_SCHEMA_{1}")) in out + err
    assert shows_no_traceback(out + err), out + err


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "workers"])
@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("tabels: {}", (), 2),
        ("migrations: {directory: nowhere}\ntables: {users: {}}", (), 2),
        (EXPECTATIONS, (f"--schema-dsn={AWAY}",), 6),
        (EXPECTATIONS, ("--schema-since=999",), 4),
    ],
)
def test_tests_that_want_the_database_end_with_the_code_of_what_keeps_it_from_them(
    project: Project,
    workers: tuple[str, ...],
    text: str,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    project.expect(text)
    project.write("test_own.py", "def test_own(schema_dsn): pass\n")
    project.write("test_two.py", "def test_own(schema_dsn): pass\ndef test_wrong(): assert 0\n")
    assert project.run(*workers, *arguments, "test_own.py").ret == code
    result = project.run(*workers, *arguments, "test_two.py")
    assert result.ret == (1 if code == 6 else code)


ONE = "expectations.yaml::tables.users::exists"


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("tabels: {}", (ONE,), 2),
        ("migrations: {directory: nowhere}\ntables: {users: {}}", (ONE,), 2),
        ("tabels: {}", (ONE, "expectations.yaml::tables.users.columns.email::type"), 2),
        ("tabels: {}", (ONE, "test_own.py::test_nowhere"), 4),
        (EXPECTATIONS, ("expectations.yaml::tables.nowhere::exists",), 4),
        (EXPECTATIONS, ("nowhere.yaml::tables.users::exists",), 4),
        (EXPECTATIONS, ("test_broken.py::test_one",), 4),
    ],
)
def test_the_code_of_one_expectation_is_that_of_its_file(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    project.expect(text)
    project.write("test_own.py", "def test_own(): pass\n")
    project.write("test_broken.py", "import nowhere\ndef test_one(): pass\n")
    for folder in (project.path, project.path / "migrations"):
        monkeypatch.chdir(folder)
        result = project.run(*(os.path.relpath(project.path / one, folder) for one in arguments))
        assert result.ret == code, text_of(result)
        assert re.search("found no collectors|not found", text_of(result))
        assert "INTERNALERROR" not in text_of(result)


# Files that are not called as they should be


@pytest.mark.parametrize("name", ["expectations.yml", "Expectations.yaml", "shop.expectation.YML"])
@pytest.mark.parametrize("ini", ["", "[pytest]\ntestpaths = tests\n"], ids=["all", "testpaths"])
def test_a_file_that_is_meant_and_called_otherwise_is_told(
    project: Project, name: str, ini: str
) -> None:
    (project.path / "expectations.yaml").rename(project.path / name)
    project.write("pytest.ini", ini or "[pytest]\n")
    project.write("tests/test_own.py", "def test_own(): pass\n")
    result = project.run()
    assert result.ret == 2
    assert f"{name}:1:1: it is not verified" in text_of(result)
    assert f"--schema-spec={name}" in text_of(result)
    assert project.run("tests/test_own.py").ret == 0


@pytest.mark.parametrize("text", ["version: 3\nservices: {}\n", "- tables: {}\n", "", "tables"])
def test_a_file_that_looks_otherwise_is_left_alone(project: Project, text: str) -> None:
    (project.path / "expectations.yaml").unlink()
    project.write("data/expectations.yml", text)
    project.write("test_own.py", "def test_own(): pass\n")
    project.run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("expectations.yaml", "tabels: {users: {}}\nsuite: {name: other}\n"),
        ("deep/expectations.yaml", "- expect: column\n"),
        ("deep/shop.expectations.yaml", "rulez: {name: other}\n"),
    ],
)
def test_a_file_that_may_be_somebody_elses_says_how_files_are_found(
    project: Project, path: str, text: str
) -> None:
    (project.path / "expectations.yaml").unlink()
    project.write(path, text)
    result = project.run()
    assert result.ret == 2
    assert "--schema-spec=FILE" in text_of(result)
    assert f"--ignore={path}" in text_of(result)
    for arguments in ([path], [f"--schema-spec={path}"]):  # that is asked for, and so it is ours
        assert "--ignore" not in text_of(project.run(*arguments))


def test_programs_that_do_not_run_are_a_wrong_option(project: Project) -> None:
    for name in ("initdb", "postgres"):
        project.write(f"bin/{name}", "#!/bin/sh\necho out of order >&2; exit 1\n").chmod(0o755)
    result = project.run("--schema-bin-dir=bin")
    assert result.ret == 4
    assert "of --schema-bin-dir\n  because postgres does not run here: out of order" in text_of(
        result
    )


def test_a_rollback_that_is_asked_for_is_verified_whatever_the_file_says(
    project: Project, server: Server
) -> None:
    arguments = ("--schema-rollback", f"--schema-server={server.dsn}")
    project.expect("tables: {users: {}}")
    result = project.run(*arguments, "--schema-migrations=migrations")
    assert result.ret == 1
    assert "no file that leads back" in text_of(result)
    project.write("users.sql", "create table users ();")
    project.expect("database: {prepare: [users.sql]}\ntables: {users: {}}")
    result = project.run(*arguments)
    assert result.ret == 6
    assert "because neither the file nor an option names any" in text_of(result)
