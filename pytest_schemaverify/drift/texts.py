"""Expressions that two servers, or two people, have spelled differently."""

from pytest_schemaverify.canonical import Canonical, key_text
from pytest_schemaverify.catalog import Catalog, Difference, Row

_EXPRESSIONS = {
    "columns": ("default", "generated"),
    "constraints": ("expression",),
    "policies": ("using", "with_check"),
    "indexes": ("where", "keys"),
    "views": ("definition",),
}


def same_text(one: Difference, built: Row, live: Row, catalog: Catalog, server: Canonical) -> bool:
    """Return whether the live server takes both sides of a difference for the same expression.

    Raises CannotDetermine when it can make nothing of one of them.
    """
    if one.attribute not in _EXPRESSIONS.get(one.family, ()):
        return False
    left, right = getattr(built, one.attribute), getattr(live, one.attribute)
    if left is None or right is None:
        return False
    if one.family == "views":
        return server.same_query(left, right)
    if one.attribute == "default":
        return server.same_default(left, right, live.type)
    columns = [(c.name, c.type) for c in catalog.of_table("columns", live.schema, live.table)]
    if one.attribute != "keys":
        return server.same_expression(left, right, live.table, columns)
    names = {name for name, _ in columns}
    return len(left) == len(right) and all(
        a._replace(expression="") == b._replace(expression="")
        and server.same_expression(
            key_text(a.expression, names), key_text(b.expression, names), live.table, columns
        )
        for a, b in zip(left, right, strict=True)
    )
