"""Where the keys of pytest's ini file stand, and keys that are almost ours.

https://docs.pytest.org/en/stable/reference/customize.html
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.config import settings
from pytest_schemaverify.settings.reading import RENAMED

_SECTION = re.compile(r"\[\s*(?:pytest|tool:pytest|tool\.pytest(?:\.ini_options)?)\s*\]")
# What begins with a blank is a further line of the value above it.
_KEY = re.compile(r"""["']?(schema[_-][\w-]+)["']?\s*[=:]""")


def named(config: pytest.Config, key: str) -> tuple[str, str]:
    """Return how a key is called where it was given, and its place: `pytest.ini:3:1`."""
    given = getattr(config.option, "override_ini", None) or ()
    if any(one.partition("=")[0].strip() == key for one in given):
        return f"-o {key}", ""
    if config.inipath is None:
        return key, ""
    line = dict(_keys(config.inipath)).get(key)
    file = config.inipath.name
    return key, f"{file}:{line}:1" if line else file


def require_known(config: pytest.Config) -> None:
    """Raise ConfigError for a key of the ini file that is very likely meant as one of ours.

    pytest passes over what it does not know, and only warns.
    """
    ours = {f"schema_{name}" for name in [*RENAMED, *(one[0] for one in settings())]}
    given = [(one.partition("=")[0].strip(), "-o: ") for one in config.option.override_ini or ()]
    if config.inipath is not None:
        file = config.inipath.name
        given += [(key, f"{file}:{line}:1: ") for key, line in _keys(config.inipath)]
    for key, place in given:
        if key.startswith("schema") and key not in ours and not _of_others(config, key):
            from difflib import get_close_matches  # few runs have such a key

            if near := get_close_matches(key.replace("-", "_"), ours, n=1, cutoff=0.75):
                raise ConfigError(
                    f"{place}reading {key}",
                    because="there is no setting of this name, and it would be passed over",
                    remedy=f"did you mean {near[0]}? or take {key} out",
                )


def _of_others(config: pytest.Config, key: str) -> bool:
    """Return whether another plugin has a key of this name."""
    with suppress(ValueError, KeyError):
        config.getini(key)
        return True
    return False


def _keys(file: Path) -> Iterator[tuple[str, int]]:
    """Yield the keys in pytest's section of an ini file that begin like ours, and their lines."""
    within = False
    with suppress(OSError):
        lines = paths.content(file).decode(errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.startswith("["):
                within = bool(_SECTION.match(line))
            elif within and (found := _KEY.match(line)):
                yield found[1], number
