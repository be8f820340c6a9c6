"""Holes in the schemas of tests/data/access are found by the ways that found.yaml names.

`make test` tries each fourth of them; `SCHEMAVERIFY_TEST_HOLES=1` tries each.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from pytest_schemaverify.databases import Server

from .planted import AS_IT_IS, PLANTINGS, WAYS, Change, Field, Planting, kept, rates, sown, ways

KEPT = kept()
FLOORS = {"isolate": 0.76, "rules": 0.45, "matrix": 0.53, "spelled out": 0.58, "by something": 0.96}
"""The parts of the holes that are found, by each way and by something; they only become larger."""
JUDGED = frozenset({"isolate", "rules"})
"""The ways that may say nothing of what is harmless; the others may have to say more after it."""
EACH = 1 if os.environ.get("SCHEMAVERIFY_TEST_HOLES") else 4

Fields = Callable[[Planting], Field]


def _params(of: Callable[[Planting], list[Change]], right: Callable[[Any, str], bool]) -> list[Any]:
    """Return changes of all schemas; one that is not judged right yet has to be judged wrong."""
    every = [(planting, change) for planting in PLANTINGS for change in of(planting)]
    return [
        pytest.param(
            planting,
            change,
            id=f"{planting.name}: {change.name}",
            marks=[]
            if right(KEPT[planting.name], change.name)
            else [pytest.mark.xfail(strict=True, reason=f"{change.name}: see found.yaml")],
        )
        for planting, change in every[::EACH]
    ]


@pytest.fixture(scope="module")
def fields(server: Server) -> Iterator[Fields]:
    """Gives the database of a schema, built when it is first asked for."""
    built: dict[str, Field] = {}
    with ExitStack() as stack:

        def of(planting: Planting) -> Field:
            if planting.name not in built:
                built[planting.name] = stack.enter_context(sown(server, planting))
            return built[planting.name]

        yield of


@pytest.mark.parametrize(
    ("planting", "hole"),
    _params(lambda planting: planting.holes, lambda one, name: bool(one["found"][name])),
)
def test_a_hole_is_found(planting: Planting, hole: Change, fields: Fields) -> None:
    wanted = KEPT[planting.name]["found"][hole.name]
    said = fields(planting).new(hole, wanted or WAYS)
    found = ways(said, hole)
    assert found
    assert [way for way in wanted if way not in found] == [], said


@pytest.mark.parametrize(
    ("planting", "change"),
    _params(
        lambda planting: planting.harmless,
        lambda one, name: JUDGED.isdisjoint(one["told falsely"].get(name, ())),
    ),
)
def test_nothing_is_said_of_what_is_harmless(
    planting: Planting, change: Change, fields: Fields
) -> None:
    said = fields(planting).new(change, [*JUDGED])
    assert [one.text for one in said] == []


@pytest.mark.parametrize("planting", PLANTINGS, ids=lambda planting: planting.name)
def test_nothing_is_said_of_a_schema_that_is_right(planting: Planting, fields: Fields) -> None:
    said = [one.text for one in fields(planting).before]
    assert bool(said) == (AS_IT_IS.name in KEPT[planting.name]["told falsely"]), said


def test_no_less_is_found_than_before() -> None:
    found = {way: part for way, (part, _) in rates(KEPT).items()}
    assert {way: part for way, part in found.items() if part < FLOORS[way]} == {}


def test_there_are_enough_of_both() -> None:
    assert sum(len(planting.holes) for planting in PLANTINGS) >= 200
    assert sum(len(planting.harmless) for planting in PLANTINGS) >= 80
    for planting in PLANTINGS:
        assert all(hole.about for hole in planting.holes)
        assert [*KEPT[planting.name]["found"]] == [hole.name for hole in planting.holes]
