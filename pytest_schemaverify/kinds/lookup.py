"""Find in the catalog the objects that a file names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, DefaultPrivileges, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.objects import FAMILIES, Subject, belongs, own_name
from pytest_schemaverify.sql import names


def matching(catalog: Catalog, subject: Subject, parent: Subject | None) -> list[Subject]:
    """Return the objects that a pattern means, inside of a parent that is one object."""
    beside = subject.family == "partitions"  # they may be in any schema
    if not names.is_pattern(subject.written):
        around = parent.key[:1] if parent is not None and beside else parent and parent.key
        key = (*around, subject.key[-1]) if around else subject.key
        return [replace(subject, key=key, parent=parent, wild=False)]
    family = FAMILIES[subject.family]
    inside = parent.key[:2] if parent is not None and not beside else ()
    own = subject.key[len(inside) :]
    found: dict[tuple[str, ...], None] = {}
    for name in family.catalog:
        for key, row in catalog.families[name].items():
            if not belongs(subject.family, row, parent) or _of_the_server(subject, key):
                continue
            pairs = zip(key[len(inside) :], own, strict=False)  # a signature matches any
            if key[: len(inside)] == inside and all(fnmatchcase(*pair) for pair in pairs):
                found[key] = None
    return [replace(subject, key=key, parent=parent, wild=False) for key in sorted(found)]


def _of_the_server(subject: Subject, key: tuple[str, ...]) -> bool:
    """Return whether something is PostgreSQL's own, which a pattern means only if it says so."""
    can_be = subject.family in ("roles", "tablespaces")
    return can_be and key[0].startswith("pg_") and not subject.key[0].startswith("pg_")


def find(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return the row of an object, if the database has it.

    Raises CannotDetermine for a function's name that is overloaded and has no signature, and for
    columns that have several foreign keys.
    """
    finder = _FINDERS.get(subject.family)
    if finder is not None:
        return finder(catalog, subject, server)
    family = FAMILIES[subject.family]
    for name in family.catalog:
        row = catalog.find(name, subject.key)
        if row is not None and belongs(subject.family, row, subject.parent):
            return row
    return None


def _of_types(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return a cast or an operator by the types that it is for."""
    cast = subject.family == "casts"
    written = list(subject.key) if cast else names.split(subject.key[2])
    types = tuple("none" if one.lower() == "none" else server.type(one) for one in written)
    key = types if cast else (*subject.key[:2], ", ".join(types))
    return catalog.find(subject.family, key)


def _operator_class(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    rows = catalog.of_table("operator_classes", *subject.key[:2])
    found = [row for row in rows if subject.key[2] in ("*", row.method)]
    if len(found) > 1:
        methods = ", ".join(row.method for row in found)
        raise CannotDetermine(
            f"finding the operator class {subject}",
            because=f"there is one for each of {methods}",
            remedy="name it with its method: `name using btree`",
        )
    return found[0] if found else None


def _role_or_schema(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    schema = subject.family == "schema_defaults"
    return catalog.find("schemas" if schema else "roles", (subject.key[schema],))


def _default_grants(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    """Return what new objects get, by what the server does where nobody has said anything."""
    role, schema, kind = subject.key[0], *subject.key[-2:]
    found = catalog.find("default_privileges", (role, schema, kind))
    if found is not None:
        return found
    usual = {"functions": ("=X/",), "types": ("=U/",)}.get(kind, ())
    return DefaultPrivileges(role, schema, kind, () if schema else usual)


def _foreign_key(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    schema, table, written = subject.key
    rows = [r for r in catalog.of_table("constraints", schema, table) if r.kind == "foreign key"]
    found = [row for row in rows if row.listed == written]
    if len(found) > 1:
        listed = ", ".join(own_name("foreign_keys", row) for row in found)
        raise CannotDetermine(
            f"finding the foreign key {subject}",
            because=f"there are {len(found)}: {listed}",
            remedy="name the constraint instead of the column",
        )
    return next(iter(found or (row for row in rows if row.name == written)), None)


def _function(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    schema, name, written = subject.key
    exact = catalog.find("functions", subject.key)
    if exact is not None:
        return exact
    overloads = [
        row for key, row in catalog.families["functions"].items() if key[:2] == (schema, name)
    ]
    if written == "*":
        if len(overloads) > 1:
            signatures = "; ".join(own_name("functions", row) for row in overloads)
            raise CannotDetermine(
                f"finding the function {subject}",
                because=f"it is overloaded: {signatures}",
                remedy="name it with its argument types",
            )
        return overloads[0] if overloads else None
    if not overloads:
        return None
    # A signature has no lengths: f(varchar(80)) and f(vector(384)) take values of any.
    types = (_LENGTH.sub("", server.type(text)) for text in names.split(written))
    return catalog.find("functions", (schema, name, ", ".join(types)))


_LENGTH = re.compile(r"\([^)]*\)")


def _aggregate(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    function = _function(catalog, subject, server)
    return function and function.aggregate


def _range(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    type_ = catalog.find("types", subject.key)
    return type_ and type_.range


def _of_parent(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    return find(catalog, subject.parent, server) if subject.parent else None


def _database(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    return next(iter(catalog.families["databases"].values()), None)


_FINDERS: Mapping[str, Callable[[Catalog, Subject, Canonical], Row | None]] = {
    "aggregates": _aggregate,
    "casts": _of_types,
    "databases": _database,
    "default_grants": _default_grants,
    "default_privileges": _role_or_schema,
    "foreign_keys": _foreign_key,
    "functions": _function,
    "operator_classes": _operator_class,
    "operators": _of_types,
    "privileges": _of_parent,
    "ranges": _range,
    "schema_defaults": _role_or_schema,
}
