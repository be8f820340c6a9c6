"""The parser of the command line: what is wrong with it is told as every other mistake is."""

import argparse
import difflib
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeAlias

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings.values import blank

_WIDTH = 78
"""Columns of the texts in the help; argparse leaves them as they are."""


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=30)


class Parser(argparse.ArgumentParser):
    """A parser that raises ConfigError for whatever it does not take.

    It refuses empty values: mostly they come from a variable of the shell that is not set.
    """

    def __init__(self, **how: Any) -> None:
        # An abbreviation would mean something else, or nothing, once there is another option.
        super().__init__(allow_abbrev=False, formatter_class=_formatter, **how)

    def parse_known_args(  # type: ignore[override] # typeshed has four overloads of it
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Return what the arguments say. Raises ConfigError where one of them is not known."""
        for action in self._actions:
            # Here, because those of a group are not added by `add_argument` of the parser. A
            # command's own parser looks at the words behind its name.
            if action.nargs not in (0, argparse.PARSER) and action.help != argparse.SUPPRESS:
                action.type = _Filled.of(action)
        chosen, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [name for action in self._actions for name in action.option_strings]
            remedy = suggested(unknown, options)
            if hasattr(chosen, "run") and self._subparsers:
                remedy = "write options behind the name of the command"
            self.error(f"unrecognized arguments: {' '.join(unknown)}", remedy)
        return chosen, unknown

    def error(self, message: str, remedy: str = "") -> NoReturn:
        """Raise ConfigError that says where the help is."""
        remedy = remedy or self._remedy(message)
        raise ConfigError(
            f"reading the arguments of {self.prog}",
            because=message,
            remedy=f"{remedy}\n`{self.prog} --help` shows what there is".strip(),
        )

    def _remedy(self, message: str) -> str:
        """Return what to type where argparse says that an argument has no value or a wrong one."""
        # argparse tells the argument and what is wrong with it as one text.
        called = message.removeprefix("argument ").partition(":")[0].split("/")[0]
        known = [one for one in self._actions if called in (*one.option_strings, one.metavar)]
        if not message.startswith("argument ") or not known:
            return ""
        if known[0].nargs == 0:
            return f"write {called}, which takes no value"
        values = [str(one) for one in known[0].choices or [known[0].metavar or known[0].dest]]
        front = f"{called}=" if called.startswith("-") else ""
        return f"write {' or '.join(f'{front}{one}' for one in values)}"


class _Filled:
    """The type of an argument's value, which must not be empty."""

    def __init__(self, action: argparse.Action, convert: Callable[[str], Any]) -> None:
        self.action, self.convert = action, convert

    @classmethod
    def of(cls, action: argparse.Action) -> "_Filled":
        """Return the type of an argument; the same again for one that has it already."""
        known: Any = action.type
        return known if isinstance(known, cls) else cls(action, known or str)

    def __call__(self, text: str) -> Any:
        """Return the value of a text. Raises ArgumentTypeError for an empty or a wrong one."""
        if blank(text):
            raise argparse.ArgumentTypeError(_empty(self.action))
        try:
            return self.convert(text)
        except ValueError:
            named = self.action.metavar or self.action.dest
            raise argparse.ArgumentTypeError(
                f"{text!r} is no {named}; it is for: {self.action.help}"
            ) from None


def _empty(action: argparse.Action) -> str:
    """Return the message for an argument that says nothing."""
    metavar = action.metavar or action.dest
    option = action.option_strings[0] if action.option_strings else ""
    todo = f"write {option}={metavar}, or leave {option} out" if option else f"write {metavar}"
    return (
        "it is empty (perhaps a variable that is not set), so nothing is done; "
        f"{todo}; it is for: {action.help}"
    )


def suggested(unknown: Iterable[str], known: Iterable[str]) -> str:
    """Return `did you mean …?` for the first unknown word that is like a known one, else ''."""
    known = [*known]
    for word in unknown:
        if near := difflib.get_close_matches(word.partition("=")[0], known, n=1):
            return f"did you mean {near[0]}?"
    return ""


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""What `add` of a command adds its parser to."""


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    summary: str,
    description: str,
    examples: Sequence[str],
) -> Parser:
    """Add a command and return its parser, for its options.

    `summary` is its line in the list of commands, which also begins its help, and `description`
    what more there is to know; `examples` are command lines to type. `run` does what is chosen and
    returns the exit code.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        # Shells show the first line of it where they complete.
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{textwrap.fill(description, _WIDTH)}",
        epilog="\n".join([f"example{'s' if examples[1:] else ''}:", *(f"  {e}" for e in examples)]),
    )
    parser.set_defaults(run=run)
    return parser


def every(whole: Parser) -> dict[str, Parser]:
    """Return the parsers of the commands by their names."""
    [commands] = [one for one in whole._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(commands.choices)
