"""`schemaverify update` writes what is asked for and allows nothing more, and tells the rest."""

import subprocess
from pathlib import Path

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Server
from tests.projects import Project, shows_no_traceback
from tests.projects import project as project

MIGRATION = """\
create table users (id bigint primary key, email text not null, title text);
alter table users enable row level security;
"""
FILE = """\
migrations: {directory: migrations}
schemas: {public: {grants: {public: [usage]}}}
tables:
  users:  # who can sign in
    columns:
      id: int not null
      email: varchar(80) not null
      phone: text
    primary_key: [id]
    rls: true
unmanaged: {details: fail}
"""
EMAIL = "tables.users.columns.email"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def file(project: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
    project.write("migrations/001_users.sql", MIGRATION)
    return project.expect(FILE)


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["update", "--quiet", *arguments])
    out, err = capsys.readouterr()
    assert shows_no_traceback(out + err), out + err
    return code, out, err


def test_without_an_option_it_shows_what_it_would_do(file: Path, capsys: Capture) -> None:
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert file.read_text() == FILE
    assert out.startswith("4 differences: 1 new, 2 different, 1 gone\n")
    assert "not written without --create:\n  tables.users.columns.title (" in out
    assert f"  {EMAIL} (expectations.yaml:7:7): varchar(80) → text\n" in out
    assert "    risk: public.users.email takes other values: varchar(80) → text\n" in out
    assert f"    schemaverify update --fix --accept-loosening {EMAIL} writes it\n" in out


def test_what_is_new_is_created(file: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "--create")
    assert code == 0
    assert "written:\n  tables.users.columns.title (" in out
    assert file.read_text() == FILE.replace(
        "      phone: text\n", "      phone: text\n      title: text\n"
    )


def test_what_loosens_is_left_and_told(file: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "--fix", "--create", "--trim")
    assert code == 1
    assert "allows more than the file does, and is not written without --accept-loosening:" in out
    assert "email: varchar(80) not null" in file.read_text()
    assert "phone" in file.read_text()


def test_what_is_accepted_is_written_and_then_nothing_differs(file: Path, capsys: Capture) -> None:
    accepted = [f"--accept-loosening={one}" for one in (EMAIL, "tables.users.columns")]
    code, out, _ = run(capsys, "--fix", "--create", "--trim", *accepted)
    assert code == 0, out
    assert file.read_text() == FILE.replace("id: int", "id: bigint").replace(
        "varchar(80) not null\n      phone: text", "text not null\n      title: text"
    )
    assert run(capsys, "--check") == (0, "nothing differs\n", "")


def test_only_what_is_selected_is_written(file: Path, capsys: Capture) -> None:
    accepted = "--accept-loosening=tables"
    code, out, _ = run(capsys, "--fix", EMAIL, accepted)
    assert (code, out.splitlines()[0]) == (0, "1 difference: 1 different")
    assert file.read_text() == FILE.replace("varchar(80)", "text")
    assert run(capsys, "--create", "-k", "title or nothing")[0] == 0
    assert "title" in file.read_text()
    assert run(capsys, "--fix", "--kinds=indexes", accepted)[1] == "nothing differs\n"


def test_a_check_writes_nothing_and_fails(file: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "--check")
    assert (code, file.read_text()) == (1, FILE)
    assert "would be written:\n  tables.users.columns.title" in out
    assert run(capsys, "--check", "--create", "--fix")[0] == 1
    # Nothing of this is left to a person, and still the file is not what it would be.
    assert run(capsys, "--check", "tables.users.columns.title")[0] == 1
    assert run(capsys, "--check", "tables.users.rls")[0] == 0
    assert file.read_text() == FILE


