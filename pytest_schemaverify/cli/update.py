"""`schemaverify update` takes into a file of expectations what its database has."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.sources import add_sources, add_spec
from pytest_schemaverify.errors import ConfigError


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "update",
        run,
        summary="take into expectations.yaml what the database has",
        description="Without --create, --fix or --trim, show what differs and write nothing. What "
        "allows more than the file does is only listed, with its risk, unless --accept-loosening "
        "names it. What only a person can change is listed, too. No "
        "other byte of the file changes. With CI set nothing is written: the change is printed as "
        "a patch for `git apply`. Exit codes: 0 all that was asked for is written, 1 something is "
        "left, 2 a file cannot be read, 4 an option is wrong or a file cannot be written, 6 nobody "
        "could tell.",
        examples=[
            "schemaverify update",
            "schemaverify update --create --fix",
            "schemaverify update --fix tables.notes.columns",
            "schemaverify update --fix --accept-loosening tables.notes.columns.title",
            "schemaverify update --check",
            "schemaverify update --review",
            "schemaverify update --review --state=review.json --apply",
        ],
    )  # fmt: skip
    parser.add_argument(
        "keys", metavar="KEY", nargs="*",
        help="paths in the file that it is about: tables.notes.columns",
    )  # fmt: skip
    parser.add_argument(
        "-k", dest="words", metavar="EXPR", help="words of paths: `notes and not index`"
    )
    parser.add_argument("--kinds", metavar="A,B", help="kinds of objects: `columns,policies`")
    parser.add_argument("--create", action="store_true", help="write what the file does not name")
    parser.add_argument(
        "--fix", action="store_true", help="write what the database has differently"
    )
    parser.add_argument(
        "--trim", action="store_true",
        help="take out what is gone; only where everything was compared",
    )  # fmt: skip
    parser.add_argument(
        "--accept-loosening", metavar="KEY", action="append", default=[],
        help="path, or its beginning, at which the file may allow more; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="print the change as a patch, and write nothing"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, and fail if something would change"
    )
    parser.add_argument(
        "--review", action="store_true",
        help="decide on one change after the other, on the terminal",
    )  # fmt: skip
    parser.add_argument(
        "--state", metavar="FILE",
        help="file of the review, with a decision on each change (.schemaverify-review.json)",
    )  # fmt: skip
    parser.add_argument(
        "--apply", action="store_true", help="apply the decisions in that file, and ask nothing"
    )
    add_spec(parser)
    add_sources(parser)


def run(chosen: argparse.Namespace) -> int:
    """Update the file, and print what was written and what was not."""
    from pytest_schemaverify.authoring.updating.selecting import Selection
    from pytest_schemaverify.cli.running import review, update
    from pytest_schemaverify.sql import names

    _require_sense(chosen)
    kinds = tuple(names.split(chosen.kinds or ""))
    selection = Selection(tuple(chosen.keys), chosen.words or "", kinds)
    if chosen.review:
        return review.run(chosen, selection)
    return update.run(chosen, selection)


_REVIEWED = ("create", "fix", "trim", "accept_loosening", "dry_run", "check")


def _require_sense(chosen: argparse.Namespace) -> None:
    """Raise ConfigError for options that do not go together."""
    odd = [name for name in _REVIEWED if getattr(chosen, name)] if chosen.review else []
    because = "each change is decided on by itself" if odd else "it is about a review"
    if not chosen.review:
        odd = [name for name in ("state", "apply") if getattr(chosen, name)]
    if odd:
        remedy = "leave it out" if chosen.review else "write it with --review"
        option = f"--{odd[0].replace('_', '-')}"
        raise ConfigError(f"reading {option}", because=because, remedy=remedy)
