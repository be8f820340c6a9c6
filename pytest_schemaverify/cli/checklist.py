"""`schemaverify checklist` says what is proven for a migration into production, and what is not."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources, add_spec


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "checklist",
        run,
        summary="what is proven for a migration into production, and what is left for a person",
        description="Rehearse the migrations on a disposable database, verify an existing one, "
        "and print the checklist. Exit codes: 0 all that is expected holds, 1 something does not, "
        "2 the file cannot be read, 4 an option is wrong, 6 a check could not find out.",
        examples=[
            "schemaverify checklist",
            'schemaverify checklist --dsn="$PRODUCTION" --backup=before.dump',
        ],
    )
    add_spec(parser)
    add_sources(parser, dsn="the database in production; it is only read")
    # `read` refuses it, whether or not it says something.
    parser.add_argument("--baseline-dump", nargs="?", const="", help=argparse.SUPPRESS)


def run(chosen: argparse.Namespace) -> int:
    """Print the checklist, and then what is wrong."""
    from pytest_schemaverify.cli.running import checklist

    return checklist.run(chosen)
