from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from psycopg import sql

from pytest_schemaverify.behaviour.checks.strays import strays
from pytest_schemaverify.findings import Finding, samples
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.sql.names import parts

if TYPE_CHECKING:
    from pytest_schemaverify.language.data import Accepted

USE = Use(pairs=True)


def query(expected: "tuple[str, Accepted]", subject: Subject, condition: sql.SQL) -> sql.Composed:
    """Count the rows whose value is not accepted, with a few of the values."""
    wrong = sql.SQL("not ({})").format(_accepted(*expected))
    return strays(expected[0], subject, condition, wrong)


def check(expected: "tuple[str, Accepted]", rows: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """Every value of the column that is not NULL is one that the file accepts."""
    [(count, values)] = rows
    if count:
        wanted = f"every {expected[0]} is {_in_words(expected[1])}"
        yield Finding(
            expected=wanted,
            identity=wanted,
            actual=f"rows with another: {count}, such as {samples(values, of=expected[0])}",
        )


def _accepted(column: str, wanted: "Accepted") -> sql.Composed:
    """Return the condition on a value; constants without a type take the one of the column."""
    value = sql.Identifier("row_", *parts(column))
    if wanted.one_of is not None:
        listed = sql.SQL(", ").join(map(sql.Literal, wanted.one_of))
        return sql.SQL("{} in ({})").format(value, listed)
    return sql.SQL(" and ").join(
        sql.SQL("{} {} {}").format(value, sign, sql.Literal(bound))
        for sign, bound in zip((sql.SQL(">="), sql.SQL("<=")), wanted.between or (), strict=True)
        if bound is not None
    )


def _in_words(wanted: "Accepted") -> str:
    if wanted.one_of is not None:
        return f"one of {', '.join(wanted.one_of)}"
    low, high = wanted.between or (None, None)
    if low is None or high is None:
        return f"at most {high}" if low is None else f"at least {low}"
    return f"between {low} and {high}"
