"""Verifies a file of expectations, and prints what would repair the failures."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.authoring.writing.new_files import write_new
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, WRONG
from pytest_schemaverify.cli.opening import opened, results_of
from pytest_schemaverify.cli.running.known import new
from pytest_schemaverify.cli.sources import say, spelled
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.reports.fix_script import fixes, script
from pytest_schemaverify.reports.header import header
from pytest_schemaverify.settings import paths
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.verification import Verification


def run(chosen: argparse.Namespace) -> int:
    """Print the script, and return the exit code. Raises the error that prevents it."""
    output = Path(chosen.output) if chosen.output else None
    if output is not None and paths.exists(output):
        raise ConfigError(
            f"writing {output}",
            because="it is there already, and would be overwritten",
            remedy="name another file with -o FILE, or move this one away",
        )
    with opened(chosen) as one:
        say(chosen, header(one))
        found = fixes(new(one, results_of(one)), one.contract.name)
        head, advice = [*_head(one)], [*_advice(one)]
    found.left, found.untold = ([*map(spelled, texts)] for texts in (found.left, found.untold))
    text = "".join(f"{line}\n" for line in script(found, head, advice))
    if output is None:
        print(text, end="")
    else:
        write_new({output: text})
    if found.left:
        return WRONG
    return COULD_NOT_TELL if found.untold else HOLDS


def _head(one: Verification) -> Iterator[str]:
    yield f"`schemaverify fix` made this for {one.contract.name}"
    yield f"against {masked(one.database.there.description)}"


def _advice(one: Verification) -> Iterator[str]:
    """Yield what to do with the script, where it has statements."""
    yield "Nothing has been run. Read it first; psql -v ON_ERROR_STOP=1 -f FILE runs it."
    if one.contract.files is not None:
        yield "Put it into a new migration, or the next database is built without it; leave out"
        yield "begin and commit where your tool begins a transaction of its own."
    if one.database.there.server is None:
        yield "It was not tried, because an existing database is only read."
