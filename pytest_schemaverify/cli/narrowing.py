"""The options that narrow a command down to kinds of objects and tables."""

import argparse

from pytest_schemaverify.authoring.scope import SECTIONS, Chosen
from pytest_schemaverify.cli.arguments import suggested
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.sql import names


def narrowed(chosen: argparse.Namespace, platform: str = "postgres") -> Chosen:
    """Return what --kinds and --tables choose. Raises ConfigError for a section there is not."""
    return Chosen(
        platform=platform,
        kinds=kinds_of(chosen.kinds),
        tables=tuple(names.split(chosen.tables or "")),
    )


def kinds_of(text: str | None) -> tuple[str, ...]:
    """Return the sections in the value of --kinds. Raises ConfigError for one there is not."""
    kinds = tuple(names.split(text or ""))
    for one in kinds:
        if one not in SECTIONS:
            raise ConfigError(
                f"reading --kinds={text}",
                because=f"there is no section {one!r}",
                remedy=suggested([one], SECTIONS) or f"there are {', '.join(SECTIONS)}",
            )
    return kinds
