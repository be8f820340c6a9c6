"""`schemaverify coverage` says what of a database a file of expectations does not pin."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources, add_spec


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "coverage",
        run,
        summary="what of a database the file of expectations does not pin",
        description="Compare what the file says with what there is to say of the database, by "
        "kind. Policies, row-level security, privileges, and functions that run with their owner's "
        "rights come first and count double. Exit codes: 0 the file pins enough, 1 it pins less "
        "than --fail-under, 2 it cannot be read, 4 an option is wrong, 6 a check could not find "
        "out.",
        examples=[
            "schemaverify coverage",
            "schemaverify coverage --missing --kinds=policies,grants",
            'schemaverify coverage --dsn="$STAGING" --fail-under=90 --format=markdown',
        ],
    )
    add_spec(parser)
    parser.add_argument(
        "--missing", action="store_true", help="also list what is missing, as YAML to paste"
    )
    parser.add_argument("--kinds", metavar="A,B", help="kinds to count: `policies,grants`")
    parser.add_argument(
        "--fail-under", metavar="PERCENT", help="exit with 1 where less than this is pinned"
    )
    parser.add_argument(
        "--format", metavar="FORMAT", choices=("text", "markdown", "json"), default="text",
        help="text (default), markdown for a pull request, or json for a program",
    )  # fmt: skip
    add_sources(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the table, and what is missing where that is asked for."""
    from pytest_schemaverify.cli.running import coverage

    return coverage.run(chosen)
