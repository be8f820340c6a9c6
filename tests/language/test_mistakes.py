"""One mistake in a file is one message: the place, what was expected and found, what to type."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning.expectations import plan
from tests.pages import prepared, told

DATA = yaml.safe_load(
    (Path(__file__).parents[1] / "data/mistakes.yaml").read_text(encoding="utf-8")
)
MISTAKES: dict[str, dict[str, str]] = DATA["in_the_file"]
ABOUT_THE_DATABASE: dict[str, dict[str, str]] = DATA["in_the_database"]


def problems(text: str, folder: Path) -> list[str]:
    """Return what is wrong with a file, as its reader is told."""
    try:
        spec, positions = load(text, "e.yaml", folder=folder)
        plan(spec, positions, "e.yaml")
    except SpecError as error:
        return error.problems
    return []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_message_and_what_it_says_to_type_works(name: str, tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    message = f"e.yaml:{mistake['at']}: {mistake['told']}"
    assert problems(mistake["text"], tmp_path) == [message]
    assert mistake.get("type", "") in message
    repaired = mistake.get("repaired")
    if repaired is None:
        assert mistake["instead_of"] in mistake["text"]
        repaired = mistake["text"].replace(mistake["instead_of"], mistake["type"], 1)
    assert problems(repaired, tmp_path) == []


def said(text: str, item: str, connection: Connection[Any]) -> str:
    """Return what an item of a file says of a database; "" where what it expects holds."""
    planned, facts = prepared(text, connection)
    return told([run(one, facts) for one in planned if one.name == item])


def test_what_a_mistake_about_the_database_says_to_type_works(connection: Connection[Any]) -> None:
    connection.execute(DATA["sql"].encode())
    for name, mistake in ABOUT_THE_DATABASE.items():
        text, item = mistake["text"], mistake["item"]
        found = said(text, item, connection)
        assert mistake["told"] in found, name
        assert "internal error" not in found
        if written := mistake.get("type"):
            assert written in found, name
            old = mistake["instead_of"]
            text, item = text.replace(old, written, 1), item.replace(old, written, 1)
            assert item in planned_names(text, connection), name
            assert said(text, item, connection) == "", name


def planned_names(text: str, connection: Connection[Any]) -> set[str]:
    """Return the names of the items of a file."""
    return {one.name for one in prepared(text, connection)[0]}


def test_there_are_enough_mistakes() -> None:
    assert len(MISTAKES) >= 200
    assert len({mistake["text"] for mistake in MISTAKES.values()}) == len(MISTAKES)
