"""Options on pytest's command line that are almost ours, or are given in another way.

pytest answers these with its usage, and repeats what it does not know: a DSN with its password.
"""

from collections.abc import Sequence
from difflib import get_close_matches

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings.config import settings

_OPTIONS = {
    f"--schema-{name.replace('_', '-')}": (kind is bool, text, metavar)
    for name, kind, text, metavar in settings()
}
_OF_THE_COMMAND = ("--dsn", "--dsn-env", "--spec", "--migrations", "--backup", "--server")
"""What `schemaverify` calls its options; pytest's have `schema-` in front."""


def require_known(parser: pytest.Parser, arguments: Sequence[str]) -> None:
    """Raise ConfigError for an option that nobody has and that is like one of ours.

    Also for one of ours without its value, or with a value that it does not take.
    """
    given = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    like = [one for one in given if one.startswith(("--schema", *_OF_THE_COMMAND))]
    if not like:
        return
    for number, argument in enumerate(given):
        name, sign, _ = argument.partition("=")
        if name in _OPTIONS:
            behind = given[number + 1] if number + 1 < len(given) else "-"
            _require_value(name, bool(sign), behind)
    _, unknown = parser.parse_known_and_unknown_args(list(arguments))
    for argument in unknown:
        name = argument.partition("=")[0]
        if argument in like and name not in _OPTIONS:
            _refuse(name)


def _require_value(name: str, given: bool, behind: str) -> None:
    switch, text, metavar = _OPTIONS[name]
    if switch and given:
        raise ConfigError(
            f"reading {name}=… on the command line",
            because=f"{name} takes no value",
            remedy=f"write {name}, or leave it out\nit is for: {text}",
        )
    if not switch and not given and behind.startswith("-"):
        raise ConfigError(
            f"reading {name} on the command line",
            because="it has no value",
            remedy=f"write {name}={metavar}, or leave {name} out\nit is for: {text}",
        )


def _refuse(name: str) -> None:
    """Raise ConfigError for an option that nobody has, without its value."""
    wanted = name.replace("_", "-").replace("--schema-", "--").replace("--", "--schema-", 1)
    near = get_close_matches(wanted, _OPTIONS, n=1)
    metavar = near and _OPTIONS[near[0]][2]
    raise ConfigError(
        f"reading {name} on the command line (its value is not shown)",
        because=f"pytest has no option {name}",
        remedy=(
            f"write {near[0]}{'=' if metavar else ''}{metavar}" if near else f"leave {name} out"
        )
        + "\n`pytest --help` shows what there is",
    )
