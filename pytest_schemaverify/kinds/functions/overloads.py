from collections.abc import Iterator

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, kind_of
from pytest_schemaverify.sql import names

from .naming import in_signature


def check(
    expected: list[str], subject: Subject, catalog: Catalog, server: Canonical
) -> Iterator[Finding]:
    """The functions of this name take the declared arguments, and there are no others."""
    of_name = subject.key[:2]
    found = {row.arguments: row for row in catalog.of_table("functions", *of_name)}
    wanted = [_types(text, server) for text in expected]
    for types in wanted:
        if types not in found:
            signature = f"{names.quoted(*of_name)}({types})"
            yield Finding(subject=signature, expected="a function", actual="no such function")
    for types in sorted(found.keys() - set(wanted)):
        extra = kind_of("functions").named(found[types])
        yield Finding(
            subject=extra.partition(" ")[2],
            expected="no other function of that name",
            actual=f"the {found[types].kind} is there",
        )


def _types(text: str, server: Canonical) -> str:
    inner = text.strip().removeprefix("(").removesuffix(")") if text.startswith("(") else text
    return ", ".join(in_signature(one, server) for one in names.split(inner))
