"""Holes in the schemas of tests/data/access are found by the ways that found.yaml names."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import yaml

from pytest_schemaverify.databases import Server

from .planted import AS_IT_IS, FOUND, PLANTINGS, WAYS, Change, Field, Planting, sown, ways

KEPT: dict[str, Any] = yaml.safe_load(FOUND.read_text(encoding="utf-8"))
FLOORS = {"isolate": 0.1, "rules": 0.1, "matrix": 0.1, "spelled out": 0.1, "by something": 0.1}
"""How many of the holes are found at least, by each way and by something; never make one lower."""


def _params(section: str) -> Iterator[Any]:
    for planting in PLANTINGS:
        kept = KEPT[planting.name]
        changes = planting.holes if section == "holes" else [AS_IT_IS, *planting.harmless]
        for change in changes:
            right = (
                kept["found"][change.name]
                if section == "holes"
                else (change.name not in kept["told falsely"])
            )
            why = "nothing finds it" if section == "holes" else "it is told falsely"
            marks = [] if right else [pytest.mark.xfail(strict=True, reason=why)]
            yield pytest.param(planting, change, marks=marks, id=f"{planting.name}: {change.name}")


@pytest.fixture(scope="module")
def fields(server: Server) -> Iterator[Callable[[Planting], Field]]:
    """Gives the database of a schema, built when it is first asked for."""
    built: dict[str, Field] = {}
    with ExitStack() as stack:

        def of(planting: Planting) -> Field:
            if planting.name not in built:
                built[planting.name] = stack.enter_context(sown(server, planting))
            return built[planting.name]

        yield of


@pytest.mark.parametrize(("planting", "hole"), _params("holes"))
def test_a_hole_is_found(
    planting: Planting, hole: Change, fields: Callable[[Planting], Field]
) -> None:
    wanted = KEPT[planting.name]["found"][hole.name]
    said = fields(planting).new(hole, wanted or WAYS)
    found = ways(said, hole)
    assert found
    assert [way for way in wanted if way not in found] == [], said


@pytest.mark.parametrize(("planting", "change"), _params("harmless"))
def test_nothing_is_said_of_what_is_right(
    planting: Planting, change: Change, fields: Callable[[Planting], Field]
) -> None:
    field = fields(planting)
    assert [one.text for one in (field.before if change == AS_IT_IS else field.new(change))] == []


def test_rates_are_kept() -> None:
    found = [ways for planting in PLANTINGS for ways in KEPT[planting.name]["found"].values()]
    reached = {way: sum(way in one for one in found) / len(found) for way in WAYS}
    reached["by something"] = sum(map(bool, found)) / len(found)
    assert {way: rate for way, rate in reached.items() if rate < FLOORS[way]} == {}


def test_there_are_enough_of_both() -> None:
    assert sum(len(planting.holes) for planting in PLANTINGS) >= 200
    assert sum(len(planting.harmless) for planting in PLANTINGS) >= 80
    assert all(hole.about for planting in PLANTINGS for hole in planting.holes)
