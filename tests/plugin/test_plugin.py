"""What a user of the plugin does with pytest, and what they then read."""

import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.settings.config import settings
from pytest_schemaverify.settings.reading import read
from tests.projects import EXPECTATIONS, MIGRATION, NUMBER, WRONG, Project, lines_after, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

IDS = [
    "expectations.yaml::migrations::applies",
    "expectations.yaml::migrations::ignored",
    "expectations.yaml::tables.users::exists",
    "expectations.yaml::tables.users.columns.id::exists",
    "expectations.yaml::tables.users.columns.id::type",
    "expectations.yaml::tables.users.columns.id::nullable",
    "expectations.yaml::tables.users.columns.email::exists",
    "expectations.yaml::tables.users.columns.email::type",
    "expectations.yaml::tables.users.columns.email::nullable",
    "expectations.yaml::tables.users::primary_key",
    "expectations.yaml::tables.users.rls::enabled",
    "expectations.yaml::data.users::rows",
]
FAILING = "expectations.yaml::tables.users.columns.email::type"


def ran(result: pytest.RunResult) -> list[str]:
    """Return the ids of the items that ran, as -v shows them."""
    shown = re.compile(r"(?:\[gw\d\] .*(?:PASSED|FAILED) )?(\S+::\S+)")
    lines = [line for line in result.outlines if " PASSED" in line or " FAILED" in line]
    return [found[1] for line in lines if (found := shown.match(line))]


# Which expectations run


def test_pytest_alone_verifies_the_file_in_its_order(project: Project) -> None:
    result = project.run("-v")
    result.assert_outcomes(passed=NUMBER)
    assert ran(result) == IDS
    assert result.ret == 0


@pytest.mark.parametrize("arguments", [(), ("expectations.yaml",), (".",)])
def test_testpaths_do_not_hide_the_expectations_at_the_root(
    project: Project, arguments: tuple[str, ...], filled: Dsn
) -> None:
    project.write("pytest.ini", f"[pytest]\ntestpaths = tests\nschema_dsn = {filled}\n")
    project.write("tests/test_unit.py", "def test_unit(): pass")
    result = project.run(*arguments)
    result.assert_outcomes(passed=NUMBER - 1 + (arguments != ("expectations.yaml",)), skipped=1)


def test_other_names_are_found_by_their_ending(project: Project, filled: Dsn) -> None:
    project.write("billing.expectations.yaml", "tables: {users: {}}")
    project.write("deep/er/shop.expectations.yaml", "tables: {users: {}}")
    project.write("expectations.yml", "tables: {users: {}}")
    project.write("my_expectations.yaml", "tables: {users: {}}")
    result = project.run("-v", f"--schema-dsn={filled}", "-k", "users::exists")
    assert ran(result) == [
        "billing.expectations.yaml::tables.users::exists",
        "deep/er/shop.expectations.yaml::tables.users::exists",
        "expectations.yaml::tables.users::exists",
    ]


def test_files_named_by_the_option_are_verified_and_no_others(
    project: Project, filled: Dsn
) -> None:
    project.write("one.yaml", "tables: {users: {}}")
    project.write("sub/two.yml", "tables: {users: {primary_key: [id]}}")
    result = project.run(
        "-v", f"--schema-dsn={filled}", "--schema-spec=one.yaml", "--schema-spec", "sub/two.yml"
    )
    assert ran(result) == [
        "one.yaml::tables.users::exists",
        "sub/two.yml::tables.users::exists",
        "sub/two.yml::tables.users::primary_key",
    ]


