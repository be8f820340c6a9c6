"""What the project says of itself is true: versions, the changelog, releases, workflows."""

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from pytest_schemaverify.databases.versions import NEWEST, OLDEST
from pytest_schemaverify.kinds import every
from tools.generate import IDS
from tools.release import notes
from tools.versions import VERSIONS

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SUPPORT = (ROOT / "SUPPORT.md").read_text(encoding="utf-8")
TOX = configparser.ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", encoding="utf-8")
ROWS = TOX["tox"]["env_list"].split(", ")
WORKFLOWS: dict[str, dict[str, Any]] = {
    path.name: yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
}


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows_of(heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the table of SUPPORT.md whose first heading is this one."""
    table = SUPPORT.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(re.findall(r"(?<=\| ).*?(?= \|)", line)) for line in table]


# Versions


def test_the_versions_of_postgresql_are_those_that_are_tried() -> None:
    rows = rows_of("PostgreSQL")
    majors = [int(major) for major, *_ in rows]
    assert majors == [*range(OLDEST, NEWEST + 1)]
    assert majors == [int(version.partition(".")[0]) for version in VERSIONS]
    # 13 came in 2020, and then one each year; each is supported for five, and here for seven.
    assert rows == [
        (f"{major}", f"November {major + 2012}", f"November {major + 2014}") for major in majors
    ]


def test_the_versions_of_python_are_those_that_are_tried() -> None:
    versions = [version for version, _ in rows_of("Python")]
    named = [one.rpartition(" :: ")[2] for one in PROJECT["project"]["classifiers"]]
    assert versions == [one for one in named if one.startswith("3.")]
    assert PROJECT["project"]["requires-python"] == f">={versions[0]}"
    assert versions == [f"3.{row[3:]}" for row in ROWS if re.fullmatch(r"py3\d+", row)]
    tried = WORKFLOWS["ci.yml"]["jobs"]["rows"]["steps"]
    assert versions == next(
        step["with"]["python-version"].split() for step in tried if "setup-python" in str(step)
    )
    assert [year for _, year in rows_of("Python")] == [
        f"October {2016 + int(version[2:])}" for version in versions
    ]


def test_the_versions_of_pytest_are_those_that_are_tried() -> None:
    versions = [version for version, _ in rows_of("pytest")][:-1]
    needed = [Requirement(one) for one in PROJECT["project"]["dependencies"]]
    [oldest] = [one.specifier for one in needed if one.name == "pytest"]
    assert str(oldest) == f">={versions[0]}"
    deps = " ".join(TOX[name].get("deps", "") for name in TOX.sections())
    assert versions == re.findall(r"\bpytest==(\S+)\.\*", deps)
    assert [row for row in ROWS if row.startswith("pytest")] == [
        f"pytest{version.replace('.', '')}" for version in versions[1:]
    ]


def test_the_version_is_that_of_the_project_and_costs_an_import_nothing() -> None:
    code = (
        "import sys, typing; before = set(sys.modules); import pytest_schemaverify as p;"
        "assert set(sys.modules) - before == {p.__name__}; print(p.__version__)"
    )
    assert run(sys.executable, "-c", code).strip() == PROJECT["project"]["version"]


def test_no_check_has_lost_its_id() -> None:
    gone = {*IDS.read_text(encoding="utf-8").split()} - set(every())
    assert not gone, "somebody skips these, or reads of them on a dashboard: see SUPPORT.md"


# The changelog, and releases


FRAGMENTS = [path for path in sorted((ROOT / "changelog").glob("*")) if path.name != "README.md"]


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A project with its changelog, as `make changelog` leaves it, of two fragments."""
    pytest.importorskip("towncrier")
    (tmp_path / "changelog").mkdir()
    for name in ("pyproject.toml", "CHANGELOG.md", "changelog/README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "changelog/one.feature.md").write_text("It does more.\n")
    (tmp_path / "changelog/two.breaking.md").write_text("It does less.\n")
    changelog(tmp_path, "--yes")
    return tmp_path


def changelog(folder: Path, option: str) -> str:
    version = PROJECT["project"]["version"]
    towncrier = (sys.executable, "-m", "towncrier", "build", option, f"--version={version}")
    return run(*towncrier, f"--config={folder / 'pyproject.toml'}", f"--dir={folder}")


def test_every_fragment_comes_into_the_changelog_below_what_it_is() -> None:
    pytest.importorskip("towncrier")
    kinds = {one["name"]: one["directory"] for one in PROJECT["tool"]["towncrier"]["type"]}
    parts = re.split(r"^### (.*)\n", changelog(ROOT, "--draft"), flags=re.MULTILINE)[1:]
    said = {
        kinds[name]: " ".join(text.split())
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    texts = {path: " ".join(path.read_text(encoding="utf-8").split()) for path in FRAGMENTS}
    lost = [
        path.name
        for path, text in texts.items()
        if not text or text not in said[path.suffixes[-2][1:]]
    ]
    assert lost == []


def test_a_file_that_is_no_fragment_is_an_error(released: Path) -> None:
    (released / "changelog/more.fixed.md").write_text("It is said nowhere.\n")
    with pytest.raises(AssertionError, match=r"Invalid news fragment name: more\.fixed\.md"):
        changelog(released, "--draft")


def test_the_notes_of_a_release_are_its_part_of_the_changelog(released: Path) -> None:
    version = PROJECT["project"]["version"]
    assert notes(f"v{version}", released) == (
        "### Breaking changes\n\n- It does less.\n\n### New\n\n- It does more.\n"
    )
    text = (released / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_a_tag_that_says_something_else_is_no_release(released: Path) -> None:
    shutil.copy(ROOT / "CHANGELOG.md", released)
    (released / "changelog/late.doc.md").write_text("It is late.\n")
    with pytest.raises(ValueError, match="tag") as raised:
        notes("v9.9.9", released)
    version = PROJECT["project"]["version"]
    assert str(raised.value).splitlines() == [
        f"the tag is 'v9.9.9', and pyproject.toml says version {version}: v{version}",
        "changelog/ still has late.doc.md: run make changelog, and commit",
        f"CHANGELOG.md says nothing of {version}: run make changelog, and commit",
    ]


# Workflows


def steps() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the steps of all jobs with a name that says which one it is."""
    for file, workflow in WORKFLOWS.items():
        for name, job in workflow["jobs"].items():
            for number, step in enumerate(job.get("steps", []), 1):
                yield f"{file}: {name}, step {number}", step


def test_what_a_workflow_runs_is_a_target_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set()
    for where, step in steps():
        if "run" in step:
            found = re.fullmatch(r'make ([a-z-]+)((?: [A-Z]+="\$[A-Z_]+")*)', step["run"])
            assert found, f"{where}: {step['run']}"
            targets.add(found[1])
            given = {*re.findall(r"([A-Z]+)=", found[2]), *step.get("env", {})} - {"GH_TOKEN"}
            assert all(f"$({name})" in makefile for name in given), where
    assert {"check", "test", "rows", "versions", "dist", "installed", "notes"} <= targets
    run("make", "--dry-run", *sorted(targets), "TAG=v0")


def test_the_jobs_try_every_row_of_tox() -> None:
    tried = WORKFLOWS["ci.yml"]["jobs"]["rows"]["strategy"]["matrix"]["row"]
    assert [*tried, "lint"] == ROWS


def test_an_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    lines = "".join((ROOT / ".github/workflows" / name).read_text("utf-8") for name in WORKFLOWS)
    used = re.findall(r"uses: (?!\./)(.*)", lines)
    assert len(used) > 10
    assert [
        one for one in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)
    ] == []


def test_only_the_job_that_needs_it_may_write() -> None:
    allowed = {
        "attest": {"attestations", "id-token"},
        "publish": {"id-token"},
        "page": {"contents"},
    }
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {}
        for name, job in workflow["jobs"].items():
            may = {scope for scope, right in job["permissions"].items() if right == "write"}
            assert may == allowed.get(name, set()), name


def test_what_is_published_was_tried_and_attested() -> None:
    jobs = WORKFLOWS["release.yml"]["jobs"]
    order = ["notes", "ci", "attest", "publish", "page"]
    assert [*jobs] == order
    assert [job.get("needs") for job in jobs.values()] == [None, *order[:-1]]
    assert "secrets" not in str(jobs)


def test_every_hook_before_a_commit_is_a_part_of_make_check() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"].rpartition(" ")[2] for hook in hooks["repos"][0]["hooks"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [parts] = re.findall(r"^check: (.*?) +##", makefile, re.MULTILINE)
    assert entries == parts.split()
