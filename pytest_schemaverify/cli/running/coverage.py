"""Counts what a file of expectations says of its database, and prints it."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from pytest_schemaverify.authoring.coverage.pasting import Snippet, snippets
from pytest_schemaverify.authoring.coverage.pinning import Coverage, coverage
from pytest_schemaverify.authoring.coverage.rendering import as_json, below, lines, listed, markdown
from pytest_schemaverify.cli.exit_codes import HOLDS, WRONG
from pytest_schemaverify.cli.narrowing import kinds_of
from pytest_schemaverify.cli.opening import opened
from pytest_schemaverify.cli.sources import say
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings.values import percent

_OPTION = "--fail-under"


def run(chosen: argparse.Namespace) -> int:
    """Print what the file pins. Raises the error for which that cannot be told."""
    kinds, floor = kinds_of(chosen.kinds, KINDS, "kind"), _floor(chosen.fail_under)
    with opened(chosen) as one:
        say(chosen, header(one))
        with one.database.line.ticking("counting what the file says"):
            found = coverage(one.results.facts, kinds)
            missing, notes = snippets(found, one) if chosen.missing else ([], [])
    for line in _printed(chosen.format, one.contract.name, found, missing, notes):
        print(line)
    if less := below(found.whole.percent, floor, _OPTION):
        print(less, file=sys.stderr)
    return WRONG if less else HOLDS


def _printed(
    form: str, name: str, found: Coverage, missing: Sequence[Snippet], notes: Sequence[str]
) -> Iterator[str]:
    if form == "json":
        yield as_json(name, found, missing, notes)
    elif form == "markdown":
        yield from markdown(name, found, missing, notes)
    else:
        yield from lines(name, found)
        yield from listed(missing, notes)


def _floor(text: str | None) -> int:
    found = percent(text or "0")
    if found is None:
        raise ConfigError(
            f"reading {_OPTION}={text}",
            because="it is no percentage",
            remedy="write a whole number from 0 to 100",
        )
    return found
