import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import SERIAL, Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.language.other_words import another_type

from .retyping import VECTOR, computed_from, retyped

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

USE = Use(type=True)


def check(
    expected: str, actual: Column, server: Canonical, catalog: Catalog, entry: "Entry"
) -> Iterator[Finding]:
    """The column has the declared type."""
    if not server.same_type(expected, actual.type):
        if _LENGTH_OF_ARRAY.fullmatch(expected.strip()) and not actual.type.endswith("]"):
            meant = another_type(expected.strip())
            hint = f"`[…]` makes an array of it; a length stands in round brackets: `{meant}`"
            yield Finding(expected=expected, actual=actual.type, hint=hint)
            return
        fix = retyped(entry, actual, server, catalog)
        again = fix and VECTOR.search(fix[:-1]) and VECTOR.search(actual.type)
        hint = "it takes an empty column: vectors of another length have to be made again"
        yield Finding(
            expected=expected,
            actual=actual.type,
            fix=fix,
            hint=hint if again else _computed(actual, catalog),
        )
    # `serial` is no type of the server: an integer with a default that asks a sequence.
    elif expected.strip().lower() in SERIAL and "nextval(" not in (actual.default or ""):
        found = f"default {actual.default}" if actual.default else "no default"
        found = f"generated {actual.identity} as identity" if actual.identity else found
        yield Finding(
            expected=f"{expected}: a default from a sequence", actual=f"{actual.type}, {found}"
        )


_LENGTH_OF_ARRAY = re.compile(
    r"(?:varchar|char|vector|halfvec|sparsevec|numeric|bit)\s*\[\d+\]", re.IGNORECASE
)


def _computed(actual: Column, catalog: Catalog) -> str:
    names = ", ".join(computed_from(actual, catalog))
    return names and f"drop {names} first and add it again: it is generated from {actual.name}"
