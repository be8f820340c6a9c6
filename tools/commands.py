"""The page of the command `schemaverify`, from what its parsers say."""

import argparse
import textwrap

from pytest_schemaverify.cli.arguments import Parser, every
from pytest_schemaverify.cli.command import parser
from pytest_schemaverify.cli.sources import GROUP, add_sources
from tools.markdown import table

INTRO = (
    "It is installed with the plugin. `schemaverify --help` lists its commands, and `schemaverify"
    " checklist --help` says what one of them takes; `schemaverify completion` makes a shell"
    " complete them. Results go to standard output, progress to standard error. The exit"
    " codes are [those of pytest with the plugin](exit-codes.md)."
)
SOURCES = (
    "These are [settings](settings.md) of pytest, without `schema-` in their names. The variable"
    " `PYTEST_SCHEMA_DSN` means `--dsn`, and so on; keys of an ini file are for pytest only."
)


def page() -> str:
    """Return the page, in Markdown."""
    shared = Parser()
    add_sources(shared)
    options = _table(_group(shared, title=GROUP))
    named = every(parser()).items()
    commands = [part for name, one in named for part in _command(name, one)]
    heading = f"## {GROUP.capitalize()}"
    parts = ["# The command `schemaverify`", INTRO, *commands, heading, SOURCES, options]
    return "\n\n".join(parts) + "\n"


def _command(name: str, one: Parser) -> list[str]:
    examples = textwrap.dedent((one.epilog or "").partition("\n")[2])
    described = (one.description or "").split("\n\n")
    parts = [f"## `schemaverify {name}`", *(" ".join(text.split()) for text in described)]
    shared = _group(one, title=GROUP)
    own = [action for action in one._actions if action not in shared and action.dest != "help"]
    parts += [f"```sh\n{examples}\n```", _table(own)]
    if shared:
        anchor = GROUP.replace(" ", "-")
        parts.append(f"Besides, it takes the options that say [{GROUP}](#{anchor}).")
    return parts


def _group(one: Parser, *, title: str) -> list[argparse.Action]:
    found = [group._group_actions for group in one._action_groups if group.title == title]
    return found[0] if found else []


def _table(actions: list[argparse.Action]) -> str:
    rows = [
        (f"`{_written(one)}`", one.help or "") for one in actions if one.help != argparse.SUPPRESS
    ]
    return table(("Argument", "Meaning"), rows)


def _written(one: argparse.Action) -> str:
    metavar = f"{one.metavar or one.dest.upper()}" if one.nargs != 0 else ""
    return " ".join(filter(None, (", ".join(one.option_strings), metavar)))
