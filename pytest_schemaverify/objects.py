"""The objects that a file of expectations can name, and where the catalog has them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from pytest_schemaverify import names
from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, DefaultPrivileges, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.names import quoted


@dataclass(frozen=True, slots=True)
class Subject:
    """The object that a check looks at."""

    family: str
    key: tuple[str, ...]
    """Schema and name; for what belongs to a table, its own name as a third part."""
    written: str
    """The name as the file has it."""
    parent: "Subject | None" = None
    wild: bool = False
    """Whether the key, or that of a parent, is a pattern that several objects may match."""

    def __reduce__(self) -> tuple[Any, ...]:
        # What dataclasses do by themselves takes twice as long to read back.
        return Subject, (self.family, self.key, self.written, self.parent, self.wild)

    def __str__(self) -> str:
        if self.wild:
            return self.written if self.parent is None else f"{self.parent}.{self.written}"
        if self.family in ("functions", "aggregates"):
            arguments = "" if self.key[2] == "*" else f"({self.key[2]})"
            return quoted(*self.key[:2]) + arguments
        if self.family == "privileges" and self.parent is not None:
            return f"{quoted(self.key[-1])} on {self.parent}"
        if self.family in _WRITTEN:
            return self.written
        if self.family in _JOINED:
            return _JOINED[self.family].format(*map(quoted, self.key))
        if self.family in _OF_ROLE:
            return quoted(self.key[_OF_ROLE[self.family]])
        if self.family == "foreign_keys":
            return f"{quoted(*self.key[:2])}({self.key[2]})"
        return quoted(*self.key)


_WRITTEN = frozenset({"casts", "databases", "operator_classes", "operators"})
"""Families whose subjects are called as the file has them."""
_JOINED = {
    "memberships": "of {} in {}",
    "user_mappings": "of {1} on {0}",
    "published_tables": "{1}.{2} of {0}",
}
"""How subjects that join two objects are called."""
_OF_ROLE = {"default_privileges": 0, "schema_defaults": 1}
"""Families whose subjects are called by one part of their name."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of object: what it is called, and the catalog's families that hold it."""

    noun: str
    catalog: tuple[str, ...]
    kind: str = ""
    """Kind of constraint, where the catalog has several in one family."""


FAMILIES = {
    "schemas": Family("schema", ("schemas",)),
    "extensions": Family("extension", ("extensions",)),
    "types": Family("type", ("types",)),
    "tables": Family("table", ("tables",)),
    "views": Family("view", ("views",), "view"),
    "materialized_views": Family("materialized view", ("views",), "materialized view"),
    "sequences": Family("sequence", ("sequences",)),
    "partitions": Family("partition", ("tables",)),
    "data": Family("table or view", ("tables", "views")),
    "access_tables": Family("table or view", ("tables", "views")),
    "columns": Family("column", ("columns",)),
    "vector_columns": Family("column", ("columns",)),
    "checks": Family("check constraint", ("constraints",), "check"),
    "unique_constraints": Family("unique constraint", ("constraints",), "unique"),
    "exclusions": Family("exclusion constraint", ("constraints",), "exclude"),
    "foreign_keys": Family("foreign key", ("constraints",), "foreign key"),
    "indexes": Family("index", ("indexes",)),
    "policies": Family("policy", ("policies",)),
    "triggers": Family("trigger", ("triggers",)),
    "functions": Family("function", ("functions",)),
    "domain_checks": Family("domain check", ("domain_checks",)),
    "aggregates": Family("aggregate", ("functions",), "aggregate"),
    "ranges": Family("range type", ("types",), "range"),
    "rewrite_rules": Family("rule", ("rewrite_rules",)),
    "statistics": Family("statistics", ("statistics",)),
    "event_triggers": Family("event trigger", ("event_triggers",)),
    "languages": Family("language", ("languages",)),
    "wrappers": Family("foreign data wrapper", ("wrappers",)),
    "foreign_servers": Family("server", ("foreign_servers",)),
    "user_mappings": Family("user mapping", ("user_mappings",)),
    "foreign_tables": Family("foreign table", ("foreign_tables",)),
    "publications": Family("publication", ("publications",)),
    "published_tables": Family("published table", ("published_tables",)),
    "subscriptions": Family("subscription", ("subscriptions",)),
    "casts": Family("cast", ("casts",)),
    "operators": Family("operator", ("operators",)),
    "operator_classes": Family("operator class", ("operator_classes",)),
    "databases": Family("database", ("databases",)),
    "tablespaces": Family("tablespace", ("tablespaces",)),
    "roles": Family("role", ("roles",)),
    "memberships": Family("membership", ("memberships",)),
    "privileges": Family("role", ("roles",)),
    "default_privileges": Family("role", ("roles",)),
    "schema_defaults": Family("schema", ("schemas",)),
    "default_grants": Family("default privileges", ("default_privileges",)),
}


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
    """Return whether a role is PostgreSQL's own, which a pattern means only if it says so."""
    roles = subject.family == "roles"
    return roles and key[0].startswith("pg_") and not subject.key[0].startswith("pg_")


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


