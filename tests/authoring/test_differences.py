"""What a file of expectations and its database do not say alike, for small files and databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.scope import Chosen
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "data/differences.yaml").read_text(encoding="utf-8")
)
"""Databases and files, each with the differences: `sql`, `file`, and a line for each of them."""


@contextmanager
def verified(dsn: Dsn, file: str, folder: Path) -> Iterator[Verification]:
    path = folder / "expectations.yaml"
    path.write_text(file, encoding="utf-8")
    one = Verification(path, "expectations.yaml", Config(dsn=str(dsn)))
    one.database.prepare(lambda _: pytest.fail("no server is needed"))
    try:
        yield one
    finally:
        one.database.close()


def shown(one: Difference) -> dict[str, Any]:
    """Return a difference as the cases have it."""
    found: dict[str, Any] = {one.what: f"{one.family} {one.subject}"}
    found["path"] = ".".join(map(str, one.path))
    if one.what != "gone":
        found["value"] = one.value
    if one.by_hand:
        found["by_hand"] = one.by_hand
    return found


@pytest.mark.parametrize("name", CASES)
def test_differences(name: str, database: Dsn, tmp_path: Path) -> None:
    case = CASES[name]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(case["sql"].encode())
    for file, text in case.get("files", {}).items():
        path = tmp_path / "project" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir(exist_ok=True)
    with verified(database, case["file"], folder) as one:
        found = compared(one, Chosen(kinds=tuple(case.get("kinds", ["tables"]))))
    assert not found.undetermined
    assert [shown(one) for one in found.differences] == case["found"]
