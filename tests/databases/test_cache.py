"""The initialised cluster is kept between runs, and never when it should not be."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases.binaries import Binaries, inspect, named_folder
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
from tests.processes import descendants

from .running import running
from .test_faults import (
    Launch,
    bin_dir,
    binaries,
    launch,
    nothing_remains,
)

__all__ = ["bin_dir", "binaries", "launch"]


@pytest.fixture
def cache(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of archives of a user who has had no run yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    return place / "cache" / "pytest-schemaverify" / "clusters"


def cluster(binaries: Binaries) -> int:
    """Start a server and return the number that `initdb` gave to its cluster."""
    with (
        running(binaries, provider="test", places=()) as server,
        databases.connect(server.dsn) as connection,
    ):
        row = connection.execute("select system_identifier from pg_catalog.pg_control_system()")
        return int((row.fetchone() or (0,))[0])


def test_the_second_run_copies_what_the_first_one_initialised(
    binaries: Binaries, cache: Path
) -> None:
    assert cluster(binaries) == cluster(binaries)
    assert [path.name for path in cache.iterdir()] == [binaries.archive.name]


def test_the_archive_is_the_users_alone(binaries: Binaries, cache: Path) -> None:
    cluster(binaries)
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_an_archive_that_was_cut_short_is_replaced(
    binaries: Binaries, cache: Path, size: int
) -> None:
    first = cluster(binaries)
    whole = binaries.archive.stat().st_size
    os.truncate(binaries.archive, size)
    second = cluster(binaries)
    assert second != first
    assert binaries.archive.stat().st_size > whole / 2
    assert cluster(binaries) == second


@pytest.mark.parametrize("offset", [20_000, 14_000_000, -1])
def test_an_archive_of_which_a_byte_is_another_is_replaced(
    binaries: Binaries, cache: Path, offset: int
) -> None:
    first = cluster(binaries)
    with binaries.archive.open("r+b") as file:
        file.seek(offset, os.SEEK_SET if offset > 0 else os.SEEK_END)
        (was,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([was ^ 1]))
    second = cluster(binaries)
    assert second != first
    assert cluster(binaries) == second


def _link(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, _link])
def test_whatever_is_in_an_archives_place_goes(
    binaries: Binaries, cache: Path, make: Callable[[Path], object]
) -> None:
    cache.mkdir(parents=True, mode=0o700)
    make(binaries.archive)
    assert cluster(binaries) == cluster(binaries)
    assert binaries.archive.is_file()
    assert not binaries.archive.is_symlink()


def notes(binaries: Binaries) -> tuple[str, ...]:
    with running(binaries, provider="test", places=()) as server:
        return server.notes


def test_what_keeps_the_cache_from_being_used_is_told(binaries: Binaries, cache: Path) -> None:
    assert notes(binaries) == ()
    cache.chmod(0o777)
    told = f"initdb runs each time, because others may write to {cache}, or own it"
    assert notes(binaries) == (told,)
    for place in (cache, cache.parent):
        shutil.rmtree(place)
        place.touch()
        assert notes(binaries) == (
            f"initdb runs each time, because {place} is not a folder: remove it",
        )


def test_nothing_stays_of_a_supervisor_that_is_killed_while_it_packs(
    binaries: Binaries, cache: Path, launch: Launch, place: Path
) -> None:
    victim = launch()
    deadline = time.monotonic() + 60
    while not list(cache.glob("schemaverify-*/*.tar")) and time.monotonic() < deadline:
        time.sleep(0.001)
    (supervisor, _), *_ = descendants(victim.pid)
    os.kill(supervisor, signal.SIGKILL)
    victim.communicate()
    assert list(cache.glob("schemaverify-*/*.tar")), "it was too fast, and this tests nothing"
    cluster(binaries)
    assert [path.name for path in cache.iterdir()] == [binaries.archive.name]
    shutil.rmtree(cache.parents[1])
    assert nothing_remains(place)


def test_a_cache_that_others_may_write_to_is_not_used(binaries: Binaries, cache: Path) -> None:
    first = cluster(binaries)
    cache.chmod(0o777)
    assert cluster(binaries) != first
    cache.chmod(0o700)
    assert cluster(binaries) == first


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    binaries: Binaries, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "file"))
    assert cluster(binaries) != cluster(binaries)


def test_another_installation_has_another_archive(
    binaries: Binaries, cache: Path, place: Path
) -> None:
    same_name = place / "bin"
    names = set()
    for _ in range(2):
        shutil.copytree(binaries.folder, same_name, symlinks=True)  # modification times included
        names.add(Binaries(same_name, binaries.version).archive.name)
        shutil.rmtree(same_name)
    assert len(names | {binaries.archive.name}) == 3


def test_programs_replaced_in_place_have_another_archive(
    binaries: Binaries, cache: Path, place: Path
) -> None:
    for name in ("initdb", "postgres"):
        (place / name).write_bytes(b"12345")
    copy = Binaries(place, binaries.version)
    before, was = copy.archive.name, (place / "initdb").stat()
    (place / "initdb").write_bytes(b"54321")
    os.utime(place / "initdb", ns=(was.st_atime_ns, was.st_mtime_ns))
    assert copy.archive.name != before


def test_runs_at_the_same_time_share_one_archive(binaries: Binaries, cache: Path) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(cluster(binaries))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert [path.name for path in cache.iterdir()] == [binaries.archive.name]
    assert cluster(binaries) in found


def test_archives_that_nobody_uses_go(binaries: Binaries, cache: Path) -> None:
    cache.mkdir(parents=True, mode=0o700)
    for number in range(6):
        (cache / f"18.{number}-old.tar").touch()
        os.utime(cache / f"18.{number}-old.tar", (number, number))
    cluster(binaries)
    left = sorted(path.name for path in cache.iterdir())
    assert left == [*(f"18.{number}-old.tar" for number in range(1, 6)), binaries.archive.name]


def test_a_folder_without_programs_is_told(place: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        inspect(place)
    assert "it has no initdb and no postgres" in str(caught.value)
    with pytest.raises(ConfigError, match=r"it has no initdb and no postgres") as wrong:
        named_folder(str(place), "--schema-bin-dir")
    assert "/usr/lib/postgresql/17/bin" in str(wrong.value)


def test_programs_that_do_not_run_here_are_told(place: Path) -> None:
    for name in ("initdb", "postgres"):
        (place / name).write_text("not for this machine")
        (place / name).chmod(0o755)
    with pytest.raises(DatabaseUnavailable, match="postgres does not run here"):
        inspect(place)


def test_a_version_that_is_too_old_is_told(place: Path) -> None:
    for name in ("initdb", "postgres"):
        (place / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 12.22 (Debian)'\n")
        (place / name).chmod(0o755)
    with pytest.raises(DatabaseUnavailable) as caught:
        inspect(place)
    assert "it is postgres (PostgreSQL) 12.22" in str(caught.value)
    assert "use PostgreSQL 13 or a later one" in str(caught.value)
