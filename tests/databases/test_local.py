"""An installed server gets stand-ins before PostgreSQL 18 too, and its installation stays as is."""

import os
import shutil
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server, orphans
from pytest_schemaverify.databases.binaries import Binaries
from pytest_schemaverify.databases.providers import local
from pytest_schemaverify.databases.server import HERE
from pytest_schemaverify.databases.supervisor import folders, linked_installation
from pytest_schemaverify.databases.supervisor.processes import link_or_copy
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config
from tests.projects import Project
from tests.projects import project as project

from .conftest import processes
from .test_faults import Launch, nothing_remains, supervisor_of, told
from .test_faults import launch as launch
from .test_kept import cached as cached
from .test_kept import had, is_hit, kept, manifest_of


@pytest.fixture(scope="module")
def installed(pytestconfig: pytest.Config) -> Binaries:
    """An installation that takes stand-ins by way of links."""
    try:
        found = local.found(Config(bin_dir=pytestconfig.getoption("test_bin_dir")))
    except DatabaseUnavailable as error:
        pytest.skip(f"no PostgreSQL is installed on this machine: {error}")
    if found.major >= 18:
        pytest.skip("this server looks for extensions in several folders")
    return found


@pytest.fixture(scope="module")
def bin_dir(installed: Binaries) -> Path:
    """What `launch` starts."""
    return installed.folder


@pytest.fixture
def config(installed: Binaries) -> Config:
    """What starts its server."""
    return Config(bin_dir=str(installed.folder))


def share_of(installed: Binaries) -> Path:
    share = linked_installation.share(
        (installed.folder / "postgres").resolve().parent, installed.major
    )
    assert share is not None
    return share


def used_share(server: Server) -> Path:
    query = "select setting from pg_catalog.pg_config() where name = 'SHAREDIR'"
    with databases.connect(server.dsn) as connection:
        ((path,),) = connection.execute(query).fetchall()
    return Path(path)


def stands_in(server: Server, name: str) -> bool:
    built = databases.create(server, name=name, platform="postgres", extensions={})
    databases.drop(server, name)
    return "pg_net" in built.stand_ins


def state(folder: Path) -> dict[Path, tuple[int, ...]]:
    """Return what would tell of a change to anything in a folder."""
    found: dict[Path, tuple[int, ...]] = {}
    for path in [folder, *folder.rglob("*")]:
        s = path.lstat()
        found[path] = (s.st_mode, s.st_nlink, s.st_size, s.st_mtime_ns, s.st_ctime_ns)
    return found


def test_its_installation_is_not_touched(
    installed: Binaries, config: Config, place: Path, name: str
) -> None:
    share = share_of(installed)
    before = state(installed.folder), state(share)
    with databases.start(config) as server:
        assert stands_in(server, name)
        assert used_share(server) != share
    assert (state(installed.folder), state(share)) == before
    assert nothing_remains(place)


def test_everything_else_that_it_has_is_there(installed: Binaries, config: Config) -> None:
    share = share_of(installed)
    with databases.start(config) as server:
        planted = used_share(server)
        assert {path.name for path in share.iterdir()} == {p.name for p in planted.iterdir()}
        added = {p.name for p in (planted / "extension").iterdir()}
        added -= {path.name for path in (share / "extension").iterdir()}
        assert "pg_net.control" in added
        for path in (planted / "extension").iterdir():
            assert path.is_symlink() != (path.name in added)
        with databases.connect(server.dsn) as connection:
            connection.execute("set timezone = 'Europe/Berlin'")
            row = connection.execute("select to_tsvector('german', 'Häuser')::text").fetchone()
        assert row == ("'haus':1",)