def belongs(family: str, row: Row, parent: Subject | None) -> bool:
    """Return whether a row of the catalog's family is of this one too."""
    if family == "partitions":
        return parent is not None and row.partition_of == quoted(*parent.key)
    kind = FAMILIES[family].kind
    return not kind or row.kind == kind


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


def as_name(text: str) -> str:
    """Return the name without a schema that a text of the file means.

    Raises CannotDetermine when it is none.
    """
    try:
        return names.single(text)
    except ValueError as error:
        remedy = "write it as in SQL; one with spaces, dots or capitals in double quotes"
        raise CannotDetermine("reading a name", because=str(error), remedy=remedy) from None


def means(expected: str, actual: str, schema: str) -> bool:
    """Return whether a name in the file is that of an object, as the catalog prints it.

    `absent` stands for none. A name without a schema is in `schema`, or one of the server's own;
    what a function is called with is not looked at.
    """
    if expected == "absent" or not actual:
        return expected == "absent" and not actual
    wanted, _ = names.signature(expected)
    found = names.parts(names.signature(actual)[0])
    if len(found) == 1:
        found = ("pg_catalog", *found)
    parts = names.parts(wanted)
    if len(parts) == 1:
        return parts[0] == found[1] and found[0] in (schema, "pg_catalog")
    return parts == found


def domain(catalog: Catalog, type_: str) -> Row | None:
    """Return the domain of that name, as format_type() prints it; None for another type."""
    if "." not in type_:
        return None  # one of the server's own
    try:
        row = catalog.find("types", names.parts(type_))
    except ValueError:
        return None  # an array, or a type with a length
    return row if row is not None and row.kind == "domain" else None


def others(catalog: Catalog, subject: Subject) -> list[str]:
    """Return the names of the objects of the same kind around an object."""
    family = FAMILIES[subject.family]
    rows = (row for name in family.catalog for row in catalog.families[name].items())
    found = []
    for key, row in rows:
        if not belongs(subject.family, row, subject.parent):
            continue
        if len(subject.key) == 3 and subject.family != "functions" and key[:2] != subject.key[:2]:
            continue
        if subject.family in _JOINED and key[0] != subject.key[0]:
            continue
        found.append(own_name(subject.family, row))
        if subject.family == "foreign_keys":
            found.append(", ".join(row.columns))
    return found


def own_name(family: str, row: Row) -> str:
    """Return what an object is called in its family, as a file would name it."""
    if family == "functions":
        return f"{quoted(row.schema, row.name)}({row.arguments})"
    if family in (*_RELATIONS, "sequences", "published_tables", "types"):
        return quoted(row.schema, row.name)
    if family == "casts":
        return str(row.name)
    if family == "operators":
        return f"{quoted(row.schema)}.{row.name}({row.arguments})"
    if family == "operator_classes":
        return f"{quoted(row.schema, row.name)} using {row.method}"
    if family == "statistics" and row.namespace != row.schema:
        return quoted(row.namespace, _bare(row))
    return quoted(row.name)


def _bare(statistics: Row) -> str:
    same = statistics.namespace == statistics.schema
    return str(statistics.name if same else statistics.name[len(statistics.namespace) + 1 :])


def in_sql(family: str, row: Row) -> str:
    """Return an object as `alter` and `comment on` name it: `table public.users`."""
    fields = row._fields
    kind = getattr(row, "kind", "")
    if family in ("columns", "vector_columns"):
        return f"column {quoted(row.schema, row.table, row.name)}"
    if family == "indexes":
        return f"index {quoted(row.schema, row.name)}"
    if family in ("casts", "operators", "operator_classes"):
        named = f"({row.name})" if family == "casts" else own_name(family, row)
        return f"{FAMILIES[family].noun} {named}"
    if family == "statistics":
        return f"statistics {quoted(row.namespace, _bare(row))}"
    if "table" in fields:
        noun = "constraint" if FAMILIES[family].kind else FAMILIES[family].noun
        return f"{noun} {quoted(row.name)} on {quoted(row.schema, row.table)}"
    if family == "functions":
        arguments = row.arguments or ("*" if kind == "aggregate" else "")
        noun = "function" if kind == "window function" else kind
        return f"{noun} {quoted(row.schema, row.name)}({arguments})"
    if family == "domain_checks":
        return f"constraint {quoted(row.name)} on domain {quoted(row.schema, row.domain)}"
    if family == "types":
        return f"{'domain' if kind == 'domain' else 'type'} {quoted(row.schema, row.name)}"
    noun = kind.removeprefix("partitioned ") if family in _RELATIONS else FAMILIES[family].noun
    return f"{noun} {quoted(*([row.schema] if 'schema' in fields else []), row.name)}"


_RELATIONS = ("tables", "partitions", "views", "materialized_views", "data")


def _foreign_key(catalog: Catalog, subject: Subject, server: Canonical) -> Row | None:
    schema, table, written = subject.key
    rows = [r for r in catalog.of_table("constraints", schema, table) if r.kind == "foreign key"]
    found = [row for row in rows if ", ".join(row.columns) == written]
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
"""Families whose objects are not simply found by their key."""
