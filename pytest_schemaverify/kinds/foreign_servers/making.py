"""How a foreign server is made; `alter server` changes its version and its options only."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, words
from pytest_schemaverify.kinds.user_mappings import making as user_mappings
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.kinds.wrappers.making import options
from pytest_schemaverify.sql.names import literal


def _create(whole: Whole) -> str:
    said = options(whole)
    if said is None:
        return ""
    return words(
        f"create server {whole.name}",
        *(f"{word} {literal(whole.said[word])}" for word in ("type", "version")
          if word in whole.said),
        f"foreign data wrapper {whole.said['wrapper']}",
        said,
    )  # fmt: skip


def _drop(row: Row, catalog: Catalog) -> str:
    if any(one.server == row.name for one in catalog.families["foreign_tables"].values()):
        return ""
    logins = (one for one in catalog.families["user_mappings"].values() if one.server == row.name)
    return "\n".join([*map(user_mappings.drop, logins), dropped(row, "foreign_servers")])


MAKING = Making(
    create=_create, drop=_drop, needs=frozenset({"wrapper"}),
    loses="the options of its user mappings",
)  # fmt: skip
