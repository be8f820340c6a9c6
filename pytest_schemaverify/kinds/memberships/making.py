"""How a role becomes a member of another; since PostgreSQL 16 with options of its own."""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import quoted


def _create(whole: Whole) -> str:
    said = whole.said
    if any(whole.catalog.find("roles", (one,)) is None for one in whole.key):
        return ""
    options = [f"{key} false" for key in ("inherit", "set") if said.get(key) is False]
    if options and whole.catalog.version < 160000:
        return ""
    options += ["admin option" if not options else "admin true"] if said.get("admin") else []
    role, of = whole.key
    return words(
        f"grant {quoted(of)} to {quoted(role)}", f"with {', '.join(options)}" if options else ""
    )


def _drop(row: Row, catalog: Catalog) -> str:
    return f"revoke {quoted(row.name)} from {quoted(row.role)};"


# What another role has granted would stay beside a new one.
MAKING = Making(create=_create, drop=_drop, again=lambda whole: False)
