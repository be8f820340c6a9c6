"""Compares a file of expectations with its database, and prints what differs."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.comparing.rendering import as_json, as_markdown, as_text
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, WRONG
from pytest_schemaverify.cli.narrowing import narrowed
from pytest_schemaverify.cli.opening import opened
from pytest_schemaverify.cli.sources import say, spelled
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import BASELINE
from pytest_schemaverify.verification.known_findings import KnownFindings, read
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace) -> int:
    """Print the differences, and return the exit code. Raises the error that prevents them."""
    wanted = narrowed(chosen)
    with opened(chosen) as one:
        say(chosen, header(one))
        with one.database.line.ticking("comparing"):
            found = compared(one, wanted, blame=chosen.blame)
        found = replace(found, others=list(_new(one, found.others)))
    if chosen.format == "json":
        print(as_json(found))
    else:
        lines = as_markdown(found) if chosen.format == "markdown" else as_text(found)
        for line in lines:
            print(spelled(line))
    if found.differences:
        return WRONG
    return COULD_NOT_TELL if found.undetermined else HOLDS


def _new(one: Verification, results: Iterable[Result]) -> Iterator[Result]:
    """Yield the results with findings that are not known, as pytest would show them."""
    file = Path(BASELINE)
    known = read(file, recording=False) if paths.is_file(file) else KnownFindings(file)
    for result in results:
        if not result.planned.under.xfail:
            # pytest puts the folder in front, as seen from where its settings are.
            item = f"{one.contract.path.name}::{result.planned.name}"
            items = (entry.item for entry in known.entries.values() if entry.item.endswith(item))
            left = known.applied(result, next(items, item))
            if not left.known:
                yield left
