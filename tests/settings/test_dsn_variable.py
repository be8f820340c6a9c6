"""DSNs that a variable has, and that other tools write, against a database that exists."""

import shutil

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.dsn_formats import url
from tests.canonical.servers import pgbouncer
from tests.projects import NUMBER, Project, text_of
from tests.projects import filled as filled  # a fixture
from tests.projects import project as project

EXPECTED = """
  left out of DATABASE_URL, because libpq has no such parameter and the database is the same \
without it: pgbouncer, connection_limit (Prisma)
"""


def of_prisma(dsn: Dsn) -> str:
    """Return a DSN as Prisma's users have it, with one of SQLAlchemy's schemes."""
    return f"{url(dsn, 'postgresql+psycopg')}&pgbouncer=true&connection_limit=1"


def test_a_dsn_comes_from_the_file_beside_the_ini_file(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    where, _, query = of_prisma(filled).partition("?")
    project.write(
        ".env", f"# ours\n\nQUERY='{query}'\nexport DATABASE_URL=\"{where}?${{QUERY}}\" # x"
    )
    project.write("pytest.ini", "[pytest]\nschema_dsn_env = DATABASE_URL\n")
    (project.path / "below").mkdir()
    monkeypatch.chdir(project.path / "below")
    result = project.run("..")
    result.assert_outcomes(passed=NUMBER - 1, skipped=1)
    assert EXPECTED in text_of(result)
    assert "  DATABASE_URL begins with postgresql+psycopg://, which is read as" in text_of(result)
    monkeypatch.chdir(project.path)
    capsys.readouterr()
    assert main(["coverage", "--dsn-env=DATABASE_URL"]) == 0
    assert EXPECTED.strip() in capsys.readouterr().err


def test_the_environment_goes_before_the_file(
    project: Project, filled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(".env", "DATABASE_URL=postgresql://nobody@127.0.0.1:1/nothing\n")
    monkeypatch.setenv("DATABASE_URL", of_prisma(filled))
    assert project.run("--schema-dsn-env=DATABASE_URL").ret == 0
    monkeypatch.delenv("DATABASE_URL")
    assert project.run("--schema-dsn-env=DATABASE_URL").ret == 6


def test_tests_without_expectations_need_no_variable(project: Project) -> None:
    (project.path / "expectations.yaml").unlink()
    project.write("pytest.ini", "[pytest]\nschema_dsn_env = DATABASE_URL\n")
    project.write("test_own.py", "def test_own(): pass\n")
    project.run().assert_outcomes(passed=1)


def test_a_pooler_in_transaction_mode_is_read_through(project: Project, filled: Dsn) -> None:
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/bin:/usr/bin")
    if program is None:
        pytest.skip("there is no PgBouncer on this machine: apt-get install pgbouncer")
    with pgbouncer(filled, program, ["postgres"]) as pooled:
        result = project.run(f"--schema-dsn={of_prisma(pooled)}")
    assert result.ret == 0, text_of(result)
