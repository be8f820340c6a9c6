"""How a language is dropped; a file does not say of which functions one is made."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped


def _drop(row: Row, catalog: Catalog) -> str:
    written = any(one.language == row.name for one in catalog.families["functions"].values())
    seen = any(
        one.name.endswith(f" language {row.name}")
        for one in catalog.families["transforms"].values()
    )
    return "" if written or seen or row.of_extension else dropped(row, "languages")


MAKING = Making(drop=_drop, again=lambda whole: False)
