"""Decides by `when` and `skip` whether an expectation is verified here."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_schemaverify.language import conditions
from pytest_schemaverify.language.matchers import shown
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.planning import Under

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import When

_OFF = frozenset({"", "0", "false", "no", "off"})


def unmet(under: Under, facts: Facts) -> str:
    """Return why an expectation is not verified here, or "" if it is."""
    if under.skip or not under.when:
        return under.skip
    reasons = (reason for when in under.when for reason in _unmet(when, facts))
    return next(reasons, "")


def _unmet(when: "When", facts: Facts) -> Iterator[str]:
    # Where only files are looked at, there is no server to ask for its version.
    if when.server is not None and facts.catalog.version and not _is_version(when.server, facts):
        major, minor = divmod(facts.catalog.version, 10000)
        yield f"expected where the server is {when.server}, and this is {major}.{minor}"
    wanted = when.env
    if isinstance(wanted, Mapping):
        for name, value in wanted.items():
            found = os.environ.get(name, "")
            values = value if isinstance(value, list) else [shown(value)]
            if found not in values:
                listed = " or ".join(values)
                yield f"expected where {name} is {listed}, and it is {found or 'not set'}"
    else:
        for name in wanted or ():
            # `when: {env: ci}` may mean CI, as environments mostly have it.
            if os.environ.get(name, os.environ.get(name.upper(), "")).lower() in _OFF:
                yield f"expected where {name} is set in the environment"


def _is_version(wanted: str | int, facts: Facts) -> bool:
    """Return whether the version of the server is wanted; `15` is any 15, as is `>= 15`."""
    major, minor = divmod(facts.catalog.version, 10000)
    return all(
        conditions.holds(part, conditions.version(found), conditions.version)
        for part in str(wanted).split(",")
        # Where the file has no minor version, that of the server takes no part.
        for found in [f"{major}.{minor}" if re.search(r"\d\.\d", part) else str(major)]
    )
