"""Digests of files are remembered until one of them is touched."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pytest_schemaverify.databases.cache_folders import DIGESTS, cache_folder
from pytest_schemaverify.rehearsal import remembered as module
from pytest_schemaverify.rehearsal.digests import digest
from pytest_schemaverify.rehearsal.remembered import below, remembered


@pytest.fixture
def times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Numbers, of which each reading takes the next; the cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return count()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with files."""
    folder = tmp_path / "files"
    (folder / "deeper").mkdir(parents=True)
    (folder / "deeper/a.py").write_text("1")
    (folder / "b.sql").write_text("2")
    (folder / "nowhere.so").symlink_to("nothing")
    return folder


def asked(files: Path, times: Iterator[int]) -> str:
    return remembered(below(files), lambda: digest(next(times)))


def test_files_are_read_again_once_one_of_them_was_touched(
    files: Path, times: Iterator[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was touched a moment ago may change again without another time.
    assert asked(files, times) != asked(files, times)
    monkeypatch.setattr(module, "SETTLED", -1_000_000_000)
    found = [asked(files, times)]
    assert asked(files, times) == found[0]

    def replaced() -> None:
        """Give a file other content with the size and the modification time that it had."""
        path, was = files / "b.sql", (files / "b.sql").stat()
        path.write_text("3")
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    for change in (
        replaced,
        lambda: (files / "c.py").touch(),
        lambda: (files / "c.py").rename(files / "d.py"),
        (files / "nowhere.so").unlink,
    ):
        change()
        found.append(asked(files, times))
        assert found[-1] not in found[:-1], change
        assert asked(files, times) == found[-1], change


def test_what_is_remembered_is_not_trusted_when_it_is_damaged_or_somebody_elses(
    files: Path, times: Iterator[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLED", -1_000_000_000)
    first = asked(files, times)
    (known,) = (cache_folder() / DIGESTS).iterdir()
    for damage in ("", first[:20], f"{first}0", "x" * 64):
        known.write_text(damage)
        again = asked(files, times)
        assert again not in (first, damage)
        assert known.read_text() == again
    known.parent.chmod(0o777)
    assert asked(files, times) != again


def test_those_that_nobody_asks_for_go(
    files: Path, times: Iterator[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLED", -1_000_000_000)
    monkeypatch.setattr(module, "MOST", 2)
    for name in "cde":
        (files / name).touch()
        asked(files, times)
    assert len([*(cache_folder() / DIGESTS).iterdir()]) == 2


def test_files_are_found_by_the_ends_of_their_names(files: Path) -> None:
    assert below(files, (".py", ".sql")) == [f"{files}/b.sql", f"{files}/deeper/a.py"]
