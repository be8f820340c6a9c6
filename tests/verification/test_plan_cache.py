"""A file is read once; any change of what it depends on has it read again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_schemaverify.databases import kept_files
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import read as read_file
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification
from tests.projects import project as project

TEXT = "include: [more.yaml]\ntables: {t: {columns: {c: 'vector(${env:DIMS:-3})'}}}\n"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the texts that were read, in place of being remembered."""
    texts: list[str] = []
    once = read_file

    def counted(text: str, *arguments: object, **named: object) -> object:
        texts.append(text)
        return once(text, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("pytest_schemaverify.verification.reading.read", counted)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "e.yaml").write_text(TEXT)
    (tmp_path / "more.yaml").write_text("data: {t: {rows: 0}}")
    return texts


def verification(folder: Path, *variables: str) -> Verification:
    return Verification(folder / "e.yaml", "e.yaml", Config(var=variables))


def test_what_was_read_once_is_the_same_again(tmp_path: Path, read: list[str]) -> None:
    first, second = verification(tmp_path), verification(tmp_path)
    assert read == [TEXT]
    assert first.contract.planned == second.contract.planned
    assert first.contract.spec == second.contract.spec
    (_, one, other, *_) = second.contract.planned
    assert one.subject is other.subject  # one object is looked up once


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_whatever_is_in_its_place_goes(
    tmp_path: Path, read: list[str], make: Callable[[Path], object]
) -> None:
    verification(tmp_path)
    cache = tmp_path / "cache/pytest-schemaverify"
    (file,) = cache.iterdir()
    file.unlink()
    make(file)
    verification(tmp_path)
    verification(tmp_path)
    assert len(read) == 2
    assert list(cache.iterdir()) == [file]


def test_any_change_has_it_read_again(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verification(tmp_path)
    monkeypatch.setenv("DIMS", "5")
    assert verification(tmp_path).contract.planned[2].expected == "vector(5)"
    (tmp_path / "more.yaml").write_text("data: {t: {rows: 7}}")
    assert verification(tmp_path).contract.planned[-1].expected == 7
    (tmp_path / "e.yaml").write_text(TEXT.replace("{c:", "{d:"))
    assert verification(tmp_path).contract.planned[1].name == "tables.t.columns.d::exists"
    verification(tmp_path, "x=1")
    assert len(read) == 5
    (tmp_path / "more.yaml").unlink()
    with pytest.raises(SpecError):
        verification(tmp_path)


def test_a_variable_of_another_file_about_the_same_database_is_one_of_it(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "tables: {t: {}}\nunmanaged: {tables: fail, together: [other.yaml]}\n"
    (tmp_path / "e.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text("tables: {'${env:OTHER:-o}': {}}")

    def managed() -> set[str]:
        (found,) = [one for one in verification(tmp_path).contract.planned if one.subject is None]
        return {subject.written for subject in found.expected.named}

    assert managed() == managed() == {"t", "o"}
    monkeypatch.setenv("OTHER", "p")
    assert managed() == {"t", "p"}
    assert read == [text, text]


def test_a_variable_that_is_not_set_is_not_one_that_is_none(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verification(tmp_path)
    monkeypatch.setenv("DIMS", "None")
    assert verification(tmp_path).contract.planned[2].expected == "vector(None)"


def test_a_link_that_leads_elsewhere_is_a_change(tmp_path: Path, read: list[str]) -> None:
    text = "migrations: {directory: now}\nunmanaged: {tables: fail, together: [other.yaml]}\n"
    (tmp_path / "e.yaml").write_text(text)
    (tmp_path / "other.yaml").write_text("migrations: {directory: v1}")
    for name in ("v1", "v2"):
        (tmp_path / name).mkdir()
    (tmp_path / "now").symlink_to("v1")
    verification(tmp_path)
    verification(tmp_path)
    assert read == [text]
    (tmp_path / "now").unlink()
    (tmp_path / "now").symlink_to("v2")
    with pytest.raises(SpecError, match="about another database"):
        verification(tmp_path)


def test_other_ends_of_lines_are_no_change(tmp_path: Path, read: list[str]) -> None:
    (tmp_path / "more.yaml").write_bytes(b"data:\r\n  t: {rows: 0}\r\n")
    verification(tmp_path)
    verification(tmp_path)
    assert read == [TEXT]


@pytest.mark.parametrize("end", [b"", b"x"], ids=["cut", "altered"])
def test_what_cannot_be_read_back_is_ignored(tmp_path: Path, read: list[str], end: bytes) -> None:
    verification(tmp_path)
    [file] = (tmp_path / "cache/pytest-schemaverify").glob("contract-*")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(file.read_bytes()[:-1] + end)
    assert verification(tmp_path).contract.planned
    assert len(read) == 2


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path, read: list[str]) -> None:
    verification(tmp_path)
    (tmp_path / "cache/pytest-schemaverify").chmod(0o777)
    verification(tmp_path)
    assert len(read) == 2


def test_the_oldest_go_where_all_are_too_large(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache/pytest-schemaverify"
    verification(tmp_path)
    [first] = cache.iterdir()
    monkeypatch.setattr(kept_files, "_MOST", 4 * first.stat().st_size)
    os.utime(first, (0, 0))
    for number in range(6):
        (tmp_path / "e.yaml").write_text(f"{TEXT}# {number}\n")
        verification(tmp_path)
    assert len(list(cache.iterdir())) in (3, 4)  # one is a few bytes larger than another
    assert not first.exists()
    verification(tmp_path)
    assert len(read) == 7  # the last is there


def test_one_that_is_too_large_alone_is_kept(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_files, "_MOST", 1)
    verification(tmp_path)
    verification(tmp_path)
    assert len(read) == 1


def test_the_names_of_variables_are_remembered(tmp_path: Path, read: list[str]) -> None:
    (tmp_path / "more.yaml").write_text("vars: {rows: 0}\ndata: {t: {rows: '${rows}'}}")
    for _ in range(2):
        assert verification(tmp_path).contract.variables == {"rows"}
    assert len(read) == 1
