"""A platform is made once and kept with its cluster, and never when it should not be."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server, Wish, kept_platforms, scratch
from pytest_schemaverify.databases.binaries import Binaries
from pytest_schemaverify.databases.server import HERE, supervised
from pytest_schemaverify.rehearsal.state import State, differences, state

from .test_cache import cache
from .test_faults import bin_dir, binaries

__all__ = ["bin_dir", "binaries", "cache"]

SUPABASE = Wish(platform="supabase")


def started(binaries: Binaries) -> tuple[bool, list[State]]:
    """Start a server; return whether it had the platform, and what its first two databases hold."""
    with kept_platforms.started(binaries, provider="test", wish=SUPABASE) as process:
        was = scratch.ready("supabase") in names(process.server)
        return was, [made(process.server, name) for name in ("first", "second")]


def names(server: Server) -> list[str]:
    with databases.connect(server.dsn) as connection:
        return [name for (name,) in connection.execute("select datname from pg_database")]


def made(server: Server, name: str) -> State:
    dsn = databases.create(server, name=name, platform="supabase", extensions={}).dsn
    with databases.connect(dsn, autocommit=True) as connection:
        return state(connection)


def archive(binaries: Binaries) -> Path:
    found = kept_platforms.archive(binaries, "supabase")
    assert found is not None
    return found


@pytest.fixture
def kept(binaries: Binaries, cache: Path) -> Path:
    """The archive of a platform, after the two runs that it takes."""
    assert cache.name == "clusters"
    place = archive(binaries)
    assert not started(binaries)[0]
    assert not place.exists(), "a machine that forgets its cache loses time by keeping the platform"
    started(binaries)
    assert place.exists()
    return place


def test_a_platform_that_was_kept_is_the_one_that_its_scripts_make(
    binaries: Binaries, kept: Path
) -> None:
    inode = kept.stat().st_ino
    ready, (first, second) = started(binaries)
    assert ready
    assert kept.stat().st_ino == inode
    # The second is made by the scripts, since the first has taken the one that was ready.
    assert not [*differences(first, second)]
    with kept_platforms.started(binaries, provider="test", wish=SUPABASE) as process:
        made(process.server, "taken")
        assert scratch.ready("supabase") not in names(process.server)
    with kept_platforms.started(binaries, provider="test") as process:
        assert scratch.ready("supabase") not in names(process.server)
    with kept.open("r+b") as file:
        file.seek(20_000_000)
        file.write(bytes(byte ^ 0xFF for byte in file.read(1)))
    with supervised(binaries, provider="test", platform=kept) as process:
        assert scratch.ready("supabase") not in names(process.server)
    assert not kept.exists()


def test_a_server_that_has_made_it_still_notices_what_is_read_from_elsewhere(
    binaries: Binaries, cache: Path, place: Path
) -> None:
    started(binaries)
    hidden = "do $$ begin execute 'select pg_read_' || 'file(''PG_VERSION'')'; end $$"
    with kept_platforms.started(binaries, provider="test", wish=SUPABASE, watch=True) as process:
        assert scratch.ready("supabase") in names(process.server)
        with databases.connect(process.server.dsn) as connection:
            connection.execute(hidden)
        assert "pg_read_file" in process.copied(place / "copy.tar")
    assert cache.is_dir()


def changed_script(platforms: Path, _: Path) -> None:
    with (platforms / "supabase/01_roles.sql").open("a") as file:
        file.write("create role another;\n")


def changed_stand_in(_: Path, stand_ins: Path) -> None:
    (stand_ins / "pgcrypto.control").write_text("")


def less(platforms: Path, _: Path) -> None:
    (platforms / "supabase/10_older_storage.sql").unlink()


@pytest.mark.parametrize("change", [changed_script, changed_stand_in, less])
def test_what_it_is_made_of_leads_to_another_archive(
    binaries: Binaries,
    cache: Path,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, Path], None],
) -> None:
    for name in ("platforms", "stand_ins"):
        shutil.copytree(HERE / name, place / name)
    for module in (scratch, kept_platforms):
        monkeypatch.setattr(module, "HERE", place)
    before = archive(binaries)
    assert before.parent == cache
    change(place / "platforms", place / "stand_ins")
    assert archive(binaries) != before


def test_another_version_superuser_or_set_of_extensions_has_another_archive(
    binaries: Binaries, cache: Path, tmp_path: Path
) -> None:
    own = tmp_path / "installation"
    shutil.copytree(binaries.folder.resolve().parent, own, symlinks=True)
    copied = Binaries(own / binaries.folder.resolve().name, binaries.version)
    found = {
        archive(binaries),
        archive(Binaries(binaries.folder, "18.99")),
        archive(Binaries(binaries.folder, binaries.version, "supabase_admin")),
        archive(copied),
    }
    control = next(own.rglob("plpgsql.control"))
    os.utime(control)
    found.add(archive(copied))
    assert len(found) == 5
    assert {path.parent for path in found} == {cache}


def test_where_others_may_write_nothing_is_kept(binaries: Binaries, cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    assert kept_platforms.archive(binaries, "supabase") is None
    assert kept_platforms.archive(binaries, "postgres") is None
