from collections.abc import Callable, Iterator
from itertools import pairwise

from pytest_schemaverify.behaviour.vectors import Order, Search
from pytest_schemaverify.findings import Finding

_CLOSE = 1e-6
"""Relative difference of two distances that rounding explains."""


def check(expected: bool, search: Search, order: Callable[[], Order]) -> Iterator[Finding]:
    """The search function returns the nearest rows first, and rows of the table only."""
    if expected:
        yield from _differing(search, order())


def _differing(search: Search, order: Order) -> Iterator[Finding]:
    foreign = [key for key, at in zip(order.keys, order.distances, strict=True) if at is None]
    if foreign:
        yield Finding(
            expected=f"rows of {search.looked.table}",
            actual=f"{search.keys} = {foreign[0]}, which is none of them",
            identity=f"rows that are none of {search.looked.table}",
            subject=search.name,
        )
    known = [
        (at, key) for key, at in zip(order.keys, order.distances, strict=True) if at is not None
    ]
    for place, ((near, first), (far, second)) in enumerate(pairwise(known), start=1):
        if near > far + _CLOSE * max(1.0, abs(far)):
            yield Finding(
                expected="the nearest first",
                identity="not the nearest first",
                actual=f"row {place}, {search.keys} = {first}, has the distance {near:.4g}; "
                f"row {place + 1}, {search.keys} = {second}, has {far:.4g}",
                subject=search.name,
                hint="by the distance of the column; a function that ranks by something else says "
                "`ordered: false`",
            )
            return
