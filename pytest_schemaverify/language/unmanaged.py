"""What is to be said about objects that the file does not name."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from .base import Entry
from .rules import Exemption, Reviewed, Rule
from .values import Names

_REPORTS = ("fail", "warn", "ignore")


class Unnamed(Rule):
    """What becomes of objects that are not named. Short form: `fail`, `warn`, `ignore`."""

    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "enum": [*_REPORTS]}
    short_for: ClassVar[Mapping[type, str]] = {str: "report"}

    report: Literal["fail", "warn", "ignore"] = "fail"
    """`fail`, `warn` (fails only with `--schema-fail-on=warn`) or `ignore`."""
    exemptions: dict[str, Exemption] = Field({}, alias="except")
    """Names, or patterns of names, that may be there, each with its reason. One that is not needed
    fails."""


class UnnamedFunctions(Unnamed):
    """What becomes of functions that are not named. Short form: `fail`, `warn`, `ignore`."""

    # To mypy a dict of a narrower type is another type, since one can write to it.
    exemptions: dict[str, Reviewed] = Field({}, alias="except")  # type: ignore[assignment]
    """Names, or patterns of names, that may be there, each with its reason. One that is not needed
    fails."""


class UnnamedObjects(Entry):
    """Objects in scope that the file names nowhere, by kind; and what it does not say of others."""

    family: ClassVar[str] = "unmanaged"
    settings: ClassVar[frozenset[str]] = frozenset({"together"})

    together: Names = []
    """Other files of expectations about the same database, relative to this file: what they name
    counts as named, whether or not a run has them."""
    details: Unnamed | None = None
    """What the file does not say of the objects that it names, where that is not what PostgreSQL
    gives them by itself: columns, constraints, privileges, a storage parameter."""
