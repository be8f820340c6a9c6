"""Compares expressions that two servers, or two people, have spelled differently."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.canonical import Canonical, key_text, same_calls
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.rehearsal.state.diff import Difference

Same = Callable[[Row, Row, str, Catalog, Canonical], bool]
"""Returns whether an attribute of a built row and of a live one are the same to the live server."""


def same_text(one: Difference, built: Row, live: Row, catalog: Catalog, server: Canonical) -> bool:
    """Return whether the live server takes both sides of a difference for the same expression.

    False for attributes without expressions. Raises CannotDetermine when the server refuses one.
    """
    same = _SAME.get((one.family, one.attribute))
    if same is None or None in (getattr(built, one.attribute), getattr(live, one.attribute)):
        return False
    return same(built, live, one.attribute, catalog, server)


def _expression(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    """Compare expressions over the columns of a table."""
    # The definition of an exclusion, with operators for each element, is no expression.
    if getattr(live, "kind", "") == "exclude":
        return _definition(built, live, name, catalog, server)
    table = getattr(live, "table", live.name)
    left, right = getattr(built, name), getattr(live, name)
    return server.same_expression(left, right, table, _columns(live.schema, table, catalog))


def _keys(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    columns = _columns(live.schema, live.table, catalog)
    names = {name for name, _ in columns}
    return len(built.keys) == len(live.keys) and all(
        a._replace(expression="") == b._replace(expression="")
        and server.same_expression(
            key_text(a.expression, names), key_text(b.expression, names), live.table, columns
        )
        for a, b in zip(built.keys, live.keys, strict=True)
    )


def _columns(schema: str, table: str, catalog: Catalog) -> list[tuple[str, str]]:
    return [(c.name, c.type) for c in catalog.of_table("columns", schema, table)]


def _of_domain(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    domain = catalog.find("types", (live.schema, live.domain))
    columns = [("value", domain.base if domain else "text")]
    return server.same_expression(built.expression, live.expression, "domain", columns)


def _signature(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    """Compare the defaults of two functions' arguments, if the arguments are the same otherwise."""
    return len(built.parameters) == len(live.parameters) and all(
        a._replace(default=None) == b._replace(default=None)
        and (a == b or _same_default(a.default, b.default, b.type, server))
        for a, b in zip(built.parameters, live.parameters, strict=True)
    )


def _same_default(built: str | None, live: str | None, type_: str, server: Canonical) -> bool:
    return built is not None and live is not None and server.same_default(built, live, type_)


def _definition(built: Row, live: Row, name: str, catalog: Catalog, server: Canonical) -> bool:
    """Compare texts that no server can plan, such as a trigger's, in the form that it prints."""
    return same_calls(*(_printed(getattr(row, name)) for row in (built, live)))


def _printed(value: Any) -> str:
    return value if isinstance(value, str) else " , ".join(value)


_SAME: Mapping[tuple[str, str], Same] = {
    ("columns", "default"): lambda built, live, name, catalog, server: server.same_default(
        built.default, live.default, live.type
    ),
    ("columns", "generated"): _expression,
    ("constraints", "expression"): _expression,
    ("domain_checks", "expression"): _of_domain,
    ("functions", "signature"): _signature,
    ("indexes", "keys"): _keys,
    ("indexes", "where"): _expression,
    ("policies", "using"): _expression,
    ("policies", "with_check"): _expression,
    ("published_tables", "where"): _expression,
    ("rewrite_rules", "definition"): _definition,
    ("statistics", "expressions"): _definition,
    ("tables", "partitioned_by"): _definition,
    ("triggers", "definition"): _definition,
    ("triggers", "when"): _definition,
    ("types", "default"): lambda built, live, name, catalog, server: server.same_default(
        built.default, live.default, live.base
    ),
    ("views", "definition"): lambda built, live, name, catalog, server: server.same_query(
        built.definition, live.definition
    ),
}
"""By family and attribute, how the texts of attributes with expressions are compared."""
