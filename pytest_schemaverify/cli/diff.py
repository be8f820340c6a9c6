"""`schemaverify diff` says what the database has and the file does not, and the reverse."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources, add_spec


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "diff",
        run,
        summary="what the database has and the file does not, and the reverse",
        description="Compare the file of expectations with the database, object by object, and "
        "print what is new, gone or different, with the summary first. Nothing is written. Rules, "
        "rows and behaviour are for pytest. Exit codes: 0 nothing differs, 1 something does, 2 the "
        "file cannot be read, 4 an option is wrong, 6 a check could not find out.",
        examples=[
            "schemaverify diff",
            'schemaverify diff --dsn="$STAGING" --format=markdown > comment.md',
            "schemaverify diff --kinds=tables,functions --blame",
        ],
    )
    parser.add_argument(
        "--format", metavar="FORMAT", choices=("text", "markdown", "json"), default="text",
        help="text for the terminal (default), markdown for a pull request, or json for a program",
    )  # fmt: skip
    parser.add_argument(
        "--blame", action="store_true", help="say which migration did it, which takes longer"
    )
    parser.add_argument(
        "--tables", metavar="A,B", help="patterns of tables to compare: `user_*,posts`"
    )
    parser.add_argument("--kinds", metavar="A,B", help="sections to compare: `tables,functions`")
    add_spec(parser)
    add_sources(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the differences, and return the exit code."""
    from pytest_schemaverify.cli.running import diff

    return diff.run(chosen)
