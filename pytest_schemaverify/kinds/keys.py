"""The names that a file has -> the keys under which the catalog has the objects."""

import re
from collections.abc import Callable

from pytest_schemaverify.kinds.objects import Subject
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.typenames import require_types


def pattern_key(text: str, family: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of a pattern. Raises BadName where none can stand."""
    parts = names.pattern(text)
    if family in _UNQUALIFIED and len(parts) == 1:
        return (*(parent.key if parent is not None else ()), *parts)
    if family == "vector_columns" and len(parts) in (2, 3):
        return parts if len(parts) == 3 else (schema, *parts)
    if family in _QUALIFIED and len(parts) in (1, 2):
        schema = parent.key[0] if parent is not None else schema
        return parts if len(parts) == 2 else (schema, *parts)
    raise names.BadName(f"{text!r} cannot be a pattern here")


_UNQUALIFIED = frozenset({
    "checks", "columns", "domain_checks", "event_triggers", "exclusions", "extensions",
    "foreign_keys", "foreign_servers", "indexes", "languages", "memberships", "policies",
    "publications", "rewrite_rules", "roles", "schemas", "statistics", "subscriptions",
    "tablespaces", "triggers", "unique_constraints", "user_mappings", "wrappers",
})  # fmt: skip
_QUALIFIED = frozenset({"tables", "views", "materialized_views", "sequences", "partitions",
                        "types", "data", "functions"})  # fmt: skip


def plain(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return a name of the user's own, which is none of SQL's."""
    return (text,)


def _single(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    found = names.parts(text)
    if len(found) != 1:
        raise names.BadName(f"{text!r} has a dot; a name without a schema is expected here")
    return found


def _in_schema(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    return names.qualified(text, schema)


def _in_table(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    return (*parent.key, *_single(text, schema, parent))


def _beside_table(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    return names.qualified(text, parent.key[0])


def _statistics(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    own, name = names.qualified(text, parent.key[0])
    return (*parent.key, name if own == parent.key[0] else f"{own}.{name}")


def _cast(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    found = re.split(r"\s+as\s+", text.strip(), flags=re.IGNORECASE)
    if len(found) != 2:
        raise names.BadName(f"{text!r} is not a cast: `source as target`")
    return found[0], found[1]


def _operator(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    match = re.fullmatch(r"\s*(?:(.+)\.)?([-+*/<>=~!@#%^&|`?]+)\s*\((.*)\)\s*", text, re.DOTALL)
    types = names.split(match[3]) if match else []
    if match is None or len(types) != 2:
        raise names.BadName(f"{text!r} is not an operator with its types: `===(integer, integer)`")
    return (_single(match[1], schema, None)[0] if match[1] else schema, match[2], ", ".join(types))


def _operator_class(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    name, *method = re.split(r"\s+using\s+", text.strip(), maxsplit=1, flags=re.IGNORECASE)
    return (*names.qualified(name, schema), method[0].lower() if method else "*")


def _columns_in_table(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    assert parent is not None
    columns = (names.key_column(part, foreign=True) for part in names.split(text))
    # As `Constraint.listed` has them.
    listed = ", ".join(f"period {name}" if ranged else name for name, ranged in columns)
    return (*parent.key, listed)


def _function(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    require_types(text)
    name, types = names.signature(text)
    signature = "*" if types is None else ", ".join(types)
    return (*names.qualified(name, schema), signature)


def _table_column(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    found = names.parts(text)
    if len(found) not in (2, 3):
        raise names.BadName(f"{text!r} is not `table.column` or `schema.table.column`")
    return found if len(found) == 3 else (schema, *found)


KEYS: dict[str, Callable[[str, str, Subject | None], tuple[str, ...]]] = {
    "extensions": lambda text, schema, parent: (text,),
    "schemas": _single,
    "tables": _in_schema,
    "types": _in_schema,
    "data": _in_schema,
    "access_tables": _in_schema,
    "preserved": _in_schema,
    "functions": _function,
    "allow_functions": _function,
    "views": _in_schema,
    "materialized_views": _in_schema,
    "sequences": _in_schema,
    "partitions": _beside_table,
    "roles": _single,
    "default_privileges": lambda text, schema, parent: (*_single(text, schema, None), ""),
    "schema_defaults": lambda text, schema, parent: (
        *(parent.key[:1] if parent else ()),
        *_single(text, schema, None),
    ),
    "memberships": _in_table,
    "privileges": _in_table,
    "columns": _in_table,
    "checks": _in_table,
    "domain_checks": _in_table,
    "unique_constraints": _in_table,
    "exclusions": _in_table,
    "indexes": _in_table,
    "policies": _in_table,
    "triggers": _in_table,
    "rewrite_rules": _in_table,
    "statistics": _statistics,
    "event_triggers": _single,
    "languages": _single,
    "wrappers": _single,
    "foreign_servers": _single,
    "user_mappings": _in_table,
    "casts": _cast,
    "operators": _operator,
    "operator_classes": _operator_class,
    "tablespaces": _single,
    "publications": _single,
    "published_tables": lambda text, schema, parent: (
        *(parent.key if parent else ()),
        *_in_schema(text, schema, None),
    ),
    "subscriptions": _single,
    "foreign_keys": _columns_in_table,
    "vector_columns": _table_column,
}
"""What makes a key, by family: of the name, the default schema and the object around it."""
