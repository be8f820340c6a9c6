"""The operators and functions of an operator class, as the file and the catalog have them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.sql import names

_MEMBER = re.compile(
    r"\s*(?P<number>\d+)\s+(?:(?P<schema>\w+|\"(?:[^\"]|\"\")+\")\s*\.\s*)?(?P<name>[^()\s.]+)"
    r"\s*(?:\((?P<types>[^()]*)\))?"
    r"(?:\s+for\s+(?:search|order\s+by\s+(?P<order>\S+)))?\s*",
    re.IGNORECASE,
)


class Member(NamedTuple):
    """An operator or a function of an operator class."""

    number: int
    schema: str
    """Empty where none is written."""
    name: str
    types: tuple[str, ...]
    """Empty where none are written."""
    order: str
    """Name of the operator family by which an index orders what it returns."""


def compared(
    expected: list[str], actual: Sequence[str], usual: Sequence[str], server: Canonical, schema: str
) -> Iterator[Finding]:
    """Yield the finding that the members are others.

    `usual` has the types that a member takes that is written without; "*" stands for any.
    """
    found = [_member(text) for text in actual]
    wanted = [_member(text) for text in expected]
    wanted = [
        one._replace(types=tuple(map(server.type, one.types)) or tuple(usual)) for one in wanted
    ]
    same = all(any(_means(one, other, schema) for other in found) for one in wanted)
    if not same or len(wanted) != len(found):
        yield Finding(expected=", ".join(expected) or "none", actual=", ".join(actual) or "none")


def _means(wanted: Member, found: Member, schema: str) -> bool:
    there = found.schema or "pg_catalog"
    return (
        (wanted.number, wanted.name, wanted.order) == (found.number, found.name, found.order)
        and (wanted.schema == there or (not wanted.schema and there in (schema, "pg_catalog")))
        and wanted.types in (("*",), found.types)
    )


def _member(text: str) -> Member:
    match = _MEMBER.fullmatch(text)
    if match is None:
        raise CannotDetermine(
            f"reading `{text}`",
            because="it is not a number and an operator or a function",
            remedy='write it as in `create operator class`: `"1 <"`, `"1 hashint4(integer)"`',
        )
    schema, order = match["schema"] or "", match["order"] or ""
    return Member(
        int(match["number"]),
        names.single(schema) if schema else "",
        match["name"],
        tuple(names.split(match["types"] or "")),
        names.parts(order)[-1] if order else "",
    )