def test_a_configured_file_is_found_from_any_folder_and_stays_out_of_other_runs(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("pytest.ini", f"[pytest]\nschema_spec = sub/one.yaml\nschema_dsn = {filled}\n")
    project.write("sub/one.yaml", "tables: {users: {}}")
    project.write("deep/test_unit.py", "def test_unit(): pass")
    monkeypatch.chdir(project.path / "deep")
    project.run().assert_outcomes(passed=2)
    project.run("test_unit.py").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-k", "email and type"], [IDS[7]]),
        (["-m", "rls or data"], [IDS[10], IDS[11]]),
        (["-m", "not columns", "--deselect", IDS[2]], [*IDS[:2], *IDS[9:]]),
        ([IDS[7]], [IDS[7]]),
        ([IDS[9], IDS[11]], [IDS[9], IDS[11]]),
        (["expectations.yaml::tables.users"], [IDS[2], IDS[9]]),
        (["expectations.yaml::tables.users.columns.email"], IDS[6:9]),
    ],
)
def test_single_expectations_are_chosen_like_any_tests(
    project: Project, arguments: list[str], expected: list[str]
) -> None:
    result = project.run("--collect-only", "-q", "--strict-markers", *arguments)
    assert [line for line in result.outlines if "::" in line] == expected


def test_an_id_with_brackets_can_be_asked_for(project: Project) -> None:
    project.expect(
        "tables: {users: {unique: [[email], [id]]}}\nfunctions: {'f(text[], int)': {language: sql}}"
    )
    offered = [line for line in project.run("--collect-only", "-q").outlines if "::" in line]
    assert offered[2:] == [
        "expectations.yaml::tables.users::unique[1]",
        "expectations.yaml::functions::definers",
        "expectations.yaml::functions.f(text[], int)::exists",
        "expectations.yaml::functions.f(text[], int)::language",
    ]
    for one in [*offered, "expectations.yaml::functions.f(text[], int)"]:
        result = project.run("--collect-only", "-q", one)
        assert [line for line in result.outlines if line.startswith(one)], one


def test_an_id_that_is_none_is_said_to_be_none(project: Project) -> None:
    result = project.run("expectations.yaml::tables.users::nonsense")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("ERROR: not found: *expectations.yaml::tables.users::nonsense")


def test_collecting_starts_nothing(project: Project) -> None:
    project.write("bin/initdb", "#!/bin/sh\ntouch started\n").chmod(0o755)
    project.write("bin/postgres", "#!/bin/sh\ntouch started\n").chmod(0o755)
    offline = [f"--schema-bin-dir={project.path / 'bin'}", "--schema-database=local"]
    result = project.run("--collect-only", "-q", *offline)
    assert [line for line in result.outlines if "::" in line] == IDS
    assert result.ret == 0
    assert not (project.path / "started").exists()
    live = project.run("--collect-only", "-q", "--schema-dsn=postgresql://127.0.0.1:1/none")
    assert live.ret == 0


def test_what_failed_last_runs_again_alone_and_the_first_failure_can_end_the_run(
    project: Project, filled: Dsn
) -> None:
    project.expect(WRONG.replace("rows: 0", "rows: 5"))
    dsn = f"--schema-dsn={filled}"
    result = project.run("-v", "-x", dsn)
    assert ran(result)[-1] == FAILING
    assert ran(project.run("-v", dsn))[-1] == IDS[-1]
    result = project.run("-v", "--lf", dsn)
    assert ran(result) == [FAILING, IDS[-1]]
    assert "rerun previous 2 failures" in text_of(result)
    project.expect(EXPECTATIONS)
    assert project.run("--lf", dsn).ret == 0
    assert len(ran(project.run("-v", "--lf", dsn))) == NUMBER - 1


# What is printed


def test_a_failure_is_readable_and_leads_to_its_line(project: Project) -> None:
    project.expect(WRONG)
    result = project.run()
    assert result.ret == 1
    shown = lines_after(text_of(result), "tables.users.columns.email type")
    assert shown[4].startswith("    fix         alter table public.users alter column email type")
    assert shown[:4] == [
        "expectations.yaml:6:7: tables.users.columns.email::type",
        "    expected    varchar(80)",
        "    actual      text",
        "    note        last changed in migrations/001_users.sql:1",
    ]
    assert f"FAILED {FAILING} - expected varchar(80), actual text" in text_of(result)


