"""What a user installs: the wheel built from the sdist, in an environment without anything else.

`make installed` runs these tests on what `make dist` has built, which is what is published.
"""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .test_readme import LINK, README, anchors

ROOT = Path(__file__).parent.parent
REPOSITORY = "https://github.com/pytest-schemaverify/pytest-schemaverify"


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an sdist and of the wheel that was built from it."""
    if built := os.environ.get("SCHEMAVERIFY_TEST_DIST"):
        return ROOT / built
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ".", cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [built] = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as files:
        [name] = [name for name in files.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(files.read(name))


def test_the_sdist_has_what_the_wheel_is_built_from_and_what_a_reader_needs(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    folders = ("pytest_schemaverify", "docs", "changelog")
    pages = ("README.md", "CHANGELOG.md", "SECURITY.md", "SUPPORT.md", "LICENSE", "pyproject.toml")
    tracked = set(run("git", "ls-files", *folders, *pages, cwd=ROOT).split())
    assert names - tracked == {"PKG-INFO", ".gitignore"}
    assert tracked - names == set()


def test_the_wheel_has_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {name for name in names if not name.partition("/")[0].endswith(".dist-info")}
    tracked = run("git", "ls-files", "pytest_schemaverify", cwd=ROOT).split()
    assert package == set(tracked)
    assert any(name.endswith("LICENSE") for name in names)


def test_the_page_on_pypi_leads_to_the_files_of_its_version(metadata: Message) -> None:
    """README's links are relative, so that they lead to the same version in the repository."""
    text = metadata.get_payload()
    assert isinstance(text, str)
    assert [link for link, *_ in LINK.findall(text)] == []
    version = metadata["Version"]
    leads = {
        found[1]: Path(found[2])
        for found in re.finditer(rf"\]\(({REPOSITORY}/blob/v{version}/([^)#]+)[^)]*)\)", text)
    }
    assert len(leads) == len({link for link, *_ in LINK.findall(README)}) - 1, "all but the picture"
    for link, path in leads.items():
        anchor = urlsplit(link).fragment
        assert (ROOT / path).exists(), link
        assert not anchor or anchor in anchors(ROOT / path), link
    raw = REPOSITORY.replace("github.com", "raw.githubusercontent.com")
    assert f"]({raw}/v{version}/docs/picture.svg)" in text
    assert "[!WARNING]" not in text


def test_the_page_on_pypi_leads_to_the_project(metadata: Message) -> None:
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL", []))
    assert set(urls) == {"Documentation", "Changelog", "Issues", "Repository"}
    for url in urls.values():
        place, _, path = url.removeprefix(REPOSITORY).partition("/blob/main/")
        assert url.startswith(REPOSITORY)
        assert place in ("", "/issues")
        assert (ROOT / path).exists(), url


def test_the_wheel_works_in_a_fresh_environment(
    wheel: Path, metadata: Message, tmp_path: Path
) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    run(sys.executable, "-m", "venv", python.parent.parent, cwd=tmp_path)
    run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    says = "import pytest_schemaverify as p; print(p.__version__, p.__file__)"
    version, place = run(python, "-c", says, cwd=tmp_path).split()
    assert version == metadata["Version"]
    assert Path(place).is_relative_to(tmp_path)
    assert version in run(python.with_name("schemaverify"), "--version", cwd=tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_notes.sql").write_text("create table notes (id bigint);")
    (tmp_path / "expectations.yaml").write_text(
        "migrations: {directory: migrations}\ntables: {notes: {columns: {id: bigint}}}\n"
    )
    without = subprocess.run(
        [python, "-m", "pytest", "-q", "--schema-database=embedded"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert without.returncode == 6
    assert 'pip install "pytest-schemaverify[embedded]"' in without.stdout
    run(python, "-m", "pip", "install", "-q", f"{wheel}[embedded]", cwd=tmp_path)
    output = run(python, "-m", "pytest", "-q", cwd=tmp_path)
    assert "5 passed" in output
    assert "(embedded)" in output
