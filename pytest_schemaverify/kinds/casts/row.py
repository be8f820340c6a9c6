"""The casts of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


# pg_cast.castcontext: https://www.postgresql.org/docs/current/catalog-pg-cast.html
_CONTEXTS = {"i": "implicit", "a": "assignment", "e": "explicit"}


class Cast(NamedTuple):
    """A cast that a user made."""

    source: str
    target: str
    context: str
    """`implicit`, `assignment` or `explicit`."""
    function: str
    """With its schema; empty for one that goes by way of text, or does nothing."""
    comment: str

    @property
    def name(self) -> str:
        """The cast as SQL has it."""
        return f"{self.source} as {self.target}"


def _read(source: Source) -> Iterator[Cast]:
    """Yield the casts that a user made."""
    for oid, from_type, to_type, context, function in source.rows(_HERE / "casts.sql"):
        if source.own("pg_cast", oid):
            comment = source.comment("pg_cast", oid)
            yield Cast(from_type, to_type, _CONTEXTS[context], function, comment)


ROWS = (Rows(family="casts", read=_read, key=("source", "target"), outside=True),)
