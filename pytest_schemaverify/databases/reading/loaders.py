"""Loaders of psycopg that make Python's values of the server's."""

import json
from decimal import Decimal
from typing import Any

from psycopg import pq
from psycopg.adapt import Loader

AS_TEXT = (
    "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "inet", "cidr",
    "bytea", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
)  # fmt: skip
"""Types whose values stay as the server prints them: the file has them in the same form.

Python's own types do not hold all of them, such as a date of 'infinity' or of the year 10000.
"""

TEXTS: tuple[str | int, ...] = ("text", "varchar", "bpchar", "name", '"char"', 705, 0)
"""Types that are texts. 705 is the OID of `unknown`, and 0 stands for types psycopg does not
know."""


class AnyBytes(Loader):
    """Loads text of a database in SQL_ASCII, which may be in any encoding or in several."""

    def load(self, data: Any) -> str:
        r"""Return the bytes as UTF-8, with escapes such as `\xe9` for those that are not."""
        return bytes(data).decode(errors="backslashreplace")


class ExactJson(Loader):
    """Loads JSON, and keeps every digit of its numbers."""

    def load(self, data: Any) -> Any:
        """Return the value, with numbers as Decimal."""
        # A float would make 0.1 of 0.10, and lose digits behind the 17th.
        return json.loads(bytes(data), parse_float=Decimal, parse_int=Decimal)


def size_of(result: pq.abc.PGresult) -> int:
    """Return the bytes of the values in a part of an answer, as libpq has them."""
    return sum(
        len(result.get_value(row, column) or b"")
        for row in range(result.ntuples)
        for column in range(result.nfields)
    )
