"""`schemaverify import` writes a file of expectations from what another tool says."""

import argparse
import sys
from pathlib import Path

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.exit_codes import HOLDS
from pytest_schemaverify.errors import ConfigError, MigrationFailed, SpecError


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "import",
        run,
        summary="write a file of expectations from the assertions of pgTAP's suites",
        description="Read the calls of pgTAP's functions in SQL files, and print the file of "
        "expectations that says the same. What it cannot say is listed as comments at its end. "
        "Nothing is run. Exit codes: 0 the file is written, 2 a file cannot be read, 4 an argument "
        "is wrong.",
        examples=["schemaverify import pgtap tests/*.sql -o expectations.yaml"],
    )
    parser.add_argument("tool", metavar="pgtap", choices=["pgtap"], help="whose files these are")
    parser.add_argument("files", metavar="FILE", nargs="+", help="SQL files of a suite")
    parser.add_argument(
        "--output", "-o", metavar="FILE",
        help="new file to write (default: print it); an existing file is not overwritten",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> int:
    """Write the file. Raises SpecError for one that cannot be read."""
    from pytest_schemaverify.authoring.pgtap import imported

    result = imported({name: _content(name) for name in dict.fromkeys(chosen.files)})
    if not result.count:
        raise ConfigError(
            f"reading {', '.join(chosen.files)}",
            because="there is no assertion of pgTAP, such as `select has_table('users');`",
            remedy="name the SQL files of the suite: schemaverify import pgtap tests/*.sql",
        )
    if chosen.output:
        _write(Path(chosen.output), result.text())
    else:
        print(result.text(), end="")
    print(result.summary, file=sys.stderr)
    return HOLDS


def _content(name: str) -> str:
    """Return the text of a file. Raises SpecError if it has none."""
    from pytest_schemaverify.migrations.decoding import decoded

    try:
        return decoded(Path(name))
    except MigrationFailed as error:
        remedy = error.remedy or "name the SQL files of the suite: tests/*.sql"
        raise SpecError([f"{error.tried}\n  because {error.because}\n  do      {remedy}"]) from None


def _write(path: Path, text: str) -> None:
    """Write a new file. Raises ConfigError where one is already, and where none can be."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(
            f"writing {path}",
            because="it is there already, and would be overwritten",
            remedy="name another file with -o FILE, or move this one away",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"writing {path}",
            because=error.strerror or str(error),
            remedy="name a file in a folder that you may write to, with -o FILE",
        ) from None