def test_the_summary_tells_the_database_and_counts_by_category(
    project: Project, filled: Dsn
) -> None:
    project.expect(WRONG)
    text = text_of(project.run("--schema-dsn", filled))
    table = lines_after(text, "schema verification")
    assert re.fullmatch(
        r"expectations\.yaml → .*dbname=\S+.*, PostgreSQL 18\.\d+, read-only", table[0]
    )
    assert table[1:6] == [
        "  1 migration in migrations; this run applies none; layout plain: 001_name.sql",
        "  the role postgres is a superuser: it may do far more than read; connect as a role"
        " that only reads: `schemaverify reader-role` prints a script that makes one",
        "  ✗ table structures  1 of 7",
        "  ✓ tables            1   ✓ migrations        1   ✓ RLS policies      1   "
        "✓ data integrity    1",
        "  - 1 skipped, because this looks at how a disposable database was built; an existing one "
        "is only read",
    ]


def test_the_summary_names_the_disposable_server(project: Project) -> None:
    text = text_of(project.run())
    assert re.search(
        r"^expectations\.yaml → disposable PostgreSQL 18\.\d+ \(embedded\), platform postgres$",
        text,
        re.MULTILINE,
    )


def test_junit_xml_names_each_expectation_and_its_line(project: Project) -> None:
    project.expect(WRONG)
    project.run("--junitxml=all.xml", "-o", "junit_family=xunit1")
    cases = ET.parse(project.path / "all.xml").getroot().findall(".//testcase")
    assert len(cases) == NUMBER
    [failed] = [case for case in cases if case.find("failure") is not None]
    assert failed.attrib["classname"] == "expectations.yaml.tables.users.columns.email"
    assert failed.attrib["name"] == "type"
    assert (failed.attrib["file"], failed.attrib["line"]) == ("expectations.yaml", "5")
    failure = failed.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "expected varchar(80), actual text"
    assert "alter table public.users alter column email" in (failure.text or "")


def test_marks_are_registered_and_described(project: Project) -> None:
    text = text_of(project.run("--markers"))
    assert "@pytest.mark.rls: expectations about rls (schemaverify)" in text


