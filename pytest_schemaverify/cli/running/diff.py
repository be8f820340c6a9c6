"""Compares a file of expectations with its database, and prints what differs."""

import argparse
from dataclasses import replace

from pytest_schemaverify.authoring.comparing.differences import compared
from pytest_schemaverify.authoring.comparing.rendering import as_json, as_markdown, as_text
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, WRONG
from pytest_schemaverify.cli.narrowing import narrowed
from pytest_schemaverify.cli.opening import opened
from pytest_schemaverify.cli.printing import show
from pytest_schemaverify.cli.running.known import new
from pytest_schemaverify.cli.sources import say, spelled
from pytest_schemaverify.reports.header import header


def run(chosen: argparse.Namespace) -> int:
    """Print the differences, and return the exit code. Raises the error that prevents them."""
    wanted = narrowed(chosen)
    with opened(chosen) as one:
        say(chosen, header(one))
        found = compared(one, wanted, blame=chosen.blame)
        found = replace(found, others=list(new(one, found.others)))
    if chosen.format == "json":
        print(as_json(found))
    elif chosen.format == "markdown":
        print("\n".join(map(spelled, as_markdown(found))))
    else:
        for line in as_text(found):
            show(spelled(line))
    if found.differences:
        return WRONG
    return COULD_NOT_TELL if found.undetermined else HOLDS
