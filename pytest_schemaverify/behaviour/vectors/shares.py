"""Numbers of rows, or of a hundred of them: `0`, `"<= 10"`, `"<= 5%"`."""

from decimal import Decimal
from typing import Any

from pytest_schemaverify.errors import NothingThere
from pytest_schemaverify.language.matchers import Number, meets, satisfied

from .vector_column import VectorColumn


def require(count: int, looked: VectorColumn, entry: Any, noun: str = "vector") -> None:
    """Raise NothingThere when no vector, or row, was looked at."""
    if not count:
        where = f" where {entry.where}" if entry and entry.where else ""
        raise NothingThere(f"{looked.table} has no {noun}{where}: nothing was looked at")


def as_expected(expected: Number, part: int, whole: int) -> bool:
    """Return whether so many of so many rows are as expected."""
    percent = Decimal(part * 100) / (whole or 1)
    return satisfied(
        expected,
        lambda condition: all(
            meets(text.replace("%", ""), percent if "%" in text else part)
            for text in condition.split(",")
        ),
    )


def wanted(expected: Number, noun: str) -> str:
    """Return what is expected, for people: `rows without a vector: <= 5%`."""
    return f"{noun}: {str(expected).strip()}"


def found(part: int, whole: int) -> str:
    """Return what is there: `12 of 300 (4%)`."""
    return f"{part} of {whole} ({part * 100 / whole:.3g}%)" if whole else "no rows"
