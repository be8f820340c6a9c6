"""What is missing in a snapshot because it was dropped while the snapshot was read."""

from collections.abc import Iterator
from operator import itemgetter
from typing import get_type_hints

from pytest_schemaverify.catalog.model import Catalog
from pytest_schemaverify.sql.names import quoted


def gaps(catalog: Catalog) -> Iterator[str]:
    """Yield the objects of which the server did not say what it says of every one of its kind."""
    for family, rows in catalog.families.items():
        for kind in {type(row) for row in rows.values()}:
            hints = get_type_hints(kind)
            # A field that may be NULL anyway, `str | None`, tells nothing.
            texts = [at for at, name in enumerate(kind._fields) if hints[name] is str]
            told = itemgetter(*texts, texts[0])  # with one index alone it would be no tuple
            for key, row in rows.items():
                if type(row) is kind and None in told(row):
                    yield f"{family}: {quoted(*key)}"
