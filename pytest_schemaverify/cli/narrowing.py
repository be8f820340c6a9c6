"""The options that narrow a command down to kinds of objects and tables."""

import argparse
from collections.abc import Sequence

from pytest_schemaverify.authoring.scope import SECTIONS, Chosen
from pytest_schemaverify.cli.arguments import suggested
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.sql import names


def narrowed(chosen: argparse.Namespace) -> Chosen:
    """Return what --kinds and --tables choose. Raises ConfigError for a section there is not."""
    return Chosen(kinds=kinds_of(chosen.kinds), tables=tuple(names.split(chosen.tables or "")))


def kinds_of(
    text: str | None, known: Sequence[str] = SECTIONS, noun: str = "section"
) -> tuple[str, ...]:
    """Return the names in the value of --kinds. Raises ConfigError for one that is not known."""
    kinds = tuple(names.split(text or ""))
    for one in kinds:
        if one not in known:
            raise ConfigError(
                f"reading --kinds={text}",
                because=f"there is no {noun} {one!r}",
                remedy=suggested([one], known) or f"there are {', '.join(known)}",
            )
    return kinds
