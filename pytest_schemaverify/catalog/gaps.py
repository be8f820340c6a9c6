"""Gaps in a snapshot, of objects that were dropped while the snapshot was read."""

from collections.abc import Iterator
from operator import itemgetter
from typing import get_type_hints

from pytest_schemaverify.catalog.model import Catalog
from pytest_schemaverify.sql.names import quoted


def gaps(catalog: Catalog) -> Iterator[str]:
    """Yield the objects that lack a text which every object of their kind has."""
    for family, rows in catalog.families.items():
        for kind in {type(row) for row in rows.values()}:
            hints = get_type_hints(kind)
            # A field that may be NULL anyway, `str | None`, tells nothing.
            texts = [at for at, name in enumerate(kind._fields) if hints[name] is str]
            values_of = itemgetter(*texts, texts[0])  # with one index alone it would be no tuple
            for key, row in rows.items():
                if type(row) is kind and None in values_of(row):
                    yield f"{family}: {quoted(*key)}"