def test_verbose_output_shows_ids_that_can_be_asked_for(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    for verbosity in ("-v", "-vv"):
        shown = ran(project.run(verbosity, f"--schema-dsn={filled}"))
        assert shown == [one for one in IDS if one != IDS[0]]


# Beside other tests and other plugins

UNIT = """
import pytest

@pytest.fixture(scope="session")
def session_thing():
    print("session up")
    yield 1
    print("session down")

@pytest.fixture
def thing(session_thing):
    print("thing up")
    yield 2
    print("thing down")

def test_thing(thing): assert thing == 2
class TestMore:
    @pytest.fixture(autouse=True, scope="class")
    def of_class(self):
        print("class up")
        yield
        print("class down")
    def test_a(self, thing): pass
    def test_b(self): pass
"""


def test_unit_tests_around_the_expectations_are_set_up_and_torn_down(
    project: Project, filled: Dsn
) -> None:
    for name in ("a/test_before.py", "test_after.py", "z/test_last.py"):
        project.write(name, UNIT)
    project.write("b.expectations.yaml", "tables: {users: {}}")
    project.write("m/expectations.yaml", "tables: {users: {primary_key: [id]}}")
    result = project.run("-s", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=3 * 3 + NUMBER - 1 + 1 + 2, skipped=1)
    text = text_of(result)
    for scope, times in (("session", 3), ("class", 3), ("thing", 6)):
        assert text.count(f"{scope} up") == text.count(f"{scope} down") == times


@pytest.mark.parametrize("order", [("expectations.yaml", "sub"), ("sub", "expectations.yaml")])
def test_single_expectations_mix_with_unit_tests_of_other_folders(
    project: Project, filled: Dsn, order: tuple[str, ...]
) -> None:
    project.write("sub/test_unit.py", UNIT)
    arguments = [IDS[2], IDS[7], "sub", IDS[9], IDS[10]]
    result = project.run(f"--schema-dsn={filled}", *arguments)
    result.assert_outcomes(passed=7)
    project.run(f"--schema-dsn={filled}", *order).assert_outcomes(passed=NUMBER + 2, skipped=1)


def test_without_the_plugin_there_is_nothing(project: Project) -> None:
    project.write("test_unit.py", "def test_unit(): pass")
    result = project.run_apart("-p", "no:schemaverify")
    result.assert_outcomes(passed=1)
    assert "schema" not in text_of(result).replace("schemaverify-0", "").replace("no:schema", "")


@pytest.mark.parametrize(
    "hook",
    ["setup(item)", "call(item)", "teardown(item, nextitem)", "makereport(item, call)"],
)
def test_a_hook_of_the_project_sees_every_expectation(
    project: Project, hook: str, filled: Dsn
) -> None:
    project.write("conftest.py", f"def pytest_runtest_{hook}:\n    print('seen', item.nodeid)\n")
    result = project.run("-s", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)
    seen = set(re.findall(r"seen (\S+)", text_of(result)))
    assert seen >= (set(IDS[1:]) if hook.startswith("call") else set(IDS))


def test_hooks_that_only_report_see_three_phases_of_every_expectation(
    project: Project, filled: Dsn
) -> None:
    project.write(
        "conftest.py",
        """
def pytest_runtest_logstart(nodeid): print("start", nodeid)
def pytest_runtest_logreport(report): print("report", report.nodeid, report.when)
def pytest_runtest_logfinish(nodeid): print("finish", nodeid)
""",
    )
    text = text_of(project.run("-s", f"--schema-dsn={filled}"))
    for what in ("setup", "call", "teardown"):
        assert len(re.findall(rf"report \S+ {what}", text)) == NUMBER
    assert text.count("start expectations.yaml::") == text.count("finish expectations") == NUMBER


def test_a_hook_that_names_outcomes_is_asked_for_three_phases_of_every_expectation(
    project: Project, filled: Dsn
) -> None:
    project.write(
        "conftest.py", "def pytest_report_teststatus(report): print('asked', report.when)"
    )
    text = text_of(project.run("-s", f"--schema-dsn={filled}"))
    for phase in ("setup", "call", "teardown"):
        assert len(re.findall(rf"asked {phase}$", text, re.M)) == NUMBER, phase


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="pytest 9 has the style `times`")
def test_the_time_of_a_file_is_shown_where_pytest_shows_it(project: Project, filled: Dsn) -> None:
    project.run(
        f"--schema-dsn={filled}", "-o", "console_output_style=times", "-v"
    ).stdout.re_match_lines([r"expectations.yaml::data.users::rows PASSED +[\d.]+m?s$"])


def test_hooks_of_a_folder_are_not_asked_about_expectations_outside(
    project: Project, filled: Dsn
) -> None:
    project.write("unit/test_unit.py", "def test_unit(): pass")
    project.write("unit/conftest.py", "def pytest_runtest_setup(item): assert item.function")
    result = project.run(f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER, skipped=1)


def test_an_autouse_fixture_of_the_project_leaves_the_expectations_alone(
    project: Project, filled: Dsn
) -> None:
    project.write(
        "conftest.py",
        "import pytest\n@pytest.fixture(autouse=True)\ndef around():\n    print('in')\n    yield\n",
    )
    project.write("test_unit.py", "def test_unit(): pass")
    result = project.run("-s", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER, skipped=1)


def test_a_mark_added_by_the_project_skips_an_expectation(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    project.write(
        "conftest.py",
        """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.endswith("email::type"):
            item.add_marker(pytest.mark.xfail(reason="known", strict=True))
        if item.nodeid.endswith("id::type"):
            item.add_marker(pytest.mark.skip(reason="not today"))
        if item.nodeid.endswith("id::nullable"):
            item.add_marker(pytest.mark.xfail(reason="wrongly", strict=True))
""",
    )
    result = project.run(f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 4, skipped=2, xfailed=1, failed=1)
    assert "[XPASS(strict)] wrongly" in text_of(result)
    assert result.ret == 1


@pytest.mark.parametrize("option", ["--setup-show", "--trace-config", "--durations=3", "-rA"])
def test_options_that_watch_items_work(project: Project, option: str, filled: Dsn) -> None:
    result = project.run(option, f"--schema-dsn={filled}")
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)


