"""The command that a person would type next, with the settings of the run."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from pytest_schemaverify.databases import Dsn, redacted
from pytest_schemaverify.settings.config import OF_COMMANDS, Config
from pytest_schemaverify.sql.secrets import masked

_DSNS = ("dsn", "server")


def next_command(name: str, config: Config, spec: Path, here: Path) -> str:
    """Return a command of `schemaverify` for a file of expectations, as it is typed in `here`.

    It is "" where the command line would have to say a secret.
    """
    options = [*_spec(config, spec, here), *_settings(config, here)]
    typed = " ".join([shlex.join(_program(here)), name, *options])
    if masked(typed) != typed:
        return ""
    given = {one: getattr(config, one) for one in _DSNS if _must_be_typed(config, one)}
    secret = any(Dsn(text).secret for text in given.values())
    return f"{typed}  # put the password into PGPASSWORD first" if secret else typed


def _program(here: Path) -> list[str]:
    """Return how the command is called in a shell that may not have our folder in its path."""
    if shutil.which("schemaverify"):
        return ["schemaverify"]
    beside = Path(sys.executable).with_name("schemaverify")
    if beside.exists():
        return [_seen(beside, here)]
    return [sys.executable, "-m", "pytest_schemaverify.cli"]


def _spec(config: Config, spec: Path, here: Path) -> Iterator[str]:
    """Yield the option for a file that the command does not find by itself."""
    name = os.path.relpath(spec, here)
    if name != "expectations.yaml" or config.spec:
        yield f"--spec={shlex.quote(name)}"


def _settings(config: Config, here: Path) -> Iterator[str]:
    """Yield the options for what the command does not have from the environment."""
    for name in filter(lambda one: _must_be_typed(config, one), OF_COMMANDS):
        value, option = getattr(config, name), f"--{name.replace('_', '-')}"
        if value is True:
            yield option
            continue
        for one in value if isinstance(value, tuple) else (value,):
            shown = redacted(one) if name in _DSNS else _seen(one, here)
            yield f"{option}={shlex.quote(shown)}"


def _must_be_typed(config: Config, name: str) -> bool:
    """Return whether an option or an ini key has the setting, and no variable of the shell."""
    if name == "dsn" and config.dsn_env:
        return False
    return not config.given.get(name, "PYTEST_").startswith("PYTEST_")


def _seen(path: Path | str, here: Path) -> str:
    """Return a path as it is written in the folder of the run; any other text stays."""
    # An ini key's path starts at the folder of the file that has it, and is whole by now.
    inside = Path(path).is_absolute() and Path(path).is_relative_to(here)
    return os.path.relpath(path, here) if inside else str(path)
