"""`schemaverify check-files` judges files that have changed, without a database."""

import argparse
import atexit
import gc

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_spec
from pytest_schemaverify.settings.garbage_collection import uncollected


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "check-files",
        run,
        summary="what is wrong with files that have changed, found without a database",
        description="Read the files of expectations among the files, and judge the migrations "
        "among them as `pytest -m static` does: by the rules of the project, with all its "
        "migrations in mind. Files that are neither are passed over, and so are files that are "
        "gone. Without a FILE everything is judged. Exit codes: 0 nothing is wrong, 1 a migration "
        "is, 2 a file of expectations cannot be read, 4 an option is wrong, 6 a check could not "
        "find out.",
        examples=[
            "schemaverify check-files",
            "schemaverify check-files migrations/042_invoices.sql expectations.yaml",
        ],
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="file that has changed (default: all files)"
    )
    add_spec(parser)
    parser.add_argument(
        "--var", metavar="NAME=VALUE", action="append",
        help="value of a variable of the file of expectations, `${name}` (repeatable)",
    )  # fmt: skip
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing but results and errors"
    )


def run(chosen: argparse.Namespace) -> int:
    """Print what is wrong."""
    # All that is imported and made stays until the process ends, in less than a second. Looking for
    # garbage would take a quarter of that time more, half of it at the very end.
    atexit.register(gc.freeze)
    with uncollected():
        from pytest_schemaverify.cli.running import check_files

        return check_files.run(chosen)
