"""Numbers of rows, or of a hundred of them: `0`, `"<= 10"`, `"<= 5%"`."""

from pytest_schemaverify import matchers


def meets(expected: int | str, part: int, whole: int) -> bool:
    """Return whether so many of so many rows are as expected. Raises CannotDetermine."""
    text = str(expected)
    if "%" not in text:
        return matchers.matches(expected, part)
    return matchers.matches(text.replace("%", ""), f"{part * 100 / whole if whole else 0:.4f}")


def wanted(expected: int | str, noun: str) -> str:
    """Return what is expected, for people: `rows without a vector: <= 5%`."""
    return f"{noun}: {str(expected).strip()}"


def found(part: int, whole: int) -> str:
    """Return what is there: `12 of 300 (4%)`."""
    return f"{part} of {whole} ({part * 100 / whole:.3g}%)" if whole else "no rows"
