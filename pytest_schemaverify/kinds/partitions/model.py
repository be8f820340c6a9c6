"""What a file says of partitions."""

from typing import Any, ClassVar

from pydantic import Field

from pytest_schemaverify.language.base import Described, Things


class Partition(Described):
    """A partition. Short form: its bound, `for values in ('de')` or `default`."""

    family: ClassVar[str] = "partitions"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(lambda text: {"bound": text})

    bound: str | None = None
    """Rows that it takes: `from ('2026-01-01') to ('2027-01-01')`, `in ('de', 'at')`, `default`."""


class Partitions(Things):
    """Partitions by name; without a schema in that of the partitioned table."""

    family: ClassVar[str] = "partitions"
    __pydantic_extra__: dict[str, Partition] = Field(init=False)
