"""Expectations that pytest-xdist does not hand out to its workers: those that only compare.

To hand an item out and to take its reports back costs a multiple of a comparison. So the workers
collect and select, as ever, and leave the ids of these to the controller, which has the files and
the database as well. Items that a plugin, a mark or a hook of the project means are handed out.
"""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pytest_schemaverify.errors import CannotDetermine, SchemaVerifyError
from pytest_schemaverify.plugin.collection import named
from pytest_schemaverify.plugin.exit_codes import not_collected
from pytest_schemaverify.plugin.session import Session, session_of
from pytest_schemaverify.plugin.spec_items import SpecItem
from pytest_schemaverify.plugin.workers import Exchange
from pytest_schemaverify.verification.judging import only_compares


def leave(session: pytest.Session, met: Session, shared: Exchange, name: str) -> int:
    """Take the expectations that only compare out of a worker's items, and leave their ids.

    Returns how many they are.
    """
    items = [one for one in session.items if _is_left(one)] if met.fast_path.unobserved else []
    # Of all items, because the database is one: what a worker runs may show why there is none.
    met.choose_speakers(session.items)
    ids = [*(one.nodeid for one in items), *met.unmade.ids]
    if ids and met.fast_path.unobserved:
        left = json.dumps({"ids": ids, "speakers": sorted(met.shared.speakers)}).encode()
        shared.leave(name, left)
        # On a full disk nothing was left, and the workers run them.
        if shared.taken(name) == left:
            gone = set(items)
            session.items[:] = [item for item in session.items if item not in gone]
            return len(ids)
    session.items += met.unmade.made()
    return 0


def _is_left(item: pytest.Item) -> bool:
    return (
        isinstance(item, SpecItem)
        and all(only_compares(one.check) for one in item.every)
        and not item.marked_anywhere
        # A hook has put these there; the controller makes the item anew from its name.
        and not item.user_properties
    )


def refuse(config: pytest.Config, one: tuple[str, bytes], other: tuple[str, bytes]) -> None:
    """Fail the run, because two workers, named with what they left, have not left the same.

    pytest-xdist would fail it for items that it hands out, and does not know of these.
    """
    ids = [json.loads(left)["ids"] if left else [] for _, left in (one, other)]
    apart = sorted(set(ids[0]) ^ set(ids[1]))
    example = f", such as {apart[0]}" if apart else ", which are in another order"
    error = CannotDetermine(
        f"comparing what the workers {one[0]} and {other[0]} of pytest-xdist have collected",
        because=f"one has {len(ids[0])} and the other {len(ids[1])} expectations{example}",
        remedy="run it again when nothing changes the files, or without -n",
    )
    not_collected(config, other[0], error)


def refuse_lost(config: pytest.Config, number: int) -> None:
    """Fail the run, because what the workers have left is not there: nobody would verify it."""
    error = CannotDetermine(
        f"taking {number} expectations that the workers of pytest-xdist have left",
        because="the file in which they did is gone from the folder for temporary files",
        remedy="run it again, and let nothing remove files there meanwhile; or run it without -n",
    )
    not_collected(config, "pytest-xdist", error)


def nothing_is_tried(config: pytest.Config, paths: Iterable[Path]) -> bool:
    """Return whether files of expectations only compare; False for one that cannot be read."""
    began = time.perf_counter()
    try:
        met = session_of(config)
        contracts = [met.verification(path).contract for path in paths]
    except SchemaVerifyError:  # it is told where the file is collected
        return False
    met.seconds["files"] += time.perf_counter() - began
    return all(only_compares(planned.check) for one in contracts for planned in one.planned)


class Undistributed:
    """What the workers have left, in the controller."""

    def __init__(
        self, left: bytes, session: pytest.Session, file_of: Callable[[str], pytest.File]
    ) -> None:
        self.session = session
        self.met = session_of(session.config)
        self.handed_out = 0
        """The number of items that pytest-xdist has."""
        found = json.loads(left)
        self.met.shared.speakers.update(found["speakers"])
        names: dict[str, set[str]] = {}
        for nodeid in found["ids"]:
            file, _, name = nodeid.partition("::")
            names.setdefault(file, set()).add(name)
        self.items = [one for file in names for one in _items(file_of(file), names[file])]

    def pytest_runtest_logstart(self) -> None:
        """Have the progress be that of all; whenever a worker has collected, it is forgotten."""
        self.session.testscollected = self.handed_out + len(self.items)

    def run(self) -> None:
        """Run them, behind what the workers ran, as pytest does without pytest-xdist."""
        self.met.begin(self.items)
        self.met.fast_path.run(self.session, self.items)


def _items(file: pytest.File, names: set[str]) -> list[pytest.Item]:
    """Return the items of a file; where they cannot be had, that fails the run."""
    try:
        found = named(file, names)
        if missing := names - {one.name for one in found}:
            raise CannotDetermine(
                f"reading {file.nodeid} as the workers have read it",
                because=f"{len(missing)} of its expectations are gone, such as {min(missing)}",
                remedy="run it again when nothing changes the file",
            )
    except SchemaVerifyError as error:
        not_collected(file.config, file.nodeid, error)
        return []
    return [*found]
