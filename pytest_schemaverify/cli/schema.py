"""`schemaverify schema` prints the JSON Schema of a file of expectations, for editors."""

import argparse
import sys

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.exit_codes import HOLDS


def add(commands: Commands) -> None:
    """Add the command."""
    add_command(
        commands,
        "schema",
        run,
        summary="print the JSON Schema of expectations.yaml, for your editor",
        description="It is that of the version that is installed. `schemaverify init` writes it "
        "beside your file; write it there again when you have upgraded.",
        examples=["schemaverify schema > expectations.schema.json"],
    )


def run(chosen: argparse.Namespace) -> int:
    """Print it."""
    from importlib.resources import files

    schema = files("pytest_schemaverify").joinpath("expectations.schema.json")
    sys.stdout.write(schema.read_text(encoding="utf-8"))
    return HOLDS
