"""`schemaverify import` writes a file of expectations from what another tool says."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.exit_codes import HOLDS
from pytest_schemaverify.errors import ConfigError, MigrationFailed, SpecError

if TYPE_CHECKING:
    from pytest_schemaverify.authoring.importing.imported import Imported


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "import",
        run,
        summary="write a file of expectations from pgTAP's suites or a data contract",
        description="Read the calls of pgTAP's functions in SQL files, or a contract of the Open "
        "Data Contract Standard (ODCS 3), and print the file of expectations that says the same. "
        "What it cannot say is listed as comments at its end. Nothing is run. Exit codes: 0 the "
        "file is written, 2 a file cannot be read, 4 an argument is wrong.",
        examples=[
            "schemaverify import pgtap tests/*.sql -o expectations.yaml",
            "schemaverify import odcs contract.odcs.yaml -o expectations.yaml",
        ],
    )
    parser.add_argument(
        "tool", metavar="TOOL", choices=["pgtap", "odcs"],
        help="whose files these are: pgtap or odcs",
    )  # fmt: skip
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="SQL files of a suite, or the contract"
    )
    parser.add_argument(
        "--no-comments", action="store_true",
        help="of a contract: do not expect its descriptions as comments in the database",
    )  # fmt: skip
    parser.add_argument(
        "--output", "-o", metavar="FILE",
        help="new file to write (default: print it); an existing file is not overwritten",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> int:
    """Write the file. Raises SpecError for one that cannot be read."""
    result = (_of_contract if chosen.tool == "odcs" else _of_suite)(chosen)
    if chosen.output:
        _write(Path(chosen.output), result.text())
    else:
        print(result.text(), end="")
    print(result.summary, file=sys.stderr)
    return HOLDS


def _of_suite(chosen: argparse.Namespace) -> "Imported":
    """Return what the assertions of pgTAP say. Raises ConfigError where there is none."""
    from pytest_schemaverify.authoring.pgtap import imported

    if chosen.no_comments:
        raise ConfigError(
            "reading --no-comments",
            because="a suite of pgTAP has no descriptions",
            remedy="leave it out",
        )
    suite = "the SQL files of the suite: schemaverify import pgtap tests/*.sql"
    result = imported({one: _content(one, suite) for one in dict.fromkeys(chosen.files)})
    if not result.count:
        raise ConfigError(
            f"reading {', '.join(chosen.files)}",
            because="there is no assertion of pgTAP, such as `select has_table('users');`",
            remedy=f"name {suite}",
        )
    return result


def _of_contract(chosen: argparse.Namespace) -> "Imported":
    """Return what a contract says. Raises ConfigError where there are several."""
    from pytest_schemaverify.authoring.odcs.contracts import imported

    if len(chosen.files) > 1:
        raise ConfigError(
            f"reading {', '.join(chosen.files)}",
            because="each contract becomes a file of its own",
            remedy=f"name one: schemaverify import odcs {chosen.files[0]}",
        )
    [name] = chosen.files
    text = _content(name, "the contract: schemaverify import odcs contract.odcs.yaml")
    return imported(text, name, comments=not chosen.no_comments)


def _content(name: str, wanted: str) -> str:
    """Return the text of a file, which is one of the `wanted`. Raises SpecError if it has none."""
    from pytest_schemaverify.migrations.decoding import decoded

    try:
        return decoded(Path(name))
    except MigrationFailed as error:
        remedy = error.remedy or f"name {wanted}"
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
