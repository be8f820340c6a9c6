"""What reading migration files has found is kept, and it is what reading them again finds."""

import cProfile
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

import pytest_schemaverify
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import Analysis, analyse, analysed, kept
from pytest_schemaverify.migrations.static.kept_secrets import in_files
from pytest_schemaverify.migrations.static.secrets import secrets
from pytest_schemaverify.sql import parser
from tests.example.worked_example import LEGACY
from tests.migrations.static.reading import written
from tests.pages import cases

RULES = Path(pytest_schemaverify.__file__).parent / "rules"
LOG = "create table log (said text default 'sk_live_4eC39HqLyjWDarjtT1zdp7dd');"
KEY = """
create role app login password 'it''s_Hunter2-xyz';
create function key() returns text language plpgsql as $$
begin
  insert into public.log (said) values ('it''s_Hunter2-xyz');
  return 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
end $$ security definer;
"""
TABLE = """
create table t{number} (id int);
create view v{number} as select id from t{number};
create function f{number}() returns bigint language sql as 'select count(*) from t{number}';
"""
COMMAND = """
import sys
from pytest_schemaverify.cli import main
from pytest_schemaverify.sql import fence
main(["check-files", sys.argv[1]])
print(fence._library.cache_info().misses > 0)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which everything is kept, also what is small."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setattr(kept, "SMALLEST", 1)
    return folder / "pytest-schemaverify"


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """The 41 files of the worked example, in which every rule finds something."""
    return Path(copytree(LEGACY, tmp_path / "legacy"))


def parses(call: Callable[[], object]) -> int:
    """Return how many texts the parser is given."""
    profile = cProfile.Profile()
    profile.runcall(call)
    code = parser.parse.__code__
    return sum(one.callcount for one in profile.getstats() if one.code is code)


def places(found: Analysis) -> Iterator[Migration]:
    for ones in (found.unread, found.dangling, found.locks, found.destructive, found.tables):
        yield from (one.place.migration.whole for one in ones)


def test_every_rule_finds_in_what_is_kept_what_it_finds_anew(legacy: Path) -> None:
    files = read(legacy).migrations
    whole = analyse((), files)
    for ones in (
        whole.conflicts, whole.dangling, whole.destructive, whole.locks, whole.undone,
        whole.vectors, whole.tables, whole.definers,
    ):  # fmt: skip
        assert ones
    assert analysed((), files) == whole
    assert parses(lambda: analysed((), files)) == 0
    again = read(legacy).migrations
    found = analysed((), again)
    assert found == whole
    assert {id(one) for one in places(found)} <= {id(one) for one in again}


@pytest.mark.parametrize("number", [0, 20, -2, -1])
def test_a_changed_file_and_those_behind_it_are_read(legacy: Path, number: int) -> None:
    path = read(legacy).migrations[number].path
    for text in ("", "create table planted (id int);", "drop table memories; select planted();"):
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        files = read(legacy).migrations
        for new in (None, {path}, {path, files[3].path}):
            assert analysed((), files, new) == analyse((), files, new)
        assert analysed(files[:20], files[20:]) == analyse(files[:20], files[20:])
    (legacy / "099_new.sql").write_text("create table memories (id text);", encoding="utf-8")
    files = read(legacy).migrations
    assert analysed((), files) == analyse((), files)


def test_the_parser_is_given_what_has_changed_alone(tmp_path: Path) -> None:
    texts = [TABLE.format(number=number) for number in range(8)]
    one = 3  # statements of a file, beside the body of its function

    def given(changed: int | None = None) -> int:
        if changed is not None:
            texts[changed] += "-- changed\n"
        files = written(tmp_path, *texts)
        new = None if changed is None else {files[changed].path}
        return parses(lambda: analysed((), files, new))

    assert given() == 8 * (one + 1)
    assert given() == 0
    assert given(7) == given(7) == one + 1
    # The schema in front of the last file is what is kept, until another file changes twice.
    assert given(4) == 8 * one + 1
    assert given(4) == 4 * one + 1
    # A run about everything holds all functions against what all files leave.
    assert given() == 4 * one + 8
    assert given() == 0


def test_the_cases_of_the_rules_are_the_same_when_they_are_kept(tmp_path: Path) -> None:
    number = 0
    for page in sorted(RULES.glob("*.md")):
        for case in cases(page):
            if texts := [case.files[name] for name in sorted(case.files)][:8]:
                number += 1
                (folder := tmp_path / str(number)).mkdir()
                files = written(folder, *texts)
                assert analysed((), files[:-1]) == analyse((), files[:-1])
                whole = analyse((), files)
                assert [analysed((), files), analysed((), files)] == [whole, whole], case.title
    assert number > 40


def test_an_included_file_counts(tmp_path: Path) -> None:
    texts = ["\\ir tables.psql\n", "select * from b;"]
    inner = tmp_path / "tables.psql"
    for text in ("", "create table a (id int);", "create table b (id int); drop table b;"):
        inner.write_text(text, encoding="utf-8")
        files = written(tmp_path, *texts)
        assert analysed((), files) == analyse((), files)
        assert analysed((), files, {inner}) == analyse((), files, {inner})
    inner.unlink()
    assert analysed((), files).unread
    inner.write_bytes(b"\xff")
    files = written(tmp_path, *texts)
    assert "UTF-8" in analysed((), files).unread[0].reason


def test_no_secret_is_kept_and_nothing_that_is_damaged_is_read(tmp_path: Path, cache: Path) -> None:
    files = written(tmp_path, LOG, KEY, "select 1;")
    whole = analyse((), files)
    assert "sk_live" in str(analysed((), files))
    found = [*in_files(files)]
    assert found == [(one, secret) for one in files for secret in secrets(one.text)] != []
    names = {one.name.partition("-")[0] for one in cache.iterdir()}
    assert names == {"findings", "schema", "secrets"}
    for one in cache.iterdir():
        content = one.read_bytes()
        assert one.stat().st_mode & 0o777 == 0o600
        for text in ("Hunter2", "4eC39HqLyjWD", "insert into public.log"):
            assert text.encode() not in content
        one.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert parses(lambda: analysed((), files)) > 0
    assert analysed((), files) == whole
    assert [*in_files(files)] == found
    last = [secret for _, secret in found[1:]]
    changed = written(tmp_path, LOG, KEY, f"{KEY}-- changed")
    assert [secret for one, secret in in_files(changed) if one is changed[2]] == last != []


def test_a_command_loads_the_parser_only_for_what_has_changed(tmp_path: Path, cache: Path) -> None:
    (folder := tmp_path / "migrations").mkdir()
    files = written(folder, *[TABLE.format(number=number) * 20 for number in range(8)])
    spec = "migrations: {directory: migrations}\nrules: {no_dangling_references: true}\n"
    (tmp_path / "expectations.yaml").write_text(spec)

    def loaded() -> bool:
        words = [sys.executable, "-c", COMMAND, str(files[-1].path)]
        done = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()[-1] == "True"

    assert loaded()
    assert not loaded()
    files[-1].path.write_text("select 1;")
    assert loaded()