def test_a_patch_is_one_for_git(
    file: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    code, out, err = run(capsys, "--create", "--dry-run")
    assert (code, file.read_text()) == (0, FILE)
    assert out.startswith("--- a/expectations.yaml\n+++ b/expectations.yaml\n")
    assert "would be written:" in err
    monkeypatch.setenv("CI", "true")
    again = run(capsys, "--create")
    assert (again, file.read_text()) == ((1, out, err), FILE)
    subprocess.run(["git", "apply", "-"], input=out, text=True, check=True)
    assert "      title: text\n" in file.read_text()
    code, out, err = run(capsys, "--create")
    assert (code, out) == (0, "")
    assert run(capsys)[0] == 0


def test_a_patch_names_files_from_the_root_of_the_repository(
    project: Project, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    folder = project.path / "database"
    folder.mkdir()
    for name in ("expectations.yaml", "migrations"):
        (project.path / name).rename(folder / name)
    monkeypatch.chdir(folder)
    _, out, _ = run(capsys, "--create", "--dry-run")
    named = "database/expectations.yaml"
    assert out.startswith(f"--- a/{named}\n+++ b/{named}\n")


def test_what_is_not_compared_is_not_trimmed(file: Path, capsys: Capture) -> None:
    for part in (EMAIL, "-k=email", "--kinds=columns"):
        code, out, err = run(capsys, "--trim", part)
        assert (code, out) == (4, "")
        assert "because only a part was asked for" in err
    assert file.read_text() == FILE


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["tables.users.columns.emial"], 4, f"did you mean {EMAIL}?"),
        (["--accept-loosening=tabels"], 4, "reading --accept-loosening tabels"),
        (["--kinds=colums"], 4, "did you mean columns?"),
        (["-k", "and"], 4, "reading -k and"),
        (["--spec=missing.yaml"], 4, "there is no such file"),
        (["--dsn=postgresql://me:hush@127.0.0.1:1/none"], 6, "127.0.0.1"),
        (["--fx"], 4, "did you mean --fix?"),
    ],
)
def test_a_mistake_writes_nothing(
    arguments: list[str], code: int, told: str, file: Path, capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if "--dsn" in arguments[0]:
        monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
    found, out, err = run(capsys, "--create", "--fix", *arguments)
    assert (found, out, file.read_text()) == (code, "", FILE), err
    assert told in err
    assert "hush" not in err


def test_a_file_with_errors_is_told_with_the_place(file: Path, capsys: Capture) -> None:
    file.write_text(f"{FILE}tabels: {{}}\n")
    code, out, err = run(capsys, "--create")
    assert (code, out) == (2, "")
    assert "expectations.yaml:12:1: tabels: unknown key, did you mean `tables`?" in err


def test_a_file_that_is_read_only_stays(file: Path, capsys: Capture) -> None:
    file.chmod(0o444)
    code, out, err = run(capsys, "--create")
    assert (code, out, file.read_text()) == (4, "", FILE)
    assert "writing " in err
    assert "it is read-only" in err


def test_a_database_that_may_not_be_read_is_told(
    file: Path, capsys: Capture, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg
    from psycopg import conninfo

    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("create role stranger login")
        connection.execute("create database closed")
        connection.execute("revoke connect on database closed from public")
    try:
        monkeypatch.delenv("PYTEST_SCHEMA_SERVER")
        dsn = conninfo.make_conninfo(str(server.dsn), dbname="closed", user="stranger")
        code, out, err = run(capsys, "--create", f"--dsn={dsn}")
        assert (code, out, file.read_text()) == (6, "", FILE), err
        assert "closed" in err
    finally:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("drop database closed")
            connection.execute("drop role stranger")


def test_what_a_person_has_to_do_is_told(file: Path, capsys: Capture) -> None:
    text = FILE.replace("id: int not null", "id: {type: '${kind}', nullable: false}")
    file.write_text(f"vars: {{kind: int}}\n{text}")
    code, out, _ = run(capsys, "--fix", "tables.users.columns.id", "--accept-loosening=tables")
    assert code == 1
    assert "for a person:\n  tables.users.columns.id.type (expectations.yaml:7:12): int" in out
    assert "    because it has a variable, `${…}`\n    type type: bigint\n" in out
    assert "${kind}" in file.read_text()
