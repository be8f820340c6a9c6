"""How a file says what a sequence is.

That of a serial or identity column is made and dropped with the column, so that it needs an entry
only where it is not as it is usually.
"""

from typing import Any

from pytest_schemaverify.catalog import Row, granted
from pytest_schemaverify.kinds.form import ABSENT, Form, Look, Said

_MAXIMUM = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def _maximum(said: Said) -> int:
    """Return the greatest value that a sequence has where nothing is said, going up or down."""
    return _MAXIMUM[said["type"]] if said["increment"] > 0 else -1


def _minimum(said: Said) -> int:
    return 1 if said["increment"] > 0 else -_MAXIMUM[said["type"]] - 1


def _start(said: Said) -> Any:
    return said["minimum"] if said["increment"] > 0 else said["maximum"]


def _worth_a_word(row: Row, look: Look) -> bool:
    """Return whether a sequence is there for itself, or is not as one of a column is usually."""
    if not row.owned_by:
        return True
    others = granted(row.acl).keys() - {row.owner}
    usual = (row.increment, row.start, row.minimum, row.cache, row.cycle) == (1, 1, 1, 1, False)
    return bool(others or row.comment or not usual or row.maximum != _MAXIMUM[row.type])


FORM = Form(
    values={"owned_by": lambda row, look: look.bare(row.owned_by) or ABSENT},
    usual={
        "type": "bigint", "start": _start, "increment": 1, "minimum": _minimum,
        "maximum": _maximum, "cache": 1, "persistence": "permanent",
    },
    there=_worth_a_word,
)  # fmt: skip
