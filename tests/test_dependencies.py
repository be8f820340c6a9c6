"""What the page of dependencies says, against pyproject.toml, the installation and the imports."""

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import metadata, packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pytest_schemaverify"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs/reference/dependencies.md").read_text(encoding="utf-8")
ALWAYS = [Requirement(text) for text in PROJECT["dependencies"]]
EXTRAS = {
    name: [Requirement(text) for text in texts]
    for name, texts in PROJECT["optional-dependencies"].items()
}
IMPORT = re.compile(r'^\s*(?:import|from) (\w+)|find_spec\("(\w+)"\)', re.MULTILINE)
BROUGHT = {"docker", "pluggy", "pydantic-core", "requests"}
"""Parts of testcontainers, pytest and pydantic, which always bring them along."""
OF_OLD_RELEASES = {
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",  # psycopg 3.2.5
    "MIT License": "MIT",  # pytest-xdist 3.6
}
"""How the oldest releases that pyproject.toml admits write a licence."""
MACHINES = [
    # The first has a wheel of everything.
    ("linux", "x86_64", True), ("linux", "aarch64", True), ("darwin", "arm64", True),
    ("win32", "AMD64", True), ("linux", "i686", False), ("linux", "armv7l", False),
    ("win32", "x86", False), ("win32", "ARM64", False), ("linux", "riscv64", False),
]  # fmt: skip
"""What Python calls them, and whether there are wheels with libpq and of the parser."""


class Row(NamedTuple):
    name: str
    why: str
    used: str
    licence: str
    health: str
    replaced: str


def table(heading: str) -> list[Row]:
    """Return the rows of the table below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \[([\w-]+)\]\([^)]+\) \| (.*) \|$", section, re.MULTILINE)
    return [Row(name, *rest.split(" | ")) for name, rest in rows]


ROWS = [*table("Always"), *table("Extras")]


@cache
def imported() -> dict[str, set[str]]:
    """Return the distributions that each room imports."""
    of = {**packages_distributions(), "pytest": ["pytest"]}
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for names in IMPORT.findall(path.read_text(encoding="utf-8")):
            name = "".join(names)
            if name not in sys.stdlib_module_names and name in of:
                found.setdefault(room, set()).update(canonicalize_name(one) for one in of[name])
    return found


def test_the_page_lists_what_is_installed() -> None:
    assert {row.name for row in table("Always")} == {one.name for one in ALWAYS}
    extras = {one.name: extra for extra, wanted in EXTRAS.items() for one in wanted}
    assert {row.name for row in table("Extras")} == set(extras)
    for row in table("Extras"):
        assert row.why.startswith(f"`{extras[row.name]}`:")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_true(row: Row) -> None:
    about = metadata(row.name)
    licence = about["License-Expression" if "License-Expression" in about else "License"]
    assert OF_OLD_RELEASES.get(licence, licence) == row.licence
    rooms = set(re.findall(r"`(\w+)`", row.used))
    assert rooms <= {room for room, names in imported().items() if row.name in names}
    if not rooms:
        assert row.name not in set().union(*imported().values())
    assert re.search(r"20\d\d", row.health)


def test_what_is_installed_is_imported_and_what_is_imported_is_installed() -> None:
    taken = set().union(*imported().values()) - {"pytest-schemaverify"}
    of_extras = {one.name for wanted in EXTRAS.values() for one in wanted}
    always = {one.name for one in ALWAYS}
    assert always <= taken <= always | of_extras | BROUGHT


@pytest.mark.parametrize(("system", "machine", "wheels"), MACHINES)
def test_where_there_is_no_wheel_nothing_asks_for_one(
    system: str, machine: str, wheels: bool
) -> None:
    where = {"sys_platform": system, "platform_machine": machine}
    wanted = [one for one in ALWAYS if one.marker is None or one.marker.evaluate(where)]
    assert any(one.name == "psycopg" for one in wanted)
    assert any("binary" in one.extras for one in wanted) == wheels
    assert any(one.name == "postgast" for one in wanted) == wheels


def test_the_embedded_server_is_bounded() -> None:
    (embedded,) = EXTRAS["embedded"]
    assert "18.6.3" in embedded.specifier
    assert "19.0.0" not in embedded.specifier
    assert embedded.marker is not None
    assert not embedded.marker.evaluate({"sys_platform": "win32", "platform_machine": "AMD64"})