def test_durations_are_those_of_all_phases(project: Project, filled: Dsn) -> None:
    text = text_of(project.run(f"--schema-dsn={filled}", "--durations=0", "-vv"))
    for phase in ("setup", "call", "teardown"):
        lines = re.findall(rf"^\d\.\d\ds {phase} +expectations.yaml::", text, re.M)
        assert len(lines) == NUMBER, phase


def test_setup_only_and_setup_plan_check_nothing(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    for option in ("--setup-only", "--setup-plan"):
        assert "1 failed" not in text_of(project.run(option, f"--schema-dsn={filled}"))


def test_the_debugger_opens_at_a_failure(project: Project, filled: Dsn) -> None:
    project.expect(WRONG)
    result = project.pytester.run(
        sys.executable, "-m", "pytest", "--pdb", f"--schema-dsn={filled}", stdin=b"c\n"
    )
    text = text_of(result)
    assert text.index("actual      text") < text.index("PDB post_mortem")
    result.assert_outcomes(passed=NUMBER - 2, failed=1, skipped=1)


# Settings


def test_an_option_wins_over_the_ini_key_and_that_over_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen(*arguments: str) -> str:
        result = project.run("-q", *arguments)
        found = re.search(r"reading \S+_?bin.dir=(\S*)\n", text_of(result), re.IGNORECASE)
        assert found, text_of(result)
        return Path(found[1]).name

    monkeypatch.setenv("PYTEST_SCHEMA_BIN_DIR", "/from/environment")
    assert chosen() == "environment"
    project.write("pytest.ini", "[pytest]\nschema_bin_dir = from/ini\n")
    assert chosen() == "ini"
    assert chosen("--schema-bin-dir=/from/option") == "option"


def test_the_dsn_may_come_from_any_of_the_three(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", filled)
    assert "read-only" in text_of(project.run())
    monkeypatch.delenv("PYTEST_SCHEMA_DSN")
    project.write("pytest.ini", f"[pytest]\nschema_dsn = {filled}\n")
    assert "read-only" in text_of(project.run())


def test_every_setting_is_in_the_help(project: Project) -> None:
    text = text_of(project.run("--help"))
    for name, *_ in settings():
        assert f"--schema-{name.replace('_', '-')}" in text, name
        assert f"schema_{name} (" in text, name


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kind, *_ in settings()])
def test_every_setting_is_read_from_all_three_sources(name: str, kind: type) -> None:
    known = {"database": "local", "fail_on": "warn", "shard": "1/2", "statement_timeout": "5s"}
    known |= {"coverage_fail_under": "90", "items": "object"}
    plain = {**known, "var": "a=b"}.get(name, "x")
    text = "true" if kind is bool else plain
    value = True if kind is bool else (plain,) if kind is tuple else plain
    given = {f"schema_{name}": text, f"PYTEST_SCHEMA_{name.upper()}": text}
    nothing: dict[str, str] = {}
    for source in range(3):
        option, ini, environ = (given if number == source else nothing for number in range(3))
        assert getattr(read(option.get, ini.get, environ.get), name) == value, source


