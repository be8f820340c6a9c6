"""The options that commands share: where the database comes from, and how much they say."""

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any

from pytest_schemaverify.cli.arguments import Parser
from pytest_schemaverify.settings.config import DATABASES, OF_COMMANDS, settings
from pytest_schemaverify.settings.reading import RENAMED

GROUP = "where the database comes from"
"""The title of these options in the help."""

_DSN = "existing database, which is only read (default: build one from the migrations)"
_HELP = {
    "cache": "keep the migrated database, and begin with it as long as its files stay the same",
}
"""Texts that are about runs of pytest where the settings are declared."""

_OURS = re.compile(
    rf"--schema-({'|'.join(name.replace('_', '-') for name in (*OF_COMMANDS, 'spec'))})(?![\w-])"
)


def add_spec(parser: Parser) -> None:
    """Add the option that names the file of expectations."""
    parser.add_argument("--spec", metavar="FILE", help="file of expectations (expectations.yaml)")


def add_sources(parser: Parser, dsn: str = _DSN) -> None:
    """Add the options that say where the database comes from, and `--quiet`.

    `dsn` says what an existing database is for. Each of them may be a variable of the environment,
    too, as it may for pytest.
    """
    group = parser.add_argument_group(
        GROUP,
        "PYTEST_SCHEMA_DSN in the environment means --dsn, and so on",
    )
    declared = {one[0]: one for one in settings()}
    texts = _HELP | {"dsn": dsn}
    for name in OF_COMMANDS:
        _, kind, described, metavar = declared[name]
        text = texts.get(name) or described[0].lower() + described[1:]
        how: dict[str, Any] = {"help": spelled(text)}
        if kind is bool:
            how |= {"action": "store_const", "const": True}
        else:
            how |= {"metavar": metavar, "action": "append" if kind is tuple else "store"}
        if name == "database":
            how["choices"] = DATABASES
        group.add_argument(f"--{name.replace('_', '-')}", **how)
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing but results and errors"
    )


def given(chosen: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that the options of a command give, by the names that pytest has."""
    values = {f"schema_{name}": getattr(chosen, name, None) for name in (*OF_COMMANDS, *RENAMED)}
    spec = getattr(chosen, "spec", None)
    return values | {"schema_spec": None if spec is None else [spec]}


def spelled(text: str) -> str:
    """Return a text with the options of pytest as they are called here."""
    return _OURS.sub(r"--\1", text)


def say(chosen: argparse.Namespace, lines: Iterable[str]) -> None:
    """Print what is no result, and what `--quiet` leaves out."""
    if not chosen.quiet:
        for line in lines:
            print(line, file=sys.stderr)
