"""The order in which pytest-xdist hands out expectations that take seconds each.

By itself it hands out neighbours together, and all rehearsals of a file are neighbours.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from xdist.scheduler import LoadScheduling  # type: ignore[import-untyped]

from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.plugin.session import session_of

_LONGEST = (
    "migrations.resumable", "budget", "access.isolate", "migrations.idempotent",
    "migrations.reversible",
)  # fmt: skip
"""Checks, or families whose checks are made of one trial, by how long they take."""


class LongestFirst(LoadScheduling):  # type: ignore[misc]
    """Hands out what takes longest first, each to another worker; the rest as pytest-xdist does."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._trials: Mapping[int, tuple[int, str]] | None = None

    def _send_tests(self, node: Any, num: int) -> None:
        if self._trials is None:
            trials = self._trials = _trials(self.config, self.collection or [])
            self.pending.sort(key=lambda index: trials.get(index, (len(_LONGEST), "")))
        if trial := self._trials.get(next(iter(self.pending), -1)):
            num = sum(self._trials.get(index) == trial for index in self.pending)
            # A worker runs an item only when it has another one to run after it: it gets the last
            # of all with it, which is short.
            if num + len(self.node2pending[node]) == 1 < len(self.pending):
                self.pending.insert(1, self.pending.pop())
                num = 2
        internals.send_tests(LoadScheduling, self, node, num)


def _trials(config: pytest.Config, ids: list[str]) -> dict[int, tuple[int, str]]:
    """Return the trials of the long ones by their indices: how long they take, and of which file.

    Expectations of one trial are run by one worker, because another would try the same again.
    """
    places = {nodeid: index for index, nodeid in enumerate(ids)}
    found = {}
    for path, verification in session_of(config).verifications.items():
        file = options.name_of(path, config)
        for planned in verification.contract.planned:
            index = places.get(f"{file}::{planned.name}")
            long = {planned.check, planned.check.partition(".")[0]}.intersection(_LONGEST)
            if index is not None and long:
                found[index] = (_LONGEST.index(long.pop()), file)
    return found
