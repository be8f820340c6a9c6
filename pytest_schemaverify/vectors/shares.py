"""Numbers of rows, or of a hundred of them: `0`, `"<= 10"`, `"<= 5%"`."""

from decimal import Decimal

from pytest_schemaverify.matchers import Number, meets


def as_expected(expected: Number, part: int, whole: int) -> bool:
    """Return whether so many of so many rows are as expected."""
    return all(
        meets(text.replace("%", ""), Decimal(part * 100) / (whole or 1) if "%" in text else part)
        for text in str(expected).split(",")
    )


def wanted(expected: Number, noun: str) -> str:
    """Return what is expected, for people: `rows without a vector: <= 5%`."""
    return f"{noun}: {str(expected).strip()}"


def found(part: int, whole: int) -> str:
    """Return what is there: `12 of 300 (4%)`."""
    return f"{part} of {whole} ({part * 100 / whole:.3g}%)" if whole else "no rows"
