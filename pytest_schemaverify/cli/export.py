"""`schemaverify export` writes what a file of expectations says for another tool."""

import argparse
import sys
from pathlib import Path

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.exit_codes import HOLDS
from pytest_schemaverify.cli.sources import add_spec
from pytest_schemaverify.errors import ConfigError


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "export",
        run,
        summary="write a data contract from the file of expectations",
        description="Print the Open Data Contract Standard's contract (ODCS 3.1) that says what "
        "the file says of tables, columns, keys and rows. What the standard cannot carry is listed "
        "on standard error, with counts and places. Nothing is run, and no database is asked. Exit "
        "codes: 0 the contract is written, 2 the file cannot be read, 4 an argument is wrong.",
        examples=["schemaverify export odcs -o contract.odcs.yaml"],
    )
    parser.add_argument("format", metavar="odcs", choices=["odcs"], help="what is written")
    add_spec(parser)
    parser.add_argument(
        "--dsn", metavar="DSN",
        help="database whose host, port and name become the contract's server; never who connects",
    )  # fmt: skip
    parser.add_argument(
        "--dsn-env", metavar="NAME", help="variable of the environment that has this DSN"
    )
    parser.add_argument(
        "--output", "-o", metavar="FILE",
        help="new file to write (default: print it); an existing file is not overwritten",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> int:
    """Write the contract. Raises SpecError for a file that cannot be read."""
    from pytest_schemaverify.authoring.odcs.exporting import exported, slug
    from pytest_schemaverify.authoring.writing.new_files import write_new
    from pytest_schemaverify.cli.opening import settings_of, spec_of
    from pytest_schemaverify.verification.contract import Contract

    config = settings_of(chosen)
    path = spec_of(config)
    named = bool(chosen.dsn or chosen.dsn_env)  # and not by a variable that is meant for runs
    one = Contract(path, str(path), config)
    result = exported(
        one.planned, one.spec.defaults.schema_, one.text(), one.name,
        slug(path.resolve().parent.name), _server(config.dsn) if named else None,
    )  # fmt: skip
    if chosen.output:
        write_new({Path(chosen.output): result.text()})
    else:
        print(result.text(), end="")
    print("\n".join(result.lines(one.name)), file=sys.stderr)
    return HOLDS


def _server(dsn: str) -> dict[str, str | int]:
    """Return the server that a DSN names. Raises ConfigError for one that names none."""
    from pytest_schemaverify.databases.dsn import location

    found = location(dsn)
    if not found:
        raise ConfigError(
            "reading the DSN of the contract's server",
            because="it does not name one host and a database, which a contract has to",
            remedy="write --dsn=postgresql://HOST:5432/DATABASE",
        )
    return {"server": str(found["database"]), "type": "postgres", **found}
