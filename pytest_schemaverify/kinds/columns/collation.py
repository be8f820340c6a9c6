from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.expected_names import as_collation
from pytest_schemaverify.kinds.form import ABSENT

from .retyping import retyped

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry


def check(
    expected: str, actual: Column, server: Canonical, catalog: Catalog, entry: "Entry"
) -> Iterator[Finding]:
    """The column sorts by the declared collation."""
    wanted = "" if expected in (ABSENT, "default") else as_collation(expected)
    if wanted != actual.collation:
        yield Finding(
            expected=_shown(wanted),
            actual=_shown(actual.collation),
            fix=retyped(entry, actual, server, catalog),
        )


def _shown(name: str) -> str:
    return f'collate "{name}"' if name else "the collation of the type"
