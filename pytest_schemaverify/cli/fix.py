"""`schemaverify fix` prints the SQL that repairs what fails, and never runs it."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources, add_spec


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "fix",
        run,
        summary="print the SQL that makes the database what the file says",
        description="Verify as pytest does, and print the fixes of all failures as one script, in "
        "an order in which they can be run and in a transaction where that is possible. Nothing is "
        "run: read the script, and put it into a migration. Failures without a fix are comments in "
        "it. Exit codes: 0 each failure has a fix or nothing fails, 1 a failure has none, 2 the "
        "file cannot be read, 4 an option is wrong, 6 a check could not find out.",
        examples=[
            "schemaverify fix > fix.sql",
            'schemaverify fix --dsn="$STAGING" -o supabase/migrations/20260101000000_repair.sql',
        ],
    )
    parser.add_argument(
        "--output", "-o", metavar="FILE",
        help="new file to write (default: print it); an existing file is not overwritten",
    )  # fmt: skip
    add_spec(parser)
    add_sources(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the script, and return the exit code."""
    from pytest_schemaverify.cli.running import fix

    return fix.run(chosen)
