"""Texts of the catalog that name another object, which then cannot be dropped."""

import re
from collections.abc import Iterable

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql.names import quoted

_TEXTS = {
    "views": ("definition",), "rewrite_rules": ("definition",), "triggers": ("definition",),
    "policies": ("using", "with_check"), "event_triggers": ("function",),
    "operators": ("function",), "casts": ("function",), "columns": ("default", "generated"),
    "constraints": ("expression",), "indexes": ("keys", "where"),
}  # fmt: skip
"""Texts of the catalog that may name another object, which then cannot be dropped."""
QUERIES = ("views", "rewrite_rules", "policies", "triggers")


def naming(name: str) -> re.Pattern[str]:
    """Return a pattern for texts of the catalog that have a name, as the server prints it."""
    return re.compile(rf"(?<![\w$]){re.escape(quoted(name))}(?![\w$])")


def mentioned(catalog: Catalog, *words: str, families: Iterable[str] = tuple(_TEXTS)) -> bool:
    """Return whether a text of the catalog has all of the names, so that it may need the object."""
    found = [naming(one) for one in words]
    return any(
        all(one.search(text) for one in found)
        for family in families
        for row in catalog.families[family].values()
        for text in [" ".join(str(getattr(row, one) or "") for one in _TEXTS[family])]
    )