def test_another_folder_of_migrations_can_be_given(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("other/001_users.sql", MIGRATION.replace("text not null unique", "varchar(80)"))
    result = project.run("--schema-migrations=other")
    result.assert_outcomes(passed=NUMBER - 2, failed=2)
    project.expect("tables: {users: {columns: {email: varchar(80)}}}")
    project.write("pytest.ini", "[pytest]\nschema_migrations = other\n")
    project.write("deep/expectations.yaml", "tables: {users: {columns: {email: varchar(80)}}}")
    monkeypatch.chdir(project.path / "deep")
    project.run("../expectations.yaml", ".").assert_outcomes(passed=6)


def test_the_rollback_is_verified_when_asked_for(project: Project) -> None:
    project.write("migrations/001_users.down.sql", "drop table users;")
    project.write("migrations/001_users.up.sql", MIGRATION)
    (project.path / "migrations/001_users.sql").unlink()
    project.run().assert_outcomes(passed=NUMBER)
    result = project.run("-v", "--schema-rollback")
    result.assert_outcomes(passed=NUMBER + 1)
    assert "expectations.yaml::migrations::reversible" in ran(result)
    project.write("migrations/001_users.down.sql", "select 1;")
    result = project.run("--schema-rollback")
    result.assert_outcomes(passed=NUMBER, failed=1)
    assert "users" in "".join(lines_after(text_of(result), "migrations reversible"))


def test_a_kept_database_can_be_reached_as_printed_and_removed_as_printed(
    project: Project,
) -> None:
    text = text_of(project.run_apart("--schema-keep", "-q"))
    found = re.search(r"what was verified: psql '(.*)'", text)
    stop = re.search(r"to stop it and to remove its files: kill (\d+)", text)
    folder = re.search(r"its files are in (\S+)", text)
    assert found
    assert stop
    assert folder
    try:
        with psycopg.connect(found[1]) as connection:
            row = connection.execute("select count(*) from users").fetchone()
            assert row == (0,)
    finally:
        subprocess.run(["kill", stop[1]], check=True)
    for _ in range(100):
        if not Path(folder[1]).exists():
            break
        time.sleep(0.05)
    assert not Path(folder[1]).exists()


# Fixtures

USERS_TEST = """
def test_adds_a_row(schema_connection):
    schema_connection.execute("insert into users (email) values ('a@b.c')")
    count = schema_connection.execute("select count(*) from users").fetchone()
    assert count == (1,)

def test_the_row_was_rolled_back(schema_connection):
    assert schema_connection.execute("select count(*) from users").fetchone() == (0,)

def test_others_may_connect(schema_dsn):
    import psycopg
    with psycopg.connect(schema_dsn) as connection:
        assert connection.execute("select 1 from users").fetchone() is None

def test_the_catalog_knows_the_table(schema_catalog):
    assert schema_catalog.find("tables", ("public", "users")).kind == "table"
    assert schema_catalog.find("columns", ("public", "users", "email")).type == "text"
"""


@pytest.mark.parametrize("arguments", [(), ("test_users.py",)])
def test_the_fixtures_reach_the_database_that_is_verified(
    project: Project, arguments: tuple[str, ...]
) -> None:
    project.write("test_users.py", USERS_TEST)
    result = project.run(*arguments)
    result.assert_outcomes(passed=4 if arguments else 4 + NUMBER)


def test_the_fixtures_only_read_an_existing_database(project: Project, filled: Dsn) -> None:
    project.write("test_users.py", USERS_TEST)
    result = project.run("test_users.py", f"--schema-dsn={filled}")
    result.assert_outcomes(passed=3, failed=1)
    assert "cannot execute INSERT in a read-only transaction" in text_of(result)


def test_the_fixtures_say_what_is_missing(project: Project) -> None:
    (project.path / "expectations.yaml").unlink()
    project.write("test_users.py", USERS_TEST)
    result = project.run("test_users.py")
    result.assert_outcomes(errors=4)
    assert "there is no expectations.yaml to say what the database is" in text_of(result)
    assert "fixtures.py" not in text_of(result)


def test_the_fixtures_say_what_is_wrong_with_the_expectations(project: Project) -> None:
    project.expect("tabels: {}")
    project.write("test_users.py", USERS_TEST)
    text = text_of(project.run("test_users.py"))
    assert "expectations.yaml:1:1: tabels: unknown key, did you mean `tables`?" in text
    assert "fixtures.py" not in text


def test_a_project_may_override_the_dsn(project: Project, filled: Dsn) -> None:
    project.write(
        "conftest.py",
        "import pytest\n@pytest.fixture(scope='session')\n"
        f"def schema_dsn():\n    return '''{filled}'''\n",
    )
    project.write(
        "test_users.py",
        "def test_where(schema_connection):\n"
        f"    assert schema_connection.info.dbname in '''{filled}'''\n",
    )
    project.run("test_users.py").assert_outcomes(passed=1)
