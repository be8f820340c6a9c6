"""`schemaverify init` writes a file of expectations from a database or a folder of migrations."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "init",
        run,
        summary="write expectations.yaml from a database or from migrations",
        description="Write a file that says what the database is, so that every later change of it "
        "is a finding, and run it. Without --dsn the migrations of this folder are found and "
        "applied to a disposable database. What is not good yet by the rules of a preset is "
        "written into a second file, so that the first run is green and says so. "
        "No file is overwritten.",
        examples=[
            "schemaverify init",
            "schemaverify init --migrations=supabase/migrations -o expectations.yaml",
            'schemaverify init --dsn="$STAGING" --depth=shape --tables="user_*,posts"',
        ],
    )
    parser.add_argument(
        "--output", "-o", metavar="FILE", default="expectations.yaml",
        help="file to write (expectations.yaml)",
    )  # fmt: skip
    parser.add_argument(
        "--depth", metavar="DEPTH", choices=("names", "shape", "all"), default="all",
        help="names of objects, their shape without expressions, or all (default)",
    )  # fmt: skip
    parser.add_argument(
        "--tables", metavar="A,B", help="patterns of tables to write: `user_*,posts`"
    )
    parser.add_argument("--kinds", metavar="A,B", help="sections to write: `tables,functions`")
    parser.add_argument(
        "--split", metavar="HOW", choices=("schema", "kind"),
        help="a file for each schema, or a file for each kind of object",
    )  # fmt: skip
    parser.add_argument(
        "--each", action="store_true", help="say once, by `each`, what three tables have in common"
    )
    parser.add_argument(
        "--platform", metavar="PLATFORM", choices=("postgres", "supabase"),
        help="postgres or supabase, if the platform that is found is wrong",
    )  # fmt: skip
    add_sources(parser, dsn="existing database, which is only read (default: build it from files)")


def run(chosen: argparse.Namespace) -> int:
    """Write the file, and print what it says and what is not good yet."""
    from pytest_schemaverify.cli.running import init

    return init.run(chosen)