def test_it_is_where_programs_may_be_executed(
    installed: Binaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no", "yes"):
        (tmp_path / name).mkdir()
    real = os.statvfs

    def forbidding(path: Path) -> Any:
        forbids = path == tmp_path / "no"
        return SimpleNamespace(
            f_flag=real(path).f_flag | (linked_installation.NOT_EXECUTED if forbids else 0)
        )

    monkeypatch.setattr(os, "statvfs", forbidding)
    order: Any = {"stand_ins": str(HERE / "stand_ins"), "major": installed.major, "trusted": []}
    with ExitStack() as cleanup:
        places = [tmp_path / "no", tmp_path / "yes"]
        planted = linked_installation.with_stand_ins(order, installed.folder, places, cleanup)
        assert planted.is_relative_to(tmp_path / "yes")
        assert (
            linked_installation.with_stand_ins(order, installed.folder, places[:1], cleanup)
            == installed.folder
        )
    assert [list(place.iterdir()) for place in places] == [[], []]


def test_a_program_that_does_not_run_from_elsewhere_runs_without_stand_ins(
    installed: Binaries, place: Path, name: str
) -> None:
    original = (installed.folder / "postgres").resolve()
    if not all(folder.stat().st_mode & 0o001 for folder in original.parents):
        pytest.skip("not every user may use the installation")
    wrapped = place / "installation" / "bin"
    wrapped.mkdir(parents=True)
    (wrapped.parent / "share").symlink_to(share_of(installed))
    (wrapped / "initdb").symlink_to(original.with_name("initdb"))
    (wrapped / "original").symlink_to(original.parent)
    program = wrapped / "postgres"
    program.write_text('#!/bin/sh\nexec "$(dirname "$0")/original/postgres" "$@"\n')
    program.chmod(0o755)
    with databases.start(Config(bin_dir=str(wrapped))) as server:
        assert not stands_in(server, name)
    shutil.rmtree(wrapped.parent)
    assert nothing_remains(place)


@pytest.mark.parametrize("all_of_it", [False, True], ids=["the run", "its supervisor too"])
def test_a_run_that_is_killed_leaves_no_links(place: Path, launch: Launch, all_of_it: bool) -> None:
    victim = launch()
    told(victim)
    planted = list(place.glob("*/**/extension/pg_net.control"))
    assert len(planted) == 1
    if all_of_it:
        os.kill(supervisor_of(place), signal.SIGKILL)
    victim.kill()
    victim.wait()
    deadline = time.monotonic() + 30
    while processes(place) and time.monotonic() < deadline:
        time.sleep(0.02)
    if all_of_it:
        assert planted[0].exists()
        orphans.remove([str(place)])
    assert nothing_remains(place)


def test_its_migrated_database_is_kept_for_the_next_run(
    cached: Project, config: Config, installed: Binaries
) -> None:
    if not (share_of(installed) / "extension" / "hstore.control").exists():
        pytest.skip("the server has no hstore")
    cached.write("before.sql", "create extension pg_net; create table before (id serial);")
    first, before = had(cached, bin_dir=config.bin_dir)
    second, after = had(cached, bin_dir=config.bin_dir)
    assert [is_hit(first), is_hit(second)] == [False, True]
    assert after == before
    assert second.stand_ins == first.stand_ins
    assert "pg_net" in first.stand_ins
    (folder,) = kept(cached)
    looked_at = manifest_of(folder)["installed"]
    assert not [path for path in looked_at if folders.PREFIX in path]
    assert str(share_of(installed)) in looked_at


def test_each_folder_for_sockets_is_tidied() -> None:
    left = [Path(place, f"{folders.PREFIX}{os.urandom(4).hex()}") for place in folders.SHORT]
    left = [path for path in left if os.access(path.parent, os.W_OK)]
    for path in left:
        path.mkdir()
    try:
        with databases.start(Config(database="embedded")):
            assert [path for path in left if path.exists()] == []
    finally:
        for path in left:
            shutil.rmtree(path, ignore_errors=True)


def test_a_copied_installation_keeps_the_times_that_its_cluster_is_known_by(
    tmp_path: Path,
) -> None:
    for name in ("initdb", "postgres"):
        source = tmp_path / name
        source.write_text("x")
        before = state(source)
        link_or_copy(str(source), str(tmp_path / f"{name} too"))
        assert state(source) == before
        assert (tmp_path / f"{name} too").read_text() == "x"
