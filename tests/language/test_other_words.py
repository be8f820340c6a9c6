"""Each row of other_words.yaml: who types what it suggests has a file that can be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import Spec, load
from pytest_schemaverify.language.include import model_at
from pytest_schemaverify.language.models import keys
from pytest_schemaverify.language.other_words import words
from pytest_schemaverify.verification.planning.expectations import plan

Place = tuple[str, ...]
VALUES: tuple[Any, ...] = (
    True, 5, "a_name", ["a"], {"a": {}}, {"a": "why not"}, {"anon": ["select"]}, ["select"],
    "select", "cascade", "row", "supabase", "exclusive", "cosine", "hnsw", "warn", "2027-01-31",
    "all", "other.yaml",
)  # fmt: skip
"""What people may have written behind a word: of these, one at least has to lead somewhere."""


def entries() -> dict[str, tuple[Any, Place]]:
    """Return each model of the language by its name, and where its first entry stands."""
    found: dict[str, tuple[Any, Place]] = {}
    waiting: list[tuple[Any, Place]] = [(Spec, ())]
    while waiting:
        model, place = waiting.pop(0)
        if model.__name__ in found:
            continue
        found[model.__name__] = model, place
        for key in (*keys(model), "*"):
            if inner := model_at(key, model):
                waiting.append((inner, (*place, key.replace("*", "name"))))
    return found


ENTRIES = entries()
TYPED = re.compile(r"; write `([^`]*)`(?: in `([^`]*)`)?( at the top of the file)?( instead)?$")


def merged(data: dict[str, Any], place: Place, new: dict[str, Any]) -> dict[str, Any]:
    """Return a file with more at a place of it."""
    if place:
        inner = data.get(place[0])
        inside = merged(inner if isinstance(inner, dict) else {}, place[1:], new)
        return {**data, place[0]: inside}
    for key, value in new.items():
        held = data.get(key)
        if isinstance(value, dict) and isinstance(held, dict):
            value = merged(held, (), value)
        data = {**data, key: value}
    return data


def problems(data: dict[str, Any], folder: Path) -> set[str]:
    """Return what is told of a file, without the places."""
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    try:
        spec, positions = load(text, "e.yaml", folder=folder)
        plan(spec, positions, "e.yaml")
    except SpecError as error:
        return {re.sub(r"^e\.yaml:\d+:\d+: ", "", one) for one in error.problems}
    return set()


FILE = {
    "tables": {"users": {}},
    "access": {
        "identities": {"name": "authenticated"},
        "tables": {"users": {"name": {"select": "nothing"}}},
    },
}


def rows() -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield each word with the entry that it is met in, and the values that are tried with it."""
    for model, table in words("keys").items():
        for word, told in table.items():
            for value in told if isinstance(told, dict) else [None]:
                yield model, word, VALUES if value is None else (value,)


def typed(message: str, file: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the file after somebody has typed what a message says instead of the word."""
    found = TYPED.search(message)
    if found is None:  # then there is nothing to type, and the key is left out
        assert "leave the key out" in message, message
        return file
    new = yaml.safe_load(found[1].replace("{…}", "{}"))
    assert isinstance(new, dict), message
    at = tuple(found[2].split(".")) if found[2] else () if found[3] else place
    return merged(file, place[:-1] if found[4] else at, new)


@pytest.mark.parametrize(("model", "word", "values"), [*rows()])
def test_what_a_word_of_others_suggests_can_be_typed(
    model: str, word: str, values: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", "set")
    (tmp_path / "other.yaml").write_text("tables: {notes: {}}", encoding="utf-8")
    refused: list[str] = []
    _, first = ENTRIES[model]
    for value in values:
        # A few models stand behind a name of the user's that has no model of its own.
        for place in (first, (*first, "name")):
            file = merged(FILE, place, {})
            told = problems(merged(file, place, {word: value}), tmp_path)
            message = next((one for one in told if f".{word}: unknown key;" in f".{one}"), "")
            if not message:
                continue
            left = problems(typed(message, file, place), tmp_path) - problems(file, tmp_path)
            if not left:
                return
            refused += [message, *left]
    pytest.fail("\n".join(refused) or "it is a key")


def test_no_word_is_a_key_of_the_entry_that_it_is_met_in() -> None:
    assert [row[:2] for row in rows() if row[1] in keys(ENTRIES[row[0]][0])] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tables: {a: {exists: false}}", "write `a: absent` instead"),
        ("tables: {a: {rls: {policies: {b: {as: restrictive}}}}}", "write `permissive: false`"),
        ("functions: {a(): {security_definer: 'no'}}", "write `security: invoker`"),
        ("vectors: {columns: {a.b: {metric: euclidean}}}", "write `distance: l2`"),
        ("extensions: {a: {minimum_version: 15.4}}", "write `version: '>= 15.4'`"),
        ("roles: {a: {memberships: b}}", "write `member_of: [b]`"),
        ("tables: {a: {rls: {policies: {b: {cmd: nothing}}}}}", "write `command: …`"),
        ("rules: {rls: {except: {a: it is public}}}", "write `row_level_security: {except: {a: it"),
    ],
)
def test_a_suggestion_means_what_the_value_meant(text: str, told: str, tmp_path: Path) -> None:
    assert told in "".join(problems(yaml.safe_load(text), tmp_path))
