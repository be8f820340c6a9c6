"""Options on pytest's command line that are almost ours.

pytest answers these with its usage, and repeats what it does not know: a DSN with its password.
"""

from collections.abc import Sequence

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings.config import settings

_OPTIONS = {f"--schema-{name.replace('_', '-')}": metavar for name, *_, metavar in settings()}
_OF_THE_COMMAND = ("--dsn", "--dsn-env", "--spec", "--migrations", "--backup", "--server")
"""What `schemaverify` calls its options; pytest's have `schema-` in front."""


def require_known(parser: pytest.Parser, arguments: Sequence[str]) -> None:
    """Raise ConfigError for an option that nobody has and that is like one of ours.

    The message does not show its value.
    """
    given = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    like = [one for one in given if one.startswith(("--schema", *_OF_THE_COMMAND))]
    if not like:
        return
    _, unknown = parser.parse_known_and_unknown_args(list(arguments))
    for argument in unknown:
        name = argument.partition("=")[0]
        if argument in like and name not in _OPTIONS:
            _refuse(name)


def _refuse(name: str) -> None:
    """Raise ConfigError for an option that nobody has, without its value."""
    from difflib import get_close_matches  # few runs have such an option

    wanted = name.replace("_", "-").replace("--schema-", "--").replace("--", "--schema-", 1)
    near = get_close_matches(wanted, _OPTIONS, n=1)
    metavar = _OPTIONS[near[0]] if near else ""
    raise ConfigError(
        f"reading {name} on the command line (its value is not shown)",
        because=f"pytest has no option {name}",
        remedy=(
            f"write {near[0]}{'=' if metavar else ''}{metavar}" if near else f"leave {name} out"
        )
        + "\n`pytest --help` shows what there is",
    )
