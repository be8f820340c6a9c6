"""Finds the command that is asked for, runs it, and tells every error by its text and exit code."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pytest_schemaverify.cli.arguments import Parser, suggested
from pytest_schemaverify.cli.exit_codes import COULD_NOT_TELL, HOLDS, MISUSED, UNREADABLE
from pytest_schemaverify.cli.sources import spelled
from pytest_schemaverify.errors import SchemaVerifyError

COMMANDS = (
    "init", "diff", "update", "fix", "coverage", "import_", "export", "checklist", "check_files",
    "reader_role", "schema", "completion",
)  # fmt: skip
"""The modules of this folder that are commands, in the order of the help.

Each has `add`, which adds its parser, and imports what it runs on only when it runs. A `_` at the
end of one is not part of the command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without a check mark shows a ?
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except SystemExit as end:  # argparse has shown the help or the version
        return MISUSED if end.code else HOLDS
    except SchemaVerifyError as error:
        return _exit_code(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return UNREADABLE  # pytest's code for that is the same
    except BrokenPipeError:  # the reader has closed the pipe; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_TELL
    except Exception as error:
        from pytest_schemaverify.errors.internal_errors import internal

        return _exit_code(internal("the command schemaverify", error))


def _run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name. Raises ConfigError where they name none."""
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    reading = parser()
    known = [one.rstrip("_").replace("_", "-") for one in COMMANDS]
    listed = ", ".join(known)
    # Looked at here, because argparse suggests nothing.
    first = next((one for one in arguments if not one.startswith("-")), None)
    if first is not None and first not in known:
        suggestion = suggested([first], known) or f"the commands are {listed}"
        reading.error(f"there is no command {first!r}", suggestion)
    chosen = reading.parse_args(arguments)
    if first is None:
        reading.error("they name no command", f"name one of {listed}")
    return int(chosen.run(chosen))


def parser() -> Parser:
    """Return the parser of the whole command line."""
    whole = Parser(
        prog="schemaverify",
        description="Verify PostgreSQL schemas.",
        epilog="`schemaverify COMMAND --help` shows what a command takes, with examples.",
    )
    whole.add_argument(
        "-V", "--version", action=_Version, nargs=0, help="print the version and exit"
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"{__package__}.{name}").add(commands)
    whole.set_defaults(whole=whole)  # for commands that are about the others
    return whole


class _Version(argparse.Action):
    """Prints the version. argparse's own action has it looked up for each command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """Print it and exit."""
        from importlib.metadata import version

        print(f"schemaverify {version('pytest-schemaverify')}")
        parser.exit()


def _exit_code(error: SchemaVerifyError) -> int:
    """Print an error, and return the exit code that it has."""
    print(spelled(str(error)), file=sys.stderr)
    return error.code
