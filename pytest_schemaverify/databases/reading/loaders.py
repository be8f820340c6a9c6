"""How values of the server become values of Python."""

import json
from decimal import Decimal
from typing import Any

from psycopg import pq
from psycopg.adapt import Loader

AS_TEXT = (
    "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr",
    "bytea", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
)  # fmt: skip
"""Types whose values are compared as the server writes them, not as Python would."""

TEXTS: tuple[str | int, ...] = ("text", "varchar", "bpchar", "name", '"char"', 705, 0)
"""Types that are texts. The last two are `unknown` and any type that psycopg does not know."""


class AnyBytes(Loader):
    """Text of a database that does not say how it is encoded: UTF-8 if it is, else with escapes."""

    def load(self, data: Any) -> str:
        """Return it as text."""
        return bytes(data).decode(errors="backslashreplace")


class ExactJson(Loader):
    """JSON, of whose numbers every digit is kept."""

    def load(self, data: Any) -> Any:
        """Return what it says."""
        return json.loads(bytes(data), parse_float=Decimal, parse_int=Decimal)


def size_of(result: pq.abc.PGresult) -> int:
    """Return the size of a part of an answer in bytes."""
    return sum(
        len(result.get_value(row, column) or b"")
        for row in range(result.ntuples)
        for column in range(result.nfields)
    )
