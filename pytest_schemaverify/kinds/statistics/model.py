"""What a file says of statistics."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Owned, Things
from pytest_schemaverify.language.values import Names


class Statistics(Owned):
    """Extended statistics. Short form: their columns or expressions."""

    family: ClassVar[str] = "statistics"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "array", "items": {"type": "string"}}
    short_for: ClassVar[Mapping[type, str]] = {list: "columns"}

    columns: Names | None = None
    """Exact set of the columns and expressions: `[country, lower(city)]`."""
    kinds: Names | None = None
    """Exact set of what is known of them: `ndistinct`, `dependencies`, `mcv`."""
    target: int | None = None
    """Number of values that are kept; -1 for the default."""


class AllStatistics(Things):
    """Extended statistics by name; by `schema.name` where that is not the table's schema."""

    family: ClassVar[str] = "statistics"
    __pydantic_extra__: dict[str, Statistics] = Field(init=False)
