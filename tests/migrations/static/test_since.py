"""Findings can be limited to what is new: behind a version, or since a commit."""

import subprocess
from pathlib import Path

import pytest

from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.migrations.new_files import since
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import analyse
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.judging import of_files
from pytest_schemaverify.verification.verification import Verification
from tests.migrations.static.reading import written

OLD = "create table a (id int);"
NEW = "create table b (id int);"


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    written(folder, OLD)
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one")
    written(folder, OLD, NEW)
    return folder


@pytest.mark.parametrize("given", ["001", "1", "HEAD"])
def test_a_version_and_a_commit_lead_to_the_new_files(repository: Path, given: str) -> None:
    assert {path.name for path in since(read(repository), given)} == {"002_b.sql"}


def test_a_file_that_was_changed_is_new(repository: Path) -> None:
    (repository / "001_a.sql").write_text(OLD + "\n-- changed")
    found = {path.name for path in since(read(repository), "HEAD")}
    assert found == {"001_a.sql", "002_b.sql"}


@pytest.mark.parametrize("given", ["017", "no-such-branch", "--output=x"])
def test_what_is_neither_is_an_error_that_says_so(repository: Path, given: str) -> None:
    with pytest.raises(ConfigError, match=r"no version|neither"):
        since(read(repository), given)


@pytest.mark.parametrize("given", ["", "3b"])
def test_the_setting_limits_what_is_said_of_versions(tmp_path: Path, given: str) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name in ("1_a", "01_b", "2_x", "3b_old", "3b_older", "10_x", "10_y", "007_z"):
        (folder / f"{name}.sql").write_text("select 1;" if name in ("1_a", "10_y") else name)
    path = tmp_path / "expectations.yaml"
    path.write_text(
        "migrations: {versions: {unique: true, ordered: true, same_width: true, distinct: true,"
        " pattern: '_x'}, directory: migrations}\n"
    )
    verification = Verification(path, path.name, Config(since=given))
    told = {
        one.check.partition(".")[2]: " ".join(
            f"{finding.subject} {finding.actual}"
            for finding in verification.results.of(one).findings
        )
        for one in verification.contract.planned
        if of_files(one.check)
    }
    every = {"1_a", "01_b", "2_x", "3b_old", "3b_older", "10_x", "10_y", "007_z"}
    named = {check: {one for one in every if one in text} for check, text in told.items()}
    assert named["ignored"] == set()
    if not given:
        assert named["unique"] == {"1_a", "01_b", "3b_old", "3b_older", "10_x", "10_y"}
        assert named["pattern"] == every - {"2_x", "10_x"}
        assert {"01_b", "10_x", "10_y", "007_z"} <= named["same_width"]
    else:
        assert named["unique"] == {"10_x", "10_y"}, "one of them is behind 3b"
        assert named["pattern"] == {"10_y", "007_z"}
        assert named["same_width"] <= {"10_x", "10_y", "007_z"}
        assert named["distinct"] == {"10_y"}, "it says what 1_a said"


@pytest.mark.parametrize(("given", "found"), [("", ["a", "b"]), ("001", ["b"])])
def test_the_setting_limits_the_findings(
    repository: Path, server: Server, given: str, found: list[str]
) -> None:
    path = repository.parent / "expectations.yaml"
    path.write_text("migrations: {}\nrules: {rls_on_created_tables: true}\n")
    verification = Verification(path, "expectations.yaml", Config(since=given))
    verification.database.prepare(lambda _: server)
    results = [verification.results.of(one) for one in verification.contract.planned]
    verification.database.close()
    assert [f.subject for r in results for f in r.findings] == [f"public.{n}" for n in found]


def test_reading_for_some_files_finds_what_concerns_them_in_everything(tmp_path: Path) -> None:
    migrations = written(
        tmp_path,
        "create table kept (id int); create table lost (id int, name text);"
        "create function old() returns void language plpgsql as $$ begin"
        " create temp table made_up (id int); perform 1 from never; end $$;",
        "create function uses() returns bigint language sql as 'select count(*) from lost';",
        "create function new() returns bigint language sql as 'select count(*) from made_up';"
        "create function wrong() returns bigint language sql as 'select count(*) from never';",
        "drop table lost;",
    )
    whole = analyse((), migrations)
    for one, told in zip(migrations, (1, 1, 1, 1), strict=True):
        limited = analyse((), migrations, {one.path})
        assert limited == whole.limited({one.path})
        assert len(limited.dangling) == told
