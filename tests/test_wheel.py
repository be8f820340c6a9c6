"""What a user installs: the wheel, in an environment that has nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ".", cwd=ROOT)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_has_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {name for name in names if not name.partition("/")[0].endswith(".dist-info")}
    tracked = run("git", "ls-files", "pytest_schemaverify", cwd=ROOT).split()
    assert package == set(tracked)
    assert any(name.endswith("LICENSE") for name in names)


def test_the_wheel_works_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    run(sys.executable, "-m", "venv", python.parent.parent, cwd=tmp_path)
    run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_notes.sql").write_text("create table notes (id bigint);")
    (tmp_path / "expectations.yaml").write_text(
        "migrations: {directory: migrations}\ntables: {notes: {columns: {id: bigint}}}\n"
    )
    output = run(python, "-m", "pytest", "-q", cwd=tmp_path)
    assert "5 passed" in output
    assert "disposable PostgreSQL" in output
