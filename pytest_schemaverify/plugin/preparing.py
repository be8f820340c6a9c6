"""What the controller of pytest-xdist does while its workers start and collect.

They need it afterwards: what a file of expectations says, and its database.
"""

import time
from collections.abc import Iterable
from contextlib import suppress

import pytest

from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.plugin.collection import is_included
from pytest_schemaverify.plugin.session import Session, session_of
from pytest_schemaverify.plugin.unmade import selects
from pytest_schemaverify.plugin.workers import Exchange
from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.verification.judging import of_files, only_compares
from pytest_schemaverify.verification.planning import Planned


def prepare(config: pytest.Config, files: Iterable[pytest.File], shared: Exchange) -> None:
    """Read files of expectations, and prepare their databases for the workers.

    Where something selects single expectations, the database waits until the workers have told
    whether there are any. An error is told by the worker that collects the file, or by its items.
    """
    for file in files:
        with suppress(SchemaVerifyError):
            met = session_of(config)
            planned = _planned(file, met)
            if selects(config) or all(of_files(one.check) for one in planned):
                continue
            if all(only_compares(one.check) for one in planned):
                met.prepare(file.path)
            else:
                met.hand_over(file.path, shared)


def _planned(file: pytest.File, met: Session) -> list[Planned]:
    """Return the expectations of a file; none of one that another includes."""
    began = time.perf_counter()
    try:
        with uncollected():
            return [] if is_included(file) else met.verification(file.path).contract.planned
    finally:
        met.seconds["files"] += time.perf_counter() - began
