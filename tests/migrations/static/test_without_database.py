"""What the files alone tell needs no server, and is told where none can be had."""

from pathlib import Path

import pytest

from tests.projects import Project, project, shows_no_traceback, text_of

__all__ = ["project"]

STATIC = """\
migrations: {directory: migrations, versions: {unique: true, ordered: true, pattern: '^\\d{3}_'}}
rules:
  no_credentials: true
  rls_on_created_tables: true
  no_blocking_statements: true
  definer_search_path: {except: {"public.peek(varchar(80), int)": it reads nothing}}
"""
SERVED = STATIC + "tables: {users: {primary_key: [id]}}\n"
PEEK = """create function peek(name varchar, at int) returns int language sql security definer
as 'select 1';
"""


@pytest.fixture
def nowhere() -> tuple[str]:
    """The option of a run that can have no server: nobody listens there."""
    return ("--schema-server=postgresql://postgres@127.0.0.1:1/postgres",)


@pytest.mark.parametrize("apart", [(), ("-n", "2")])
def test_static_items_start_no_server(
    project: Project, nowhere: tuple[str], apart: tuple[str, ...]
) -> None:
    project.write("migrations/002_peek.sql", PEEK)
    project.expect(STATIC)
    run = project.run_apart if apart else project.run
    result = run("-m", "static", *nowhere, *apart)
    assert result.ret == 0
    result.assert_outcomes(passed=8, deselected=0 if apart else 1)
    said = text_of(result)
    assert "expectations.yaml → no database was needed" in said
    assert "  2 migrations in migrations, none applied; layout plain: 001_name.sql" in said


def test_where_no_server_can_be_had_the_files_are_judged_all_the_same(
    project: Project, nowhere: tuple[str]
) -> None:
    project.write("migrations/002_more.sql", PEEK + "create table more (id int);\n")
    project.expect(SERVED)
    result = project.run(*nowhere)
    text = text_of(result)
    result.assert_outcomes(passed=7, failed=2, skipped=2)
    assert result.ret == 1, "something is wrong, whatever else could not be told"
    assert "migrations/002_more.sql:3:14: public.more" in text
    assert text.count("Connection refused") == 1, "not by each item"
    assert shows_no_traceback(text)


def test_files_that_cannot_be_read_are_told_once(project: Project) -> None:
    project.expect(SERVED.replace("directory: migrations", "directory: elsewhere"))
    result = project.run()
    result.assert_outcomes(errors=1)
    text = text_of(result)
    assert text.count("expectations.yaml:1:14: migrations.directory: reading migrations from ") == 1
    assert text.count("did you mean") == 0
    assert result.ret == 2


def test_a_file_that_is_no_text_is_named_by_each_item_that_reads_it(
    project: Project, nowhere: tuple[str], tmp_path: Path
) -> None:
    (project.path / "migrations/003_bad.sql").write_bytes(b"select '\xff';\n")
    project.expect(STATIC)
    result = project.run("-m", "static", *nowhere)
    assert "003_bad.sql:1:9" in text_of(result)
    assert result.ret == 6


def test_it_is_said_which_syntax_is_known(project: Project, nowhere: tuple[str]) -> None:
    project.expect("migrations: {directory: migrations}\nrules: {no_blocking_statements: true}\n")
    project.write("migrations/002_new.sql", "\\ir nothing.sql\n")
    says = "the parser knows the syntax of PostgreSQL 18"
    assert says not in text_of(project.run("-m", "static", *nowhere))
    project.write("migrations/002_new.sql", "create table t (id int) with nobody knows what;\n")
    said = text_of(project.run("-m", "static", *nowhere))
    assert 'migrations/002_new.sql:1:30: syntax error at or near "nobody"' in said
    assert f"nothing that depends on these statements was checked; {says}" in said
